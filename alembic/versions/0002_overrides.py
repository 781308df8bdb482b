"""Cells set by hand, and sentences that are waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awaited_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_awaited_words_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_words")),
        sa.UniqueConstraint("user_id", name=op.f("uq_awaited_words_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tier_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=1), nullable=True),
        sa.Column("support", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_tier_override_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_tier_override_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_override")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tier_override_customer_id_id"), "tier_override", ["customer_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tier_override_customer_id_id"), table_name="tier_override")
    op.drop_table("tier_override")
    op.drop_table("awaited_words")
