"""How reps spend their time; training and half days beside days off."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "time_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rep_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("selling", sa.Integer(), nullable=False),
        sa.Column("travelling", sa.Integer(), nullable=False),
        sa.Column("organising", sa.Integer(), nullable=False),
        sa.Column("personal", sa.Integer(), nullable=False),
        sa.Column("is_spread", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rep_id"], ["user.id"], name=op.f("fk_time_entry_rep_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
        sa.UniqueConstraint("rep_id", "on", name=op.f("uq_time_entry_rep_id_on")),
        sqlite_autoincrement=True,
    )
    kind = sa.Column("kind", sa.String(length=16), nullable=False, server_default=sa.text("'off'"))
    op.add_column("leave", kind)
    op.add_column("leave", sa.Column("half", sa.String(length=2), nullable=True))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM leave WHERE half IS NOT NULL"))  # else they would be whole days
    op.drop_column("leave", "half")
    op.drop_column("leave", "kind")
    op.drop_table("time_entry")
