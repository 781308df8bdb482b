"""Visits of a rep and a manager together, and what both said about them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joint_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("goal", sa.String(length=300), nullable=False),
        sa.Column("happened", sa.String(length=300), nullable=False),
        sa.Column("next_time", sa.String(length=300), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=True),
        sa.Column("scenario", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_joint_visit_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["user.id"], name=op.f("fk_joint_visit_manager_id_user")),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_joint_visit_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_visit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_joint_visit_customer_id"), "joint_visit", ["customer_id"])
    op.create_index(op.f("ix_joint_visit_manager_id_state"), "joint_visit", ["manager_id", "state"])
    op.create_index(op.f("ix_joint_visit_rep_id_state"), "joint_visit", ["rep_id", "state"])
    op.create_table(
        "joint_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("joint_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_joint_comment_author_id_user")),
        sa.ForeignKeyConstraint(
            ["joint_id"], ["joint_visit.id"], name=op.f("fk_joint_comment_joint_id_joint_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_comment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_joint_comment_joint_id"), "joint_comment", ["joint_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_joint_comment_joint_id"), table_name="joint_comment")
    op.drop_table("joint_comment")
    op.drop_index(op.f("ix_joint_visit_rep_id_state"), table_name="joint_visit")
    op.drop_index(op.f("ix_joint_visit_manager_id_state"), table_name="joint_visit")
    op.drop_index(op.f("ix_joint_visit_customer_id"), table_name="joint_visit")
    op.drop_table("joint_visit")
