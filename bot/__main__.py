"""The `ninebox` command. Heavy parts are imported by the command that needs them: --help answers at once."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import OperatorError
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.deps import Deps


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0 = done, 1 = could not be done, 2 = the command line is wrong."""
    options = parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (OperatorError, SettingsError) as error:
        print(f"ninebox: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line, in plain words."""
    top = argparse.ArgumentParser(
        prog="ninebox",
        description="A Telegram bot that coaches medical representatives: whom to visit today, and why.",
        epilog="Settings are named NINEBOX_..., in the environment or in a file .env; see .env.example.",
    )
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, help_text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_text, description=help_text)
        one.set_defaults(command=run)
        return one

    demo = add("demo", "Try it in the browser, with an invented territory: no token, no account.", _demo)
    demo.add_argument("--port", type=int, default=8765, help="where the page is served (default 8765)")
    demo.add_argument("--language", choices=("zh", "en"), help="names and first language of the demo")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser window")

    add("run", "Run the bot until it is told to stop.", _run)
    add("migrate", "Bring the database to the present form.", _migrate)

    load = add("import", "Load a roster from .xlsx or .csv files.", _import)
    load.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the files, read together")
    load.add_argument("--dry-run", action="store_true", help="only say what would change")
    load.add_argument("--as-of", type=_day, metavar="DATE", help="the day the data describe, e.g. 2026-11-21")
    load.add_argument("--ours", metavar="NAME", help="our own product, as the files name it")
    load.add_argument("--owner", metavar="NAME", help="whose customers these are, if the files do not say")
    load.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="THIS=THAT",
        help="what a column means, or the answer to a question that was printed; may be repeated",
    )
    load.add_argument(
        "--rejected", type=Path, metavar="FILE", help="write rejected rows with reasons here (.xlsx)"
    )

    template = add("template", "Write an empty roster to fill in.", _template)
    template.add_argument("file", type=Path, metavar="FILE.xlsx", help="where to write it")
    template.add_argument("--language", choices=("zh", "en"), default="en", help="language of the headers")

    invite = add("invite", "Make an invite link for a person.", _invite)
    invite.add_argument(
        "--role", choices=("rep", "manager", "admin"), required=True, help="what the person does"
    )
    invite.add_argument("--name", default="", help="the person's name, as in the roster")
    invite.add_argument("--manager", metavar="NAME", help="whose team a rep belongs to")

    add("check-content", "Check norms, playbooks and texts, yours and ours, and list every mistake.", _check)

    bench = add("bench", "Measure speed and memory on this machine.", _bench)
    bench.add_argument("what", choices=("import", "today"), help="what to measure")
    bench.add_argument("--json", action="store_true", help="print figures for a program")
    return top


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-21") from None


def _settings() -> Settings:
    from bot.logging import set_up

    settings = Settings.load()
    set_up(settings)
    return settings


def _demo(options: argparse.Namespace) -> int:
    from bot.local.demo import demo

    return asyncio.run(demo(options.port, language=options.language, browser=not options.no_browser))


def _run(_options: argparse.Namespace) -> int:
    from bot.process import run

    settings = _settings()
    if settings.telegram_token is None:
        raise OperatorError(
            "there is no NINEBOX_TELEGRAM_TOKEN: take one from @BotFather and put it into .env"
        )
    asyncio.run(run(_with_content(settings), settings.telegram_token.get_secret_value()))
    return 0


def _migrate(_options: argparse.Namespace) -> int:
    from bot.db.migrate import upgrade

    asyncio.run(upgrade(_settings().database_url))
    print("The database is up to date.")
    return 0


def _import(options: argparse.Namespace) -> int:
    from bot.console import import_files

    settings = _settings()
    return asyncio.run(
        import_files(
            _with_content(settings),
            options.files,
            answers=[*options.map, *_also("ours", options.ours), *_also("owner", options.owner)],
            as_of=options.as_of,
            dry=options.dry_run,
            rejected=options.rejected,
        )
    )


def _template(options: argparse.Namespace) -> int:
    from bot.importing.template import write_template

    if options.file.suffix.casefold() != ".xlsx":
        raise OperatorError(f"{options.file} must end in .xlsx")
    settings = Settings.load()
    library = _with_content(settings).library
    usage = library.markets[settings.market].usage_per_customer
    try:
        write_template(options.file, library.columns, options.language, usage=usage)
    except OSError as error:
        raise OperatorError(f"{options.file} cannot be written: {error}") from None
    print(f"Wrote {options.file}. Fill it in, then: ninebox import {options.file} --dry-run")
    return 0


def _invite(options: argparse.Namespace) -> int:
    from bot.console import invite

    deps = _with_content(_settings())
    return asyncio.run(invite(deps, options.role, name=options.name, manager=options.manager))


def _check(_options: argparse.Namespace) -> int:
    from domain.content.library import check_content

    settings = Settings.load()
    problems = check_content(settings.content_dir)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise OperatorError(f"{len(problems)} to mend")
    print("All content is sound.")
    return 0


def _bench(options: argparse.Namespace) -> int:
    from bot.bench.run import bench

    return bench(options.what, as_json=options.json)


def _with_content(settings: Settings) -> "Deps":
    from bot.app import build_deps
    from domain.content.reading import ContentErrors

    try:
        return build_deps(settings)
    except ContentErrors as error:
        raise OperatorError(f"the content has mistakes:\n{error}") from None


def _also(key: str, value: str | None) -> list[str]:
    return [f"{key}={value}"] if value else []


if __name__ == "__main__":
    sys.exit(main())
