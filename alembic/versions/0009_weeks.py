"""Visits that reps want on a day, and weeks that they have confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmed_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_confirmed_week_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_week")),
        sa.UniqueConstraint("rep_id", "monday", name=op.f("uq_confirmed_week_rep_id_monday")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "kept_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("start", sa.Time(), nullable=True),
        sa.Column("leave", sa.Time(), nullable=True),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_kept_visit_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_kept_visit_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_visit")),
        sa.UniqueConstraint("rep_id", "on", "customer_id", name=op.f("uq_kept_visit_rep_id_on_customer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_kept_visit_customer_id"), "kept_visit", ["customer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_kept_visit_customer_id"), table_name="kept_visit")
    op.drop_table("kept_visit")
    op.drop_table("confirmed_week")
