"""Rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_tier_round_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_round")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tier_round_author_id"), "tier_round", ["author_id"])

    op.create_table(
        "tier_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("tier_before", sa.String(length=1), nullable=True),
        sa.Column("support_before", sa.Integer(), nullable=True),
        sa.Column("tier", sa.String(length=1), nullable=True),
        sa.Column("support", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("params_version", sa.String(length=80), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_tier_proposal_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["tier_round.id"], name=op.f("fk_tier_proposal_round_id_tier_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_proposal")),
        sa.UniqueConstraint("round_id", "customer_id", name=op.f("uq_tier_proposal_round_id_customer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tier_proposal_customer_id"), "tier_proposal", ["customer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tier_proposal_customer_id"), table_name="tier_proposal")

    op.drop_table("tier_proposal")
    op.drop_index(op.f("ix_tier_round_author_id"), table_name="tier_round")

    op.drop_table("tier_round")
