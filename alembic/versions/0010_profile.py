"""What is known about a customer: fields with their history, consents, facts, relations."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "customer", sa.Column("by_appointment", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("visit", sa.Column("step_done_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_import_change_table_name_row_id"), "import_change", ["table_name", "row_id"])
    op.create_table(
        "profile_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_profile_change_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_profile_change_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name=op.f("fk_profile_change_undone_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_profile_change_customer_id_id"), "profile_change", ["customer_id", "id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("customer_id", "channel", name=op.f("uq_consent_customer_id_channel")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "customer_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_customer_fact_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_fact_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_fact")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_customer_fact_customer_id_kind"), "customer_fact", ["customer_id", "kind"])
    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_relation_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["customer.id"], name=op.f("fk_relation_other_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("customer_id", "other_id", name=op.f("uq_relation_customer_id_other_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_relation_other_id"), "relation", ["other_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_feedback_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_feedback_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_customer_id_id"), "feedback", ["customer_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_feedback_customer_id_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_index(op.f("ix_relation_other_id"), table_name="relation")
    op.drop_table("relation")
    op.drop_index(op.f("ix_customer_fact_customer_id_kind"), table_name="customer_fact")
    op.drop_table("customer_fact")
    op.drop_table("consent")
    op.drop_index(op.f("ix_profile_change_customer_id_id"), table_name="profile_change")
    op.drop_table("profile_change")
    op.drop_index(op.f("ix_import_change_table_name_row_id"), table_name="import_change")
    op.drop_column("visit", "step_done_on")
    op.drop_column("customer", "by_appointment")
