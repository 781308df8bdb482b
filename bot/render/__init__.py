"""Everything that turns values into words, pictures and Telegram HTML."""
