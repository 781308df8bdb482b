"""Types and stages of customers, and what makes a review of potential due."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.String(length=120), nullable=False),
        sa.Column("after", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_review_event_author_id_user")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_review_event_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_review_event_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_review_event_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_event")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_review_event_batch_id"), "review_event", ["batch_id"])
    op.create_index(op.f("ix_review_event_customer_id"), "review_event", ["customer_id"])
    op.create_index(op.f("ix_review_event_institution_id"), "review_event", ["institution_id"])
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_segment_author_id_user")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_segment_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_segment_customer_id_id"), "segment", ["customer_id", "id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_segment_customer_id_id"), table_name="segment")
    op.drop_table("segment")
    op.drop_index(op.f("ix_review_event_institution_id"), table_name="review_event")
    op.drop_index(op.f("ix_review_event_customer_id"), table_name="review_event")
    op.drop_index(op.f("ix_review_event_batch_id"), table_name="review_event")
    op.drop_table("review_event")
