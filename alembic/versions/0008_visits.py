"""Day plans with their suggestions, answers to them, and all that a visit log holds."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_dismissal_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_dismissal_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dismissal")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_dismissal_in_force",
        "dismissal",
        ["customer_id", "rep_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_dismissal_rep_id"), "dismissal", ["rep_id"])
    op.execute(
        sa.text(
            'INSERT INTO dismissal (rep_id, customer_id, reason, "on", until, created_at) '
            "SELECT rep_id, customer_id, 'unavailable', date(created_at), until, created_at FROM snooze"
        )
    )
    op.drop_table("snooze")
    op.create_table(
        "day_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_day_plan_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_plan")),
        sa.UniqueConstraint("rep_id", "on", name=op.f("uq_day_plan_rep_id_on")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_day_plan_on"), "day_plan", ["on"])
    op.create_table(
        "suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("arrive", sa.Time(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("leave", sa.Time(), nullable=False),
        sa.Column("travel_minutes", sa.Float(), nullable=False),
        sa.Column("cell", sa.String(length=2), nullable=True),
        sa.Column("price", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_suggestion_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_suggestion_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("rep_id", "on", "customer_id", name=op.f("uq_suggestion_rep_id_on_customer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_suggestion_on_state"), "suggestion", ["on", "state"])
    op.create_index(op.f("ix_suggestion_customer_id"), "suggestion", ["customer_id"])
    # Not in a batch: that would build the table anew, and SQLite would forget which ids were given.
    op.add_column(
        "visit", sa.Column("reason", sa.String(length=24), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("visit", sa.Column("topics", sa.JSON(), nullable=True))
    op.add_column("visit", sa.Column("barrier", sa.String(length=16), nullable=True))
    op.add_column("visit", sa.Column("support", sa.Integer(), nullable=True))
    op.add_column("visit", sa.Column("joined", sa.JSON(), nullable=True))
    op.add_column("visit", sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "visit_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_visit_version_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_visit_version_visit_id_id"), "visit_version", ["visit_id", "id"])
    op.create_index(op.f("ix_visit_version_author_id"), "visit_version", ["author_id"])
    op.create_table(
        "visit_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_id", sa.String(length=200), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_visit_attachment_author_id_user")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_attachment_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_attachment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_visit_attachment_visit_id"), "visit_attachment", ["visit_id"])
    op.create_table(
        "visit_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_visit_draft_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_draft")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_visit_draft_user_id"), "visit_draft", ["user_id"])


def downgrade() -> None:
    for table in ("visit_draft", "visit_attachment", "visit_version", "suggestion", "day_plan"):
        op.drop_table(table)
    for name in ("is_late", "joined", "support", "barrier", "topics", "reason"):
        op.drop_column("visit", name)
    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_snooze_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_snooze_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sa.UniqueConstraint("customer_id", "rep_id", name=op.f("uq_snooze_customer_id_rep_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_snooze_rep_id"), "snooze", ["rep_id"])
    op.execute(
        sa.text(
            "INSERT INTO snooze (rep_id, customer_id, until, created_at) "
            "SELECT rep_id, customer_id, until, created_at FROM dismissal WHERE id IN ("
            "SELECT max(id) FROM dismissal WHERE ended_at IS NULL AND until IS NOT NULL "
            "GROUP BY rep_id, customer_id)"
        )
    )
    op.drop_table("dismissal")
