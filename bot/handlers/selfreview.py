"""The monthly self-review: six questions at a glance, and each with figures, a picture and one change."""

from dataclasses import replace
from typing import Any

from bot.buttons.selfreview import ShowReview
from bot.buttons.timelog import ShowTime
from bot.handlers.home import home_row
from bot.render import selfreview as render
from bot.render.charts import Picture
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import day as days
from bot.services import selfreview
from bot.services.selfreview import SelfReview
from bot.turn import Turn
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role
from domain.tiering.business import months_before

routes = Routes()

PAGE = 8
LAST_QUESTION = len(render.QUESTIONS)


@routes.on(ShowReview, slow=True)
async def show_review(turn: Turn, at: ShowReview) -> Screen:
    """All questions, or one of them."""
    if at.rep is None and turn.viewer.role is not Role.REP:
        return await _team(turn, at)
    if not 0 <= at.question <= LAST_QUESTION:
        raise DomainError("not_found")
    rep_id = None if at.rep is None else UserId(at.rep)
    found = await selfreview.review(turn.deps, turn.viewer, rep_id, at.back, turn.now)
    return await _question(turn, at, found) if at.question else _glance(turn, at, found)


async def _team(turn: Turn, at: ShowReview) -> Screen:
    """Whose self-review to look at."""
    _ = turn.words._
    reps = await days.team(turn.deps, turn.viewer)
    shown, page, pages = page_of(reps, at.page, PAGE)
    buttons = [Button(rep.name or _("(no name yet)"), ShowReview(rep=rep.id)) for rep in shown]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows += page_row(page, pages, lambda to: ShowReview(page=to))
    rows.append([Button(_("The team's time"), ShowTime()), *home_row(turn)])
    return Screen(turn.text("review_team", reps=reps), rows)


def _glance(turn: Turn, at: ShowReview, found: SelfReview) -> Screen:
    numbers = [Button(f"{number}", replace(at, question=number)) for number in render.QUESTIONS]
    rows = [numbers, _month_row(turn, at, found)]
    if at.rep is not None:
        rows.append([Button(turn.words._("The team"), ShowReview()), *home_row(turn)])
    else:
        rows.append(home_row(turn))
    text = turn.text(
        "review",
        found=found,
        own=found.rep.id == turn.viewer.id,
        answers=[(number, _answer(found, number)) for number in render.QUESTIONS],
    )
    return Screen(text, rows)


async def _question(turn: Turn, at: ShowReview, found: SelfReview) -> Screen:
    _ = turn.words._
    await turn.window.typing()
    drawn = await turn.deps.charts.draw(_picture(turn, at.question, found))
    after, before = at.question % LAST_QUESTION + 1, (at.question - 2) % LAST_QUESTION + 1
    rows = [
        [
            Button("‹", replace(at, question=before)),
            Button(f"{at.question}/{LAST_QUESTION}", replace(at, question=0)),
            Button("›", replace(at, question=after)),
        ],
        _month_row(turn, at, found),
        [Button(_("All six"), replace(at, question=0)), *home_row(turn)],
    ]
    text = turn.text(
        "review_answer",
        number=at.question,
        found=found,
        answer=_answer(found, at.question),
        own=found.rep.id == turn.viewer.id,
    )
    return Screen(text, rows, picture=drawn)


def _month_row(turn: Turn, at: ShowReview, found: SelfReview) -> list[Button]:
    """This month and the last, with a tick at what is shown."""
    this = months_before(found.first, -found.back)
    return [
        Button(
            f"{'✓ ' if back == found.back else ''}{turn.words.month(months_before(this, back))}",
            replace(at, back=back),
        )
        for back in range(selfreview.MONTHS)
    ]


def _answer(found: SelfReview, number: int) -> Any:
    return (
        found.chosen,
        found.spread,
        found.moved,
        found.visited,
        found.frequency,
        found.resources,
    )[number - 1]


def _picture(turn: Turn, number: int, found: SelfReview) -> Picture:
    words, on = turn.words, found.until
    match number:
        case 1:
            return render.list_picture(words, found.chosen, found.params, on)
        case 2:
            return render.spread_picture(words, found.members, on)
        case 3:
            return render.moved_picture(words, found.members, found.moved, found.first, on)
        case 4:
            return render.visits_picture(words, found.visited, found.params, on)
        case 5:
            return render.frequency_picture(words, found.frequency, on)
        case _:
            return render.resources_picture(words, found.resources, found.cadence, on)
