"""Pictures of the whole list: the grid, ABC, RFM and concentration, narrowed by filters, and as workbooks."""

import asyncio
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.buttons.analyses import (
    ChooseFilter,
    Narrowed,
    SendMovement,
    SendWorkbook,
    ShowAnalysis,
    ShowGrid,
    ShowMatrix,
    View,
    Whom,
)
from bot.buttons.common import ALL
from bot.buttons.importing import ShowImport
from bot.buttons.tiers import ShowChanges
from bot.callbacks import RowId
from bot.clock import midnight
from bot.exporting import Cell as SheetCell
from bot.exporting import Sheet, write_xlsx
from bot.handlers.customers import cell_rows
from bot.handlers.home import home_row
from bot.handlers.tiers import moved_this_month
from bot.render.pictures import grid_picture
from bot.routes import Routes
from bot.screens import Attachment, Button, Screen, page_of, page_row
from bot.services import analyses, customers, tiering
from bot.services.analyses import Analysed, Chosen, Filter, Filters, Lacking
from bot.services.tiering import Changes
from bot.turn import Turn
from domain.explain import Reason
from domain.people.model import Role
from domain.tiering.business import QUARTER, months_before
from domain.tiering.model import Cell
from domain.tiering.notes import Note
from domain.tiering.subject import Subject

if TYPE_CHECKING:
    from bot.render.pictures import AbcPicture, LorenzPicture, RfmPicture

routes = Routes()

PAGE = 8
SHOWN_NOTES = 3  # remarks under a picture; the workbook has them all
SHOWN_MOVES = 4  # names under the grid

SUBJECTS = {Whom.EITHER: None, Whom.DOCTORS: Subject.PERSON, Whom.HOSPITALS: Subject.ACCOUNT}


@routes.on(ShowGrid, slow=True)
async def show_grid(turn: Turn, _at: ShowGrid) -> Screen:
    """The grid of everybody."""
    return await show_analysis(turn, ShowAnalysis(View.GRID))


@routes.on(ShowAnalysis, slow=True)
async def show_analysis(turn: Turn, at: ShowAnalysis) -> Screen:
    """A view as a picture with its figures in text below."""
    return await _VIEWS[at.view](turn, at)


@routes.on(ChooseFilter)
async def choose_filter(turn: Turn, at: ChooseFilter) -> Screen:
    """What a filter can be set to; a tap goes back to the view."""
    _ = turn.words._
    there = await analyses.choices(turn.deps, turn.viewer, at.by, _filters(at))
    shown, page, pages = page_of(there, at.page, PAGE)
    rows = [[Button(_everything(turn, at.by), _set(at, at.by, ALL))]]
    rows += [[Button(name[:60], _set(at, at.by, RowId(number)))] for number, name in shown]
    rows += page_row(page, pages, lambda to: replace(at, page=to))
    rows.append([Button(_("Back"), _shown(at)), *home_row(turn)])
    text = turn.text("analyses_filter", by=at.by, count=len(there))
    return Screen(text, rows, keeps_picture=True)


@routes.on(SendWorkbook, slow=True)
async def send_workbook(turn: Turn, at: SendWorkbook) -> Screen:
    """A view as a workbook beside the picture."""
    screen, sheets = await _WORKBOOKS[at.view](turn, at)
    if not sheets:
        return screen
    name = f"{_FILES[at.view]}-{turn.today.isoformat()}.xlsx"
    return replace(screen, attachments=(Attachment(name, await _book(sheets)),))


@routes.on(ShowMatrix, slow=True)
async def show_matrix(turn: Turn, _at: ShowMatrix) -> Screen:
    """From which cell to which customers have moved since the month began."""
    _ = turn.words._
    found = await moved_this_month(turn)
    await turn.window.typing()

    def picture() -> Any:
        from bot.render import analyses as render

        return render.matrix_picture(
            turn.words,
            found.movement,
            title=_("From cell to cell"),
            subtitle=_("since %(on)s", on=turn.words.date(found.since)),
            as_of=turn.words.date(turn.today),
        )

    drawn = await turn.deps.charts.draw(await asyncio.to_thread(picture))
    rows = [[Button("XLSX", SendMovement()), Button(_("What has moved"), ShowChanges())], home_row(turn)]
    return Screen(turn.text("analyses_matrix", found=found, shown=SHOWN_MOVES), rows, picture=drawn)


