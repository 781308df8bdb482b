"""How Alembic finds the database: a connection that is handed over, or an address.

By hand:  alembic -x url=sqlite:///data/ninebox.db upgrade head
          alembic -x url=... revision --autogenerate -m "What changes"
"""

import asyncio
import os

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from bot.db import tables  # noqa: F401  (fills SQLModel.metadata)
from bot.db.migrate import locked
from bot.db.types import UTCDateTime


def plain_type(kind, value, _autogen_context):
    """Write our own types as plain ones, so that old migrations never import the application."""
    if kind == "type" and isinstance(value, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(value, AutoString):
        return f"sa.String(length={value.length})"
    return False


def migrate(connection):
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=plain_type,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_by_address():
    url = context.get_x_argument(as_dictionary=True).get("url") or os.environ.get("NINEBOX_DATABASE_URL")
    if not url:
        raise SystemExit("Say which database: alembic -x url=... , or set NINEBOX_DATABASE_URL.")
    async with locked(url) as connection:
        await connection.run_sync(migrate)


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: run them without --sql.")
given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(migrate_by_address())
else:
    migrate(given)
