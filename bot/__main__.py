"""The `ninebox` command. Heavy parts are imported by the command that needs them: --help answers at once."""

import argparse
import asyncio
import math
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import OperatorError
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.deps import Deps

# The words of `Method`, `PotentialMethod` and `RfmRule`, whose modules take a second to load.
METHODS = ("nine-box", "abc-count", "abc-value", "abc-computed", "rfm", "lorenz", "priority")
POTENTIAL = ("stated", "terciles", "score-table", "cuts", "cumulative")
BENCHES = (
    *("import", "today", "tiering", "plan", "search"),
    *("compliance", "digest", "understand", "outbox", "morning"),
)
PLACES = ("note", "plan", "event", "reason", "fact", "import", "filename", "advice")
RULES = ("fifths", "fixed", "r-package")
ANALYSIS_NOTES = """\
Columns are recognised by their names, as in an import. Of several files, rows with values are added up and
rows without are the customers; both are joined by the customer. Equal values always share a class.

--json prints one object: method, as_of, params (version of the numbers), columns (headers used, by role),
counts (customers by class), cuts (where classes part), figures (customers, total, gini, gini_corrected, top,
top_share), warnings [{code, params, text}], rows (customer, name, then the columns of the method, the most
important customer first; null is missing). Codes and names are stable, sentences are not.

  ninebox analyse customers.csv rx.csv --method nine-box --ours Dulaglutide --subject person --market us
  ninebox analyse orders.xlsx --method rfm --as-of 2026-10-31 --window 365 --xlsx rfm.xlsx
  ninebox analyse sales.csv --method lorenz --customer Shop --value Net --png lorenz.png
"""

PLAN_DAY_NOTES = """\
FILE is one JSON object; times are minutes after midnight, unknown keys are passed over:

  day_start, day_end   when the rep can set out, and when the last service (or the way home) is over
  cap                  visits at most
  lam                  price of a minute of travel, in units of prizes
  return_home          whether the way home counts, in time and in price
  matrix               minutes between places; row and column 0 = the start, i + 1 = customers[i]
  customers            a list of {"id": 6, "prize": 0.17, "service": 9.2, "windows": [[828, 1008]]}, and
                       "required": true for whoever is visited in every plan; service starts inside a window

--json prints one object: order (ids), stops [{id, arrive, start, leave}], value (prizes less lam x travel),
and infeasible [{id, code}]: required customers who cannot be visited, either alone (required_unreachable) or
beside the others (required_clash).
"""


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
    except BrokenPipeError:  # whoever reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


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

    text = add("check-text", "Check the lines of a text file against the compliance rules.", _check_text)
    text.add_argument("file", type=Path, metavar="FILE", help="UTF-8 text, a note on each line")
    text.add_argument("--market", choices=("cn", "us", "generic"), help="whose rules (default: as set up)")
    text.add_argument("--place", choices=PLACES, default="note", help="what the lines are (default note)")
    text.add_argument("--language", choices=("zh", "en"), default="en", help="language of the rules")
    text.add_argument("--json", action="store_true", help="print level and rules of each line for a program")

    study = add(
        "analyse", "Analyse customers and sales of any .xlsx or .csv files; nothing is stored.", _analyse
    )
    _add_analysis(study)

    day = add("plan-day", "Plan the best route of one day, described in a JSON file.", _plan_day)
    _add_plan_day(day)

    understand = add("understand", "Show what the bot takes the lines of a text file for.", _understand)
    understand.add_argument("file", type=Path, metavar="FILE", help="one sentence a line")
    understand.add_argument("--locale", choices=("zh", "en"), help="by one lexicon only (default: by both)")
    understand.add_argument(
        "--on", type=_day, metavar="DATE", help="the day on which it is said (default: today)"
    )
    understand.add_argument("--json", action="store_true", help="print everything for a program")

    _add_bench(add("bench", "Measure speed and memory on this machine.", _bench))
    return top


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument("what", choices=BENCHES, help="what to measure")
    bench.add_argument("--customers", type=_size, metavar="N", help="how many, for import and tiering")
    bench.add_argument("--sales", type=_size, metavar="N", help="sales rows for tiering (default 20000000)")
    bench.add_argument("--full", action="store_true", help="plan: for all reps, not for a sample of them")
    bench.add_argument(
        "--kills", type=_whole, default=200, metavar="N", help="outbox: how often to kill (default 200)"
    )
    bench.add_argument("--reps", type=_size, metavar="N", help="morning: how many (default 10000)")
    bench.add_argument("--database", metavar="URL", help="outbox: an empty PostgreSQL (default: SQLite)")
    bench.add_argument("--json", action="store_true", help="print figures for a program")


def _add_plan_day(day: argparse.ArgumentParser) -> None:
    day.formatter_class = argparse.RawDescriptionHelpFormatter
    day.epilog = PLAN_DAY_NOTES
    day.add_argument("file", type=Path, metavar="FILE.json", help="the day")
    day.add_argument("--json", action="store_true", help="print the plan for a program")
    day.add_argument("--seed", type=_whole, default=0, metavar="N", help="of the search (default 0)")
    day.add_argument(
        "--iterations", type=_whole, default=400, metavar="N", help="rounds of the search (default 400)"
    )


