"""Events, who is proposed for their seats, and the record of every sharing."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("specialties", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("registration", sa.Boolean(), nullable=True),
        sa.Column("meal", sa.Integer(), nullable=True),
        sa.Column("extras", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("comment", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_event_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_author_id"), "event", ["author_id"])
    op.create_table(
        "event_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=16), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_seat_event_id_event")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_event_seat_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["said_by"], ["user.id"], name=op.f("fk_event_seat_said_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_seat")),
        sa.UniqueConstraint("event_id", "customer_id", name=op.f("uq_event_seat_event_id_customer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_seat_customer_id"), "event_seat", ["customer_id"])
    op.create_table(
        "event_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("content_version", sa.String(length=40), nullable=False),
        sa.Column("params_version", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("warned", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("comment", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_decision_event_id_event")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_event_decision_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_decision_event_id"), "event_decision", ["event_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_event_decision_event_id"), table_name="event_decision")
    op.drop_table("event_decision")
    op.drop_index(op.f("ix_event_seat_customer_id"), table_name="event_seat")
    op.drop_table("event_seat")
    op.drop_index(op.f("ix_event_author_id"), table_name="event")
    op.drop_table("event")