@routes.on(SendMovement, slow=True)
async def send_movement(turn: Turn, _at: SendMovement) -> Screen:
    """What has moved since the month began, as a workbook."""
    found = await moved_this_month(turn)

    def sheets() -> list[Sheet]:
        from bot.render import analyses as render

        places = [
            (one.name, found.before.get(number), found.after.get(number), _kind(turn, found, number))
            for number, one in found.known.items()
        ]
        moved = [place for place in places if place[3]]
        gone = {one.id for one in found.left_a}
        left_a = [place for place, number in zip(places, found.known, strict=True) if number in gone]
        facts: list[tuple[str, SheetCell]] = [
            (turn.words._("Since"), found.since),
            (turn.words._("As of"), turn.today),
        ]
        about = render.about_sheet(turn.words, facts, [])
        return [*render.movement_sheets(turn.words, found.movement, moved, left_a), about]

    book = await _book(await asyncio.to_thread(sheets))
    name = f"movement-{turn.today.isoformat()}.xlsx"
    rows = [[Button(turn.words._("What has moved"), ShowChanges()), *home_row(turn)]]
    return Screen(turn.text("analyses_sent"), rows, attachments=(Attachment(name, book),))


# The grid


async def _grid(turn: Turn, at: Narrowed) -> Screen:
    _ = turn.words._
    chosen = await analyses.choose(turn.deps, turn.viewer, _filters(at))
    grid = await customers.grid(turn.deps, turn.viewer, turn.today, chosen.selection)
    past = await _quarter(turn, at, grid)
    await turn.window.typing()
    before = dict.fromkeys(Cell, 0)
    for cell in past.before.values():
        if cell is not None:
            before[cell] += 1
    as_of = turn.words.moment(grid.as_of.imported_at, turn.zone) if grid.as_of.imported_at else _("never")
    picture = grid_picture(
        turn.words,
        {cell: [one.name for one in members] for cell, members in grid.cells.items()},
        unrated=len(grid.unrated),
        as_of=_("Data as of %(moment)s", moment=as_of),
        before=before if past.before else None,
        ghost=_("Pale: how many on %(on)s", on=turn.words.date(past.since)) if past.before else "",
    )
    drawn = await turn.deps.charts.draw(picture)
    filters = (at.team, at.hospital, at.product)
    rows = [*cell_rows(turn, grid, *filters), *_control_rows(turn, at, chosen)]
    text = turn.text("grid", grid=grid, past=past, chosen=chosen, shown=SHOWN_MOVES)
    return Screen(text, rows, picture=drawn)


async def _quarter(turn: Turn, at: Narrowed, grid: customers.Grid) -> Changes:
    """What has moved within a quarter among the customers of a grid."""
    since = months_before(turn.today, QUARTER)
    among = None
    if _filters(at) != Filters():
        among = {one.id for members in (*grid.cells.values(), grid.unrated) for one in members}
    return await tiering.changes(
        turn.deps,
        turn.viewer,
        today=turn.today,
        now=turn.now,
        since=since,
        begun=midnight(since, turn.zone),
        among=among,
    )


async def _grid_book(turn: Turn, at: Narrowed) -> tuple[Screen, list[Sheet]]:
    chosen = await analyses.choose(turn.deps, turn.viewer, _filters(at))
    grid = await customers.grid(turn.deps, turn.viewer, turn.today, chosen.selection)
    past = await _quarter(turn, at, grid)
    places = [
        (one.name, past.before.get(one.id), one.cell)
        for members in (*grid.cells.values(), grid.unrated)
        for one in members
    ]

    def sheets() -> list[Sheet]:
        from bot.render import analyses as render

        facts: list[tuple[str, SheetCell]] = [
            (turn.words._("As of"), turn.today),
            (turn.words._("A quarter ago"), past.since),
            *_filter_facts(turn, chosen),
        ]
        return [*render.grid_sheets(turn.words, places), render.about_sheet(turn.words, facts, [])]

    return _sent(turn, at), await asyncio.to_thread(sheets)


# What was bought


