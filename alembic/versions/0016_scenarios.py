"""Scenarios as they are played, written by managers and assigned; visits that something asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_texts()
    _make_sessions()
    op.create_table(
        "scenario_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_scenario_assignment_author_id_user")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_scenario_assignment_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_assignment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_scenario_assignment_user_id"), "scenario_assignment", ["user_id"])
    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_pin_customer_id_customer")),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_pin_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pin_customer_id"), "pin", ["customer_id"])
    op.create_index(op.f("ix_pin_rep_id"), "pin", ["rep_id"])


def _make_texts() -> None:
    op.create_table(
        "scenario_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_text")),
        sa.UniqueConstraint("scenario_id", "digest", name=op.f("uq_scenario_text_scenario_id_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "own_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.String(length=40), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_own_scenario_author_id_user")),
        sa.ForeignKeyConstraint(
            ["text_id"], ["scenario_text.id"], name=op.f("fk_own_scenario_text_id_scenario_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_scenario")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_own_scenario_author_id"), "own_scenario", ["author_id"])
    op.create_index(op.f("ix_own_scenario_scenario_id"), "own_scenario", ["scenario_id"])


def _make_sessions() -> None:
    op.create_table(
        "scenario_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("is_preview", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["text_id"], ["scenario_text.id"], name=op.f("fk_scenario_session_text_id_scenario_text")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_scenario_session_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_session")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_scenario_session_text_id"), "scenario_session", ["text_id"])
    op.create_index(op.f("ix_scenario_session_user_id_ended_at"), "scenario_session", ["user_id", "ended_at"])
    op.create_table(
        "scenario_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cell", sa.String(length=2), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_scenario_candidate_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["scenario_session.id"],
            name=op.f("fk_scenario_candidate_session_id_scenario_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_candidate")),
        sa.UniqueConstraint(
            "session_id", "node", "place", name=op.f("uq_scenario_candidate_session_id_node_place")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_scenario_candidate_customer_id"), "scenario_candidate", ["customer_id"])
    op.create_table(
        "scenario_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=True),
        sa.Column("picked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["scenario_session.id"],
            name=op.f("fk_scenario_answer_session_id_scenario_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_answer")),
        sa.UniqueConstraint("session_id", "step", name=op.f("uq_scenario_answer_session_id_step")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in (
        "pin",
        "scenario_assignment",
        "scenario_answer",
        "scenario_candidate",
        "scenario_session",
        "own_scenario",
        "scenario_text",
    ):
        op.drop_table(table)
