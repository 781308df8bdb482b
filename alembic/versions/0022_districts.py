"""The district of a city that an institution, or a customer without one, lies in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("institution", "customer")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("district", sa.String(length=80), server_default=sa.text("''"), nullable=False)
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "district")
