"""What a good sales manager knows, as functions over plain values.

Nothing in here knows Telegram, a database or the clock: `now`, `today` and
random generators are arguments.
"""
