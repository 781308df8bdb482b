"""Appointments, leave, working hours, and the calendar feed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_appointment_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_appointment_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_appointment_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_appointment_rep_id_on"), "appointment", ["rep_id", "on"])
    op.create_index(op.f("ix_appointment_customer_id_on"), "appointment", ["customer_id", "on"])
    op.create_table(
        "times_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_times_asked_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_times_asked_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_times_asked")),
        sa.UniqueConstraint("customer_id", "rep_id", name=op.f("uq_times_asked_customer_id_rep_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_times_asked_rep_id"), "times_asked", ["rep_id"])
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_leave_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_leave_rep_id"), "leave", ["rep_id"])
    op.create_table(
        "working_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Time(), nullable=True),
        sa.Column("end", sa.Time(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_working_hours_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_working_hours_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
        sa.UniqueConstraint("rep_id", name=op.f("uq_working_hours_rep_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_working_hours_institution_id"), "working_hours", ["institution_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_calendar_feed_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("rep_id", name=op.f("uq_calendar_feed_rep_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_working_hours_institution_id"), table_name="working_hours")
    op.drop_table("working_hours")
    op.drop_index(op.f("ix_leave_rep_id"), table_name="leave")
    op.drop_table("leave")
    op.drop_index(op.f("ix_times_asked_rep_id"), table_name="times_asked")
    op.drop_table("times_asked")
    op.drop_index(op.f("ix_appointment_customer_id_on"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_rep_id_on"), table_name="appointment")
    op.drop_table("appointment")