def _add_analysis(study: argparse.ArgumentParser) -> None:
    study.formatter_class = argparse.RawDescriptionHelpFormatter
    study.epilog = ANALYSIS_NOTES
    study.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="the files, joined by the customer"
    )
    study.add_argument("--method", required=True, choices=METHODS, help="what to find out")
    for name, what in (
        ("customer", "of customers"),
        ("value", "of values: amounts, quantities, claims"),
        ("date", "of dates"),
        ("product", "of products"),
    ):
        study.add_argument(f"--{name}", metavar="COL", help=f"the column {what}, if not recognised")
    study.add_argument("--ours", metavar="NAME", help="nine-box: our own product; support is our share")
    study.add_argument(
        "--as-of", type=_day, metavar="DATE", help="the day of the analysis (default: the last date)"
    )
    study.add_argument(
        "--cuts", type=_cuts, metavar="LOW,MIDDLE", help="nine-box: fixed cuts of the potential"
    )
    study.add_argument(
        "--share-cuts", type=_share_cuts, metavar="LOW,MIDDLE", help="nine-box: fixed cuts of our share, 0-1"
    )
    study.add_argument("--potential", choices=POTENTIAL, help="nine-box: how a letter is found")
    study.add_argument("--rule", choices=RULES, help="rfm: how scores are found (default fifths)")
    study.add_argument("--window", type=_window, metavar="DAYS", help="rfm: the days that count, or 'all'")
    study.add_argument(
        "--subject", choices=("account", "person"), default="account", help="what the customers are"
    )
    study.add_argument(
        "--market", choices=("cn", "us", "generic"), help="whose rules hold (default: as set up)"
    )
    study.add_argument("--language", choices=("zh", "en"), default="en", help="language of texts and headers")
    output = study.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print everything for a program")
    output.add_argument("--xlsx", type=Path, metavar="OUT", help="write a workbook too")
    output.add_argument("--png", type=Path, metavar="OUT", help="draw the grid or the Lorenz curve too")


def _cuts(text: str) -> tuple[float, float]:
    try:
        low, middle = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 60,150") from None
    if not -math.inf < low < middle < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} does not rise: write the smaller number first")
    return low, middle


def _share_cuts(text: str) -> tuple[float, float]:
    low, middle = _cuts(text)
    if not 0 <= low < middle < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not two parts of 1 such as 0.2,0.5")
    return low, middle


def _window(text: str) -> int:
    if text == "all":
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 36_600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days such as 365, or 'all'")
    return int(text)


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 10_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 10000000")


def _size(text: str) -> int:
    if text.isascii() and text.isdigit() and 30 <= int(text) <= 100_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 30 to 100000000")


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


def _analyse(options: argparse.Namespace) -> int:
    if options.method != "nine-box":
        _refuse_given(options, ("ours", "cuts", "share_cuts", "potential"), "nine-box")
    if options.method != "rfm":
        _refuse_given(options, ("window", "rule"), "rfm")
    if options.png is not None and options.method in {"rfm", "priority"}:
        raise OperatorError(
            "--png draws the nine-box grid and the Lorenz curve; rfm and priority have no picture"
        )

    from bot.analysis.command import run
    from bot.analysis.model import Method, Request, Role
    from domain.tiering.params import Cuts, PotentialMethod
    from domain.tiering.rfm import RfmRule
    from domain.tiering.subject import Subject

    def cuts(said: tuple[float, float] | None) -> Cuts | None:
        return Cuts(low=said[0], middle=said[1]) if said else None

    settings = Settings.load()
    named = {
        role: options.__dict__[role.value] for role in (Role.CUSTOMER, Role.VALUE, Role.DATE, Role.PRODUCT)
    }
    request = Request(
        method=Method(options.method),
        named={role: header for role, header in named.items() if header},
        ours=options.ours,
        as_of=options.as_of,
        cuts=cuts(options.cuts),
        share_cuts=cuts(options.share_cuts),
        potential=PotentialMethod(options.potential.replace("-", "_")) if options.potential else None,
        rule=RfmRule((options.rule or "fifths").replace("-", "_")),
        window=options.window,
        subject=Subject(options.subject),
        market=options.market or settings.market,
    )
    return run(
        settings,
        options.files,
        request,
        language=options.language,
        json=options.json,
        xlsx=options.xlsx,
        png=options.png,
    )


def _plan_day(options: argparse.Namespace) -> int:
    from bot.planning.command import run

    return run(options.file, seed=options.seed, iterations=options.iterations, as_json=options.json)


def _refuse_given(options: argparse.Namespace, names: Sequence[str], method: str) -> None:
    """An option that another method would pass over in silence is a mistake."""
    for name in names:
        if getattr(options, name) is not None:
            raise OperatorError(f"--{name.replace('_', '-')} belongs to --method {method}")


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


def _understand(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock, local_date
    from bot.understanding import understand

    settings = Settings.load()
    today = options.on or local_date(SystemClock().now(), settings.time_zone)
    return understand(settings, options.file, locale=options.locale, today=today, as_json=options.json)


def _check_text(options: argparse.Namespace) -> int:
    from bot.checking import check_text
    from domain.compliance.rules import Place
    from domain.content.library import load_library
    from domain.content.reading import ContentErrors

    settings = Settings.load()
    try:
        library = load_library(settings.content_dir)
    except ContentErrors as error:
        raise OperatorError(f"the content has mistakes:\n{error}") from None
    return check_text(
        library,
        options.file,
        market=options.market or settings.market,
        place=Place(options.place),
        language=options.language,
        as_json=options.json,
    )


def _bench(options: argparse.Namespace) -> int:
    from bot.bench.outbox import Trial
    from bot.bench.run import bench

    sizes = {} if options.sales is None else {"sales": options.sales}
    return bench(
        options.what,
        as_json=options.json,
        customers=options.customers,
        full=options.full,
        trial=Trial(kills=options.kills, database_url=options.database),
        reps=options.reps,
        **sizes,
    )


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
