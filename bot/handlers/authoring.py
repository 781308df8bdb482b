"""/scenario_new: managers send a scenario, try it out, publish it for their teams, and retire it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

from bot.buttons.authoring import (
    PublishScenario,
    RetireScenario,
    SendScenario,
    SendScenarioTemplate,
    ShowOwnScenario,
    ShowOwnScenarios,
    TryScenario,
)
from bot.buttons.learning import ShowItems
from bot.commands import MANAGERS
from bot.db.repositories.coaching import OwnScenario, OwnState
from bot.db.values import Purpose
from bot.exporting import Sheet, write_xlsx
from bot.handlers.coaching import step_screen
from bot.handlers.home import home_row
from bot.render.authoring import place, said
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import authoring, awaiting, screening
from bot.turn import Turn
from domain.coaching.authoring import to_yaml
from domain.coaching.scenario import Scenario
from domain.coaching.sheet import COLUMNS, PARTS, is_table, to_lines
from domain.compliance.rules import Place
from domain.content.reading import ContentErrors, ContentProblem
from domain.errors import DomainError
from domain.ids import OwnScenarioId
from domain.people.model import Role

routes = Routes()

PAGE = 8
SHOWN_MISTAKES = 8
EXAMPLE = "my_scenario"
"""What the example is called, until its author gives it another name."""

SIGNS = {OwnState.DRAFT: "✏️", OwnState.PUBLISHED: "✅", OwnState.RETIRED: "▫️"}


@routes.on(ShowOwnScenarios, MANAGERS)
async def show_own_scenarios(turn: Turn, at: ShowOwnScenarios) -> Screen:
    """What one has written so far, and how to write one; the next file is taken for a scenario."""
    _ = turn.words._
    await awaiting.ask(turn.deps, turn.viewer, Purpose.SCENARIO, turn.viewer.id, "", turn.now)
    every = await authoring.owned(turn.deps, turn.viewer)
    shown, page, pages = page_of(every, at.page, PAGE)
    rows = [
        [
            Button("⬇ " + _("Example as a spreadsheet"), SendScenarioTemplate(is_sheet=True)),
            Button("⬇ " + _("Example as YAML"), SendScenarioTemplate(is_sheet=False)),
        ],
        *([Button(f"{SIGNS[one.state]} {one.scenario.title}", ShowOwnScenario(one.id))] for one in shown),
        *page_row(page, pages, ShowOwnScenarios),
        [Button(_("Question statistics"), ShowItems()), *home_row(turn)],
    ]
    return Screen(turn.text("scenarios", every=every), rows)


async def receive(turn: Turn, name: str, size: int, download: Callable[[], Awaitable[bytes]]) -> Screen:
    """A file with a scenario: its mistakes, or what it says and the way to try it out."""
    if turn.viewer.role is not Role.MANAGER:
        raise DomainError("not_allowed")
    if size > authoring.LARGEST:
        raise DomainError("file_too_large", file=name[:60], limit=authoring.LARGEST, size=size)
    await screening.screen(turn.deps, turn.viewer, PurePath(name).stem, Place.FILENAME, turn.now)
    try:
        found = await authoring.read(turn.deps, turn.viewer, name, await download(), turn.locale, turn.now)
    except ContentErrors as errors:
        return _mistakes(turn, name, errors.problems)
    return _own(turn, found)


@routes.on(ShowOwnScenario, MANAGERS)
async def show_own_scenario(turn: Turn, at: ShowOwnScenario) -> Screen:
    """A scenario with its state, and what can be done with it."""
    return _own(turn, await authoring.own(turn.deps, turn.viewer, OwnScenarioId(at.own)))


@routes.on(TryScenario, MANAGERS)
async def try_scenario(turn: Turn, at: TryScenario) -> Screen:
    """Its first question, as the team would see it."""
    return await step_screen(
        turn, await authoring.try_out(turn.deps, turn.viewer, OwnScenarioId(at.own), turn.now), 0
    )


@routes.on(PublishScenario, MANAGERS)
async def publish_scenario(turn: Turn, at: PublishScenario) -> Screen:
    """Let the team play it."""
    found = await authoring.publish(turn.deps, turn.viewer, OwnScenarioId(at.own), turn.now)
    return replace(_own(turn, found), toast=turn.words._("Published for your team"))


@routes.on(RetireScenario, MANAGERS)
async def retire_scenario(turn: Turn, at: RetireScenario) -> Screen:
    """Offer it no more."""
    await authoring.retire(turn.deps, turn.viewer, OwnScenarioId(at.own), turn.now)
    screen = await show_own_scenarios(turn, ShowOwnScenarios())
    return replace(screen, toast=turn.words._("Retired"))


@routes.on(SendScenario, MANAGERS)
async def send_scenario(turn: Turn, at: SendScenario) -> Screen:
    """The scenario as a file, to be changed and sent back."""
    found = await authoring.own(turn.deps, turn.viewer, OwnScenarioId(at.own))
    data = to_yaml(found.scenario).encode()
    return replace(_own(turn, found), attachments=(Attachment(f"{found.scenario.id}.yaml", data),))


@routes.on(SendScenarioTemplate, MANAGERS)
async def send_template(turn: Turn, at: SendScenarioTemplate) -> Screen:
    """An example that is complete and sound, under a name of its own."""
    texts = turn.deps.library.scenarios
    shipped = [one for one in texts[turn.locale].values() if is_table(one)]
    example = min(shipped, key=lambda one: (len(one.nodes), one.id)).model_copy(
        update={"id": EXAMPLE, "version": 1}
    )
    data = to_yaml(example).encode()
    if at.is_sheet:
        data = await asyncio.to_thread(_workbook, example, turn.locale)
    name = f"{EXAMPLE}.xlsx" if at.is_sheet else f"{EXAMPLE}.yaml"
    screen = await show_own_scenarios(turn, ShowOwnScenarios())
    return replace(screen, attachments=(Attachment(name, data),))


def _workbook(example: Scenario, locale: str) -> bytes:
    language = 0 if locale == "zh" else 1
    headers = [words[language] for words in COLUMNS.values()]
    choices = {headers[0]: [words[language] for words in PARTS.values()]}
    file = BytesIO()
    write_xlsx(file, [Sheet(EXAMPLE, headers, to_lines(example, locale), choices)])
    return file.getvalue()


def _own(turn: Turn, found: OwnScenario) -> Screen:
    _ = turn.words._
    rows = [[Button("▶ " + _("Try it out"), TryScenario(found.id))]]
    if found.state is OwnState.DRAFT:
        rows.append([Button(_("Publish for the team"), PublishScenario(found.id))])
    if found.state is not OwnState.RETIRED:
        rows.append(
            [
                Button("⬇ " + _("As a file"), SendScenario(found.id)),
                Button(_("Retire"), RetireScenario(found.id)),
            ]
        )
    rows.append([Button(_("My scenarios"), ShowOwnScenarios()), *home_row(turn)])
    return Screen(turn.text("scenario", own=found, scenario=found.scenario), rows)


def _mistakes(turn: Turn, name: str, problems: Sequence[ContentProblem]) -> Screen:
    lines = [
        (place(turn.words, one), said(turn.words, one.what)[:200], said(turn.words, one.how)[:200])
        for one in problems[:SHOWN_MISTAKES]
    ]
    more = len(problems) - len(lines)
    text = turn.text("scenario_mistakes", name=name[:60], lines=lines, more=more)
    return Screen(text, [[Button(turn.words._("My scenarios"), ShowOwnScenarios()), *home_row(turn)]])
