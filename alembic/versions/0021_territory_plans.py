"""Territory plans; what a digest proposed, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coverage_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["user.id"], name=op.f("fk_coverage_proposal_manager_id_user")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_coverage_proposal_rep_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_coverage_proposal_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_proposal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_coverage_proposal_customer_id"), "coverage_proposal", ["customer_id"])
    op.create_index(op.f("ix_coverage_proposal_manager_id"), "coverage_proposal", ["manager_id"])
    op.create_table(
        "territory_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("goals", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("aims", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("swot", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("analysis", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_territory_plan_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_plan")),
        sa.UniqueConstraint("rep_id", "quarter", name=op.f("uq_territory_plan_rep_id_quarter")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "territory_plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_territory_plan_step_author_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["territory_plan.id"], name=op.f("fk_territory_plan_step_plan_id_territory_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory_plan_step")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_territory_plan_step_plan_id"), "territory_plan_step", ["plan_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_territory_plan_step_plan_id"), table_name="territory_plan_step")
    op.drop_table("territory_plan_step")
    op.drop_table("territory_plan")
    op.drop_index(op.f("ix_coverage_proposal_manager_id"), table_name="coverage_proposal")
    op.drop_index(op.f("ix_coverage_proposal_customer_id"), table_name="coverage_proposal")
    op.drop_table("coverage_proposal")
