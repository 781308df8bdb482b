"""The command menus that Telegram shows beside the text field: per role and language."""

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.commands import Command, commands_for
from bot.render.catalogues import LOCALES
from bot.render.renderer import render, words
from domain.importing.columns import Locale
from domain.people.model import Role


async def introduce(bot: Bot) -> None:
    """Say what the bot is, and give everyone the menu of a rep until it is known who they are."""
    for locale in (None, *LOCALES):
        speech = locale or "en"
        await bot.set_my_commands(
            _entries(commands_for(Role.REP), speech),
            scope=BotCommandScopeAllPrivateChats(),
            language_code=locale,
        )
        await bot.set_my_description(render(speech, "description"), language_code=locale)
        await bot.set_my_short_description(render(speech, "short_description"), language_code=locale)


async def show_menu(bot: Bot, chat_id: int, role: Role, locale: Locale) -> None:
    """Give one person the menu of their role, in their language."""
    await bot.set_my_commands(_entries(commands_for(role), locale), scope=BotCommandScopeChat(chat_id))


def _entries(commands: tuple[Command, ...], locale: str) -> list[BotCommand]:
    _ = words(locale)._
    return [BotCommand(one.name, _(one.about)) for one in commands if one.in_menu]