@dataclass(frozen=True, slots=True)
class _Made:
    """An analysis in words: lines, remarks, and how to draw and to write it.

    `draw` gives None where there is nothing to draw.
    """

    of: Analysed
    lines: Sequence[str]
    remarks: Sequence[str]
    draw: "Callable[[], AbcPicture | RfmPicture | LorenzPicture | None]"
    sheets: Callable[[], list[Sheet]]


async def _business(turn: Turn, at: Narrowed) -> Screen:
    """A picture of what was bought; in words what is missing, and how to mend it."""
    made = await _MAKERS[at.view](turn, at)
    if isinstance(made, Lacking):
        return await _missing(turn, at, made)
    await turn.window.typing()
    picture = await asyncio.to_thread(made.draw)
    text = turn.text(
        "analyses",
        title=_title(turn, at.view, made.of),
        of=made.of,
        view=at.view,
        lines=made.lines,
        remarks=made.remarks[:SHOWN_NOTES],
    )
    drawn = await turn.deps.charts.draw(picture) if picture is not None else None
    rows = [_whom_row(turn, at, made.of), *_control_rows(turn, at, made.of.chosen)]
    return Screen(text, rows, picture=drawn)


async def _business_book(turn: Turn, at: Narrowed) -> tuple[Screen, list[Sheet]]:
    made = await _MAKERS[at.view](turn, at)
    if isinstance(made, Lacking):
        return await _missing(turn, at, made), []
    _ = turn.words._
    business = made.of.business

    def sheets() -> list[Sheet]:
        from bot.render import analyses as render

        facts: list[tuple[str, SheetCell]] = [
            (_("What"), _title(turn, at.view, made.of)),
            (_("From"), business.since),
            (_("Until"), business.until),
            *_filter_facts(turn, made.of.chosen),
        ]
        return [*made.sheets(), render.about_sheet(turn.words, facts, [*made.lines, *made.remarks])]

    return _sent(turn, at), await asyncio.to_thread(sheets)


async def _abc(turn: Turn, at: Narrowed) -> _Made | Lacking:
    view = await analyses.abc(turn.deps, turn.viewer, _filters(at), SUBJECTS[at.whom], turn.today)
    if isinstance(view, Lacking):
        return view
    params = turn.deps.library.analysis.at(turn.today).abc

    def make() -> _Made:
        from bot.render import analyses as render

        remarks = [each for result in view.ways.values() for each in result.warnings]
        return _Made(
            of=view.of,
            lines=render.abc_lines(turn.words, view.ways, params),
            remarks=render.notes(turn.words, [*_left_out(view.of), *remarks]),
            draw=lambda: render.abc_picture(
                turn.words,
                view.ways,
                params,
                members=_members(turn, view.of),
                **_headings(turn, View.ABC, view.of),
            ),
            sheets=lambda: render.abc_sheets(turn.words, view.of.business, view.ways),
        )

    return await asyncio.to_thread(make)


async def _rfm(turn: Turn, at: Narrowed) -> _Made | Lacking:
    view = await analyses.rfm(turn.deps, turn.viewer, _filters(at), SUBJECTS[at.whom], turn.today)
    if isinstance(view, Lacking):
        return view
    _ = turn.words._
    segments = list(turn.deps.library.analysis.at(turn.today).rfm.segments)

    def make() -> _Made:
        from bot.render import analyses as render

        counts = render.rfm_counts(turn.words, view.result, segments)
        without = int(view.result.table["segment"].isna().sum())
        if without:
            counts.append(_("no purchase in the window %(n)s", n=without))
        cuts = render.rfm_cuts(turn.words, view.result)
        window = _(
            "Window: %(days)s days, as of %(on)s",
            days=view.result.window.days or 0,
            on=turn.words.date(view.result.window.as_of),
        )
        return _Made(
            of=view.of,
            lines=[
                window,
                " · ".join(counts),
                *([_("Cut points of the scores 1 to 5:")] if cuts else []),
                *cuts,
            ],
            remarks=render.notes(turn.words, [*_left_out(view.of), *view.result.notes]),
            draw=lambda: render.rfm_picture(
                turn.words, view.result, segments, **_headings(turn, View.RFM, view.of)
            ),
            sheets=lambda: render.rfm_sheets(turn.words, view.of.business, view.result),
        )

    return await asyncio.to_thread(make)


