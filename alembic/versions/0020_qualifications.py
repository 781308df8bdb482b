"""Filings and training of representatives; pictures and voice notes whose words are held."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_qualification_user_id_user")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_qualification_author_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_qualification_user_id_kind_id"), "qualification", ["user_id", "kind", "id"])
    for name, length in (("attachment", 16), ("file_id", 200)):
        column = sa.Column(name, sa.String(length=length), nullable=False, server_default=sa.text("''"))
        op.add_column("held_text", column)


def downgrade() -> None:
    op.drop_column("held_text", "file_id")
    op.drop_column("held_text", "attachment")
    op.drop_index(op.f("ix_qualification_user_id_kind_id"), table_name="qualification")
    op.drop_table("qualification")
