"""Everything of Ninebox that touches the world: Telegram, the database, files, the clock."""

import os

# python-telegram-bot then gives periods as timedelta, its future default, and warns of nothing.
os.environ.setdefault("PTB_TIMEDELTA", "1")