async def _lorenz(turn: Turn, at: Narrowed) -> _Made | Lacking:
    view = await analyses.lorenz(turn.deps, turn.viewer, _filters(at), SUBJECTS[at.whom], turn.today)
    if isinstance(view, Lacking):
        return view

    def make() -> _Made:
        from bot.render import analyses as render

        until = view.of.business.earlier_until
        then = turn.words._("until %(on)s", on=turn.words.date(until)) if until else ""
        headings = _headings(turn, View.LORENZ, view.of)
        return _Made(
            of=view.of,
            lines=render.lorenz_lines(turn.words, view.now, view.earlier, top=view.top, then=then),
            remarks=render.notes(
                turn.words, [*_left_out(view.of), *view.now.reasons], leave_out=(Note.CONCENTRATED,)
            ),
            draw=lambda: render.lorenz_now_and_then(
                turn.words,
                view.now,
                view.earlier,
                top=view.top,
                title=headings["title"],
                as_of=headings["as_of"],
                then=then,
            ),
            sheets=lambda: render.lorenz_sheets(turn.words, view.of.business),
        )

    return await asyncio.to_thread(make)


def _left_out(of: Analysed) -> list[Reason]:
    """Rows that have no value in the unit that is counted."""
    missing = of.business.incomplete
    return [Reason(Note.INCOMPLETE, {"n": missing})] if missing else []


def _title(turn: Turn, view: View, of: Analysed) -> str:
    _ = turn.words._
    name = {View.ABC: _("ABC"), View.RFM: _("RFM"), View.LORENZ: _("Lorenz curve")}[view]
    count, ngettext = len(of.business.names), turn.words.ngettext
    if of.business.subject is Subject.PERSON:
        return ngettext("%(name)s of %(n)s doctor", "%(name)s of %(n)s doctors", count, name=name)
    if of.chosen.hospital is not None:
        return ngettext("%(name)s of %(n)s department", "%(name)s of %(n)s departments", count, name=name)
    return ngettext("%(name)s of %(n)s hospital", "%(name)s of %(n)s hospitals", count, name=name)


def _members(turn: Turn, of: Analysed) -> str:
    _ = turn.words._
    if of.business.subject is Subject.PERSON:
        return _("doctors")
    return _("departments") if of.chosen.hospital is not None else _("hospitals")


def _headings(turn: Turn, view: View, of: Analysed) -> dict[str, str]:
    """The words of a picture that all views share."""
    _ = turn.words._
    names = (of.chosen.team, of.chosen.hospital, of.chosen.product)
    period = f"{turn.words.date(of.business.since)} – {turn.words.date(of.business.until)}"
    return {
        "title": _title(turn, view, of),
        "subtitle": " · ".join([period, *(name for name in names if name)]),
        "as_of": _("as of %(on)s", on=turn.words.date(of.business.until)),
    }


async def _missing(turn: Turn, at: Narrowed, lacking: Lacking) -> Screen:
    """What is missing, and how to mend it."""
    chosen = await analyses.choose(turn.deps, turn.viewer, _filters(at))
    rows = [_whom_row(turn, at, None)]
    if turn.viewer.role is not Role.REP and lacking in {Lacking.SALES, Lacking.USAGE, Lacking.MONTHS}:
        rows.append([Button(turn.words._("Import"), ShowImport())])
    rows += _control_rows(turn, at, chosen)
    text = turn.text("analyses_missing", lacking=lacking, rep=turn.viewer.role is Role.REP, chosen=chosen)
    return Screen(text, rows)


# Buttons


def _whom_row(turn: Turn, at: Narrowed, of: Analysed | None) -> list[Button]:
    """Doctors or hospitals; a tick at what is shown."""
    _ = turn.words._
    subject = of.business.subject if of else SUBJECTS[at.whom]
    doctors = _tick(_("Doctors"), on=subject is Subject.PERSON)
    hospitals = _tick(_("Hospitals"), on=subject is Subject.ACCOUNT)
    return [
        Button(doctors, _shown(at, whom=Whom.DOCTORS)),
        Button(hospitals, _shown(at, whom=Whom.HOSPITALS)),
    ]


