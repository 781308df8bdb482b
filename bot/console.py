"""What the operator does at the command line: load files, invite people. English, plain text."""

import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from telegram import Bot
from telegram.error import TelegramError

from bot.clock import local_date
from bot.db.migrate import upgrade
from bot.deps import Deps
from bot.importing.reading import UploadedFile, read_files_apart
from bot.importing.rejects import write_rejects
from bot.render.importing import issue_in_words, option_in_words, question_in_words
from bot.render.renderer import words
from bot.render.sentences import KINDS, problem
from bot.services import access, importing
from bot.services.importing import DryRun
from domain.errors import DomainError
from domain.importing.columns import Locale
from domain.importing.model import Action, ImportPlan, Kind
from domain.people.model import Role

LOCALE: Locale = "en"
SHOWN = 20  # issues that are printed; the file of rejected rows has them all


async def import_files(
    deps: Deps,
    files: Sequence[Path],
    *,
    answers: Sequence[str],
    as_of: date | None,
    dry: bool,
    rejected: Path | None,
) -> int:
    """Load files, or say what would change; the exit code."""
    try:
        await upgrade(deps.settings.database_url)
        return await _import_files(deps, files, _pairs(answers), as_of, rejected, dry=dry)
    except DomainError as error:
        return _refuse(problem(words(LOCALE), error.code, error.params))
    finally:
        await deps.db.dispose()


async def invite(deps: Deps, role: str, *, name: str, manager: str | None) -> int:
    """Print an invite link; the exit code."""
    try:
        await upgrade(deps.settings.database_url)
        manager_id = None
        if manager:
            async with deps.db.read() as uow:
                found = await uow.users.by_name(manager)
            if found is None or found.role is not Role.MANAGER:
                return _refuse(f"there is no manager called {manager!r}")
            manager_id = found.id
        invitation = await access.invite_new(deps, None, Role(role), name, manager_id, deps.clock.now())
    except DomainError as error:
        return _refuse(problem(words(LOCALE), error.code, error.params))
    finally:
        await deps.db.dispose()
    username = await _username(deps)
    if username:
        print(f"https://t.me/{username}?start={invitation.token}")
    else:
        print(f"Send this to the bot: /start {invitation.token}")
    print(f"It works once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC.", file=sys.stderr)
    return 0


async def _import_files(
    deps: Deps,
    files: Sequence[Path],
    answers: dict[str, str],
    as_of: date | None,
    rejected: Path | None,
    *,
    dry: bool,
) -> int:
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        return _refuse(f"there is no file {', '.join(missing)}")
    now = deps.clock.now()
    day = as_of or local_date(now, deps.settings.time_zone)
    sheets = await read_files_apart([UploadedFile(file.name, file) for file in files], deps.library.columns)
    found = await importing.dry_run(deps, None, sheets, answers, as_of=day)
    if found.plan is None:
        return _questions(found)
    _report(found.plan)
    if rejected is not None and found.plan.rejected:
        say = partial(issue_in_words, words(LOCALE))
        write_rejects(rejected, sheets, found.plan, deps.library.columns, LOCALE, say)
        print(f"Rejected rows with reasons: {rejected}")
    if dry:
        print("Dry run: nothing was stored.")
        return 0
    loaded = await importing.load(deps, None, sheets, answers, as_of=day, now=now)
    print(f"Loaded as no. {loaded.batch}; {loaded.tiers_changed} tiers decided anew.")
    return 0


def _report(plan: ImportPlan) -> None:
    speech = words(LOCALE)
    for kind in Kind:
        new, changed, same = (plan.count(kind, action) for action in Action)
        if new or changed or same:
            print(f"{KINDS[kind]}: {new} new, {changed} changed, {same} unchanged")
    print(f"Rows rejected: {plan.rejected}")
    for column in plan.dropped:
        what = f"column {column.header!r} of {column.sheet}" if column.header else f"the sheet {column.sheet}"
        print(f"Not stored by rule {column.rule}: {what}")
    for issue in plan.issues[:SHOWN]:
        print(f"- {issue_in_words(speech, issue)}")
    if len(plan.issues) > SHOWN:
        print(f"... and {len(plan.issues) - SHOWN} more; --rejected FILE writes them all.")


def _questions(found: DryRun) -> int:
    speech = words(LOCALE)
    print("Some things cannot be guessed. Say them with --map, then run the command again:", file=sys.stderr)
    for question in found.questions:
        print(f"\n{question_in_words(speech, question)}", file=sys.stderr)
        for option in question.options:
            print(
                f'  --map "{question.id}={option.value}"   {option_in_words(speech, option)}', file=sys.stderr
            )
    return 1


def _pairs(said: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for each in said:
        key, separator, value = each.partition("=")
        if not separator or not key.strip() or not value.strip():
            raise DomainError("map_not_understood", said=each[:60])
        pairs[key.strip()] = value.strip()
    return pairs


async def _username(deps: Deps) -> str | None:
    """The bot's name for the link; without a token or a network the token alone must do."""
    if deps.settings.telegram_token is None:
        return None
    token = deps.settings.telegram_token.get_secret_value()
    bot = Bot(token, base_url=f"{deps.settings.telegram_api_url}/bot")
    try:
        async with bot:
            return bot.username
    except TelegramError:
        return None


def _refuse(sentence: str) -> int:
    print(f"ninebox: {sentence}", file=sys.stderr)
    return 1
