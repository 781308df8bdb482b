"""`python -m bot.bench.echo`: a bare python-telegram-bot that repeats what it is told, to compare with."""

from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

from bot.bench.traffic import TOKEN
from bot.settings import Settings


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Repeat a message."""
    if update.effective_message is not None:
        await update.effective_message.reply_text(update.effective_message.text or "")


def main() -> None:
    """Poll the server of the settings until the process is told to stop."""
    settings = Settings.load(env_file=None)
    builder: Any = ApplicationBuilder()
    address = f"{settings.telegram_api_url}/bot"
    application = builder.token(TOKEN).base_url(address).concurrent_updates(256).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
