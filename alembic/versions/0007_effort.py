"""How often one rep visits, other than the norm says, and how managers share out effort."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "effort_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.String(length=2), nullable=False),
        sa.Column("none", sa.Integer(), nullable=False),
        sa.Column("half", sa.Integer(), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.Column("saturation", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_effort_judgement_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort_judgement")),
        sa.UniqueConstraint("author_id", "cell", name=op.f("uq_effort_judgement_author_id_cell")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "effort_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_effort_decision_author_id_user")),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_effort_decision_ended_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_effort_decision_author_id"), "effort_decision", ["author_id"])
    op.create_table(
        "cadence_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("extra_days", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("effort_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_cadence_choice_author_id_user")),
        sa.ForeignKeyConstraint(
            ["effort_id"], ["effort_decision.id"], name=op.f("fk_cadence_choice_effort_id_effort_decision")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_cadence_choice_ended_by_user")),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_cadence_choice_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence_choice")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_cadence_choice_effort_id"), "cadence_choice", ["effort_id"])
    op.create_index(op.f("ix_cadence_choice_rep_id"), "cadence_choice", ["rep_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_cadence_choice_rep_id"), table_name="cadence_choice")
    op.drop_index(op.f("ix_cadence_choice_effort_id"), table_name="cadence_choice")
    op.drop_table("cadence_choice")
    op.drop_index(op.f("ix_effort_decision_author_id"), table_name="effort_decision")
    op.drop_table("effort_decision")
    op.drop_table("effort_judgement")
