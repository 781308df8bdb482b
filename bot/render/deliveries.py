"""Why something was not delivered, in words; where there are none, Telegram's own are shown."""

from collections.abc import Mapping

from bot.render.catalogues import marked

WHY_NOT: Mapping[str, str] = {
    "timed_out": marked("no answer from Telegram"),
    "connection_lost": marked("the connection broke"),
    "interrupted": marked("the bot was stopped meanwhile"),
    "unknown_kind": marked("from another version of the bot"),
}
