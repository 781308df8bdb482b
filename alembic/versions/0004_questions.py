"""Questions of reps about tiers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_tier_question_answered_by_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_tier_question_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_tier_question_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_question")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tier_question_customer_id_id"), "tier_question", ["customer_id", "id"])
    op.create_index(op.f("ix_tier_question_rep_id"), "tier_question", ["rep_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tier_question_rep_id"), table_name="tier_question")
    op.drop_index(op.f("ix_tier_question_customer_id_id"), table_name="tier_question")
    op.drop_table("tier_question")