def _control_rows(turn: Turn, at: Narrowed, chosen: Chosen) -> list[list[Button]]:
    """Filters, the other views with the same filters, and the way out."""
    _ = turn.words._
    filters = [
        (Filter.TEAM, _("Team"), chosen.team),
        (Filter.HOSPITAL, _("Hospital"), chosen.hospital),
        (Filter.PRODUCT, _("Product"), chosen.product),
    ]
    row = [
        Button(_tick(name[:24] if name else f"{label} ▾", on=name is not None), _choosing(at, by))
        for by, label, name in filters
        if by is not Filter.TEAM or turn.viewer.role is not Role.REP
    ]
    labels = {
        View.GRID: _("Grid"),
        View.ABC: _("ABC"),
        View.RFM: _("RFM"),
        View.LORENZ: _("Lorenz"),
    }
    others = [Button(label, _shown(at, view=view)) for view, label in labels.items() if view is not at.view]
    return [row, others, [Button("XLSX", SendWorkbook(*_fields(at))), *home_row(turn)]]


def _choosing(at: Narrowed, by: Filter) -> ChooseFilter:
    return ChooseFilter(*_fields(at), by=by)


def _shown(at: Narrowed, *, view: View | None = None, whom: Whom | None = None) -> ShowAnalysis:
    shown = ShowAnalysis(*_fields(at))
    return replace(shown, view=view or at.view, whom=at.whom if whom is None else whom)


def _set(at: Narrowed, by: Filter, number: RowId) -> ShowAnalysis:
    names = {Filter.TEAM: "team", Filter.HOSPITAL: "hospital", Filter.PRODUCT: "product"}
    return replace(_shown(at), **{names[by]: number})  # type: ignore[arg-type]


def _fields(at: Narrowed) -> tuple[View, Whom, RowId, RowId, RowId]:
    return at.view, at.whom, at.team, at.hospital, at.product


def _filters(at: Narrowed) -> Filters:
    return Filters(at.team, at.hospital, at.product)


def _everything(turn: Turn, by: Filter) -> str:
    _ = turn.words._
    return {
        Filter.TEAM: _("Everybody"),
        Filter.HOSPITAL: _("All hospitals"),
        Filter.PRODUCT: _("All products"),
    }[by]


def _filter_facts(turn: Turn, chosen: Chosen) -> list[tuple[str, str]]:
    _ = turn.words._
    named = [
        (_("Team"), chosen.team),
        (_("Hospital"), chosen.hospital),
        (_("Product"), chosen.product),
    ]
    return [(label, name) for label, name in named if name]


def _tick(label: str, *, on: bool) -> str:
    return f"✓ {label}" if on else label


# Workbooks


def _sent(turn: Turn, at: Narrowed) -> Screen:
    """What the message says while the workbook stands below it."""
    rows = [[Button(turn.words._("Back"), _shown(at)), *home_row(turn)]]
    return Screen(turn.text("analyses_sent"), rows, keeps_picture=True)


async def _book(sheets: Sequence[Sheet]) -> bytes:
    book = io.BytesIO()
    await asyncio.to_thread(write_xlsx, book, sheets)
    return book.getvalue()


def _kind(turn: Turn, found: Changes, number: Any) -> str:
    """What kind of move a customer made, nothing for who stayed."""
    _ = turn.words._
    before, after = found.before.get(number), found.after.get(number)
    if number not in found.before:
        return _("came")
    if number not in found.after:
        return _("left")
    if before is after:
        return ""
    if before is None or after is None:
        return _("newly rated") if after else _("no longer rated")
    if before.tier is not after.tier:
        return _("letter corrected")
    return _("support up") if after.support < before.support else _("support down")


_MAKERS = {View.ABC: _abc, View.RFM: _rfm, View.LORENZ: _lorenz}
_VIEWS = {View.GRID: _grid, View.ABC: _business, View.RFM: _business, View.LORENZ: _business}
_WORKBOOKS = {
    View.GRID: _grid_book,
    View.ABC: _business_book,
    View.RFM: _business_book,
    View.LORENZ: _business_book,
}
_FILES = {View.GRID: "grid", View.ABC: "abc", View.RFM: "rfm", View.LORENZ: "lorenz"}
