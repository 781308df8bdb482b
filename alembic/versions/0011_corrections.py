"""Corrections of the roster, merged customers, forgotten customers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["user.id"], name=op.f("fk_correction_answered_by_user")),
        sa.ForeignKeyConstraint(["asked_by"], ["user.id"], name=op.f("fk_correction_asked_by_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_correction_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_correction_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["customer.id"], name=op.f("fk_correction_other_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_correction_asked_by"), "correction", ["asked_by"])
    op.create_index(op.f("ix_correction_customer_id_id"), "correction", ["customer_id", "id"])
    op.create_index(op.f("ix_correction_institution_id"), "correction", ["institution_id"])
    op.create_index(op.f("ix_correction_other_id"), "correction", ["other_id"])
    op.execute(
        sa.text(
            "INSERT INTO correction (customer_id, kind, field, value, asked_by, asked_at, state, answer,"
            " answered_by, answered_at, read_at)"
            " SELECT customer_id, doubt, '', evidence, rep_id, asked_at,"
            " CASE state WHEN 'accepted' THEN 'approved' ELSE state END, answer, answered_by, answered_at,"
            " answered_at FROM tier_question WHERE doubt IN ('moved', 'retired') ORDER BY id"
        )
    )
    op.execute(sa.text("DELETE FROM tier_question WHERE doubt IN ('moved', 'retired')"))
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_customer_merge_author_id_user")),
        sa.ForeignKeyConstraint(
            ["gone_id"], ["customer.id"], name=op.f("fk_customer_merge_gone_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["customer.id"], name=op.f("fk_customer_merge_kept_id_customer")
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["user.id"], name=op.f("fk_customer_merge_undone_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_merge")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_customer_merge_gone_id"), "customer_merge", ["gone_id"])
    op.create_index(op.f("ix_customer_merge_kept_id"), "customer_merge", ["kept_id"])
    op.create_table(
        "refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_refusal_fingerprint")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("installation")
    op.drop_table("refusal")
    op.drop_table("customer_merge")
    op.execute(
        sa.text(
            "INSERT INTO tier_question (customer_id, rep_id, doubt, evidence, asked_at, state, answer,"
            " answered_by, answered_at)"
            " SELECT customer_id, asked_by, kind, value, asked_at,"
            " CASE state WHEN 'approved' THEN 'accepted' WHEN 'open' THEN 'open' ELSE 'rejected' END,"
            " answer, answered_by, answered_at FROM correction WHERE kind IN ('moved', 'retired') ORDER BY id"
        )
    )
    op.drop_table("correction")
    op.drop_column("customer", "merged_into")
