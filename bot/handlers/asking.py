"""From what a sentence means to the screen that answers it, and the screens that only a sentence opens.

A meaning leads to a button's callback, as if it had been tapped, or to a screen that asks back. What changes
something is never done from words: they lead to the screen whose button does it.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.buttons.access import ShowInvite, ShowUsers
from bot.buttons.analyses import ShowAnalysis, ShowGrid, View
from bot.buttons.appointments import AskDay, AskTime, CancelAppointment, SetAppointment, ShowAppointments
from bot.buttons.asking import ShowMoved, ShowPromises, ShowSeen, ShowUnseen
from bot.buttons.authoring import ShowOwnScenarios
from bot.buttons.capacity import ShowCapacity, ShowOverdue, ShowPace
from bot.buttons.coaching import ShowCoach
from bot.buttons.corrections import AskDoubt, AskForget, ShowCorrections
from bot.buttons.coverage import ShowDigest, ShowTeam
from bot.buttons.customers import AskCustomer, ShowCard, ShowCell, ShowStrategy, ShowTrace
from bot.buttons.deliveries import ShowDeliveries
from bot.buttons.dismissals import AskLater, ShowPutOff
from bot.buttons.effort import ShowEffort
from bot.buttons.events import ShowEvents
from bot.buttons.feedback import ShowFeedback, ShowFeedbackFigures
from bot.buttons.home import ShowHelp, ShowHome, ShowSettings
from bot.buttons.importing import SendTemplate, ShowImport
from bot.buttons.jointvisits import ShowJointVisits
from bot.buttons.profile import Section, ShowFile
from bot.buttons.rules import ShowRule, ShowRules
from bot.buttons.segments import ShowSegments
from bot.buttons.selfreview import ShowReview
from bot.buttons.territory import ShowPlan
from bot.buttons.tiers import (
    AskOverride,
    AskOverrideReason,
    ShowChanges,
    ShowDue,
    ShowOverrides,
    ShowQuestions,
    ShowTiers,
)
from bot.buttons.timelog import ShowTime
from bot.buttons.today import AddToday, AskBroken, ShowLeftOut, ShowToday, ShowWhy
from bot.buttons.visits import LogVisit, ShowVisit, ShowVisits
from bot.buttons.weeks import AskMove, MoveVisit, ShowMap, ShowMonth, ShowWeek, ShowWeekDay
from bot.buttons.worktime import AskLeave, ShowCalendar, ShowOwnTime, TakeLeave
from bot.callbacks import Callback, RowId
from bot.handlers.customers import find_in_words, the_one, where
from bot.handlers.home import home_row
from bot.handlers.tiers import moved_this_month
from bot.render.catalogues import marked
from bot.routes import Routes
from bot.screens import Button, Screen, page_of, page_row
from bot.services import asking, awaiting, customers, weeks
from bot.services.weeks import MONTHS, WEEKS
from bot.turn import Turn
from domain.compliance.rules import Place
from domain.coverage.period import Span
from domain.ids import CustomerId
from domain.people.model import Role
from domain.tiering.model import Cell
from domain.understanding.interpreter import Meaning
from domain.understanding.lexicon import Intent
from domain.understanding.periods import Period, month_of, week_of

routes = Routes()

PAGE = 8
LABEL = 60
PRESCRIPTIONS = "R-DATA-1"
"""The rule about figures of what single doctors prescribe."""

Target = Callback | Screen
Answer = Callable[[Turn, Meaning], Awaitable[Target]]


# What was asked for


async def target(turn: Turn, meaning: Meaning) -> Target:
    """The button that does what is meant, or a screen that asks what is missing."""
    when = meaning.when
    if when is not None and when.options and meaning.intent in _OF_A_DAY:
        return await _which_day(turn, meaning)
    answer = ANSWERS[meaning.intent]
    return answer if isinstance(answer, Callback) else await answer(turn, meaning)


async def perhaps(
    turn: Turn, meanings: tuple[Meaning, ...], is_allowed: Callable[[Callback], bool]
) -> Screen:
    """What a sentence may mean, each as a button that does it, and the way home."""
    rows = []
    for one in meanings:
        found = await target(turn, one)
        callback = found if isinstance(found, Callback) else _START.get(one.intent, AskCustomer())
        if is_allowed(callback):
            rows.append([Button(_label(turn, one), callback)])
    return Screen(turn.text("not_understood"), [*rows, home_row(turn)])


def _label(turn: Turn, meaning: Meaning) -> str:
    name = meaning.slots.get("name") or meaning.slots.get("cell")
    day = turn.words.day(meaning.when.first) if meaning.when and meaning.when.is_day else None
    parts = [turn.words._(LABELS[meaning.intent]), name, day]
    return " · ".join(part for part in parts if part)[:LABEL]


async def _which_day(turn: Turn, meaning: Meaning) -> Screen:
    """Of a day with several meanings, the days it may be."""
    rows = []
    for day in meaning.when.options if meaning.when else ():
        clear = Meaning(meaning.intent, meaning.slots, Period(day, day), meaning.confidence)
        found = await target(turn, clear)
        if isinstance(found, Screen):
            return found
        rows.append([Button(turn.words.day(day), found)])
    return Screen(turn.text("asking_day"), [*rows, home_row(turn)])


# Whom it is about


async def _customer(
    turn: Turn, meaning: Meaning, to: Callable[[CustomerId], Callback]
) -> CustomerId | Screen:
    """The one customer who is meant, else whom to choose from; without a name the one on the screen."""
    wanted = meaning.slots.get("name")
    if wanted is None:
        shown = await awaiting.shown(turn.deps, turn.viewer, turn.now)
        return shown if shown is not None else Screen(turn.text("ask_customer"), [home_row(turn)])
    found = await customers.search(turn.deps, turn.viewer, wanted)
    if not found.customers:
        return Screen(turn.text("nobody_found", wanted=wanted[:LABEL]), [home_row(turn)])
    if (only := the_one(found)) is not None:
        return only.id
    rows = [[Button(where(one), to(one.id))] for one, _score in found.customers]
    return Screen(turn.text("several_found", wanted=wanted[:LABEL]), [*rows, home_row(turn)])


def _of_customer(to: Callable[[CustomerId], Callback]) -> Answer:
    """A screen about one customer."""

    async def answer(turn: Turn, meaning: Meaning) -> Target:
        found = await _customer(turn, meaning, to)
        return found if isinstance(found, Screen) else to(found)

    return answer


def _of_customer_or(to: Callable[[CustomerId], Callback], otherwise: Callback) -> Answer:
    """A screen about one customer, or that of all where nobody is named."""
    of_one = _of_customer(to)

    async def answer(turn: Turn, meaning: Meaning) -> Target:
        return await of_one(turn, meaning) if meaning.slots.keys() & {"name", "shown"} else otherwise

    return answer


async def _card(turn: Turn, meaning: Meaning) -> Target:
    """The card; a name that fits several, or nobody, is answered as `/customer` answers it."""
    wanted = meaning.slots.get("name")
    if wanted is None and "shown" not in meaning.slots:
        return AskCustomer()
    if wanted is not None:
        found = await customers.search(turn.deps, turn.viewer, wanted)
        if not found.customers or the_one(found) is None:
            return await find_in_words(turn, wanted)
    return await _of_customer(ShowCard)(turn, meaning)


async def _strategy(turn: Turn, meaning: Meaning) -> Target:
    """The strategy of the cell; who has no cell has only a card."""
    found = await _customer(turn, meaning, ShowStrategy)
    if isinstance(found, Screen):
        return found
    card = await customers.card(turn.deps, turn.viewer, found, turn.today)
    return ShowStrategy(found) if card.cell is not None else ShowCard(found)


async def _place(turn: Turn, meaning: Meaning) -> Target:
    """Who works at a hospital."""
    return await find_in_words(turn, meaning.slots["place"]) if "place" in meaning.slots else AskCustomer()


async def _cell(_turn: Turn, meaning: Meaning) -> Target:
    return ShowCell(meaning.slots["cell"]) if "cell" in meaning.slots else ShowGrid()


# When, and whose


async def _rep(turn: Turn, meaning: Meaning) -> int | None:
    """The rep of the team who was named."""
    name = meaning.slots.get("name")
    if name is None or turn.viewer.role is Role.REP:
        return None
    return await asking.rep_named(turn.deps, turn.viewer, name)


def _of_rep(to: Callable[[int | None], Callback]) -> Answer:
    """A screen of one's own, or of the rep who was named."""

    async def answer(turn: Turn, meaning: Meaning) -> Target:
        return to(await _rep(turn, meaning))

    return answer


async def _day(turn: Turn, meaning: Meaning) -> Target:
    """The plan of a day; of one that is too far away the month."""
    rep = await _rep(turn, meaning)
    on = meaning.when.first if meaning.when else turn.today
    last = weeks.first_monday(turn.deps, turn.today) + timedelta(weeks=WEEKS)
    if turn.viewer.role is not Role.REP and rep is None:
        return ShowWeek()
    return ShowWeekDay(on, rep) if on < last else ShowMonth(rep, MONTHS - 1)


async def _week(turn: Turn, meaning: Meaning) -> Target:
    rep = await _rep(turn, meaning)
    if meaning.when is None or (turn.viewer.role is not Role.REP and rep is None):
        return ShowWeek(rep)
    page = (week_of(meaning.when.first).first - weeks.first_monday(turn.deps, turn.today)).days // 7
    return ShowWeek(rep, max(page, 0)) if page < WEEKS else ShowMonth(rep, MONTHS - 1)


async def _month(turn: Turn, meaning: Meaning) -> Target:
    rep = await _rep(turn, meaning)
    if meaning.when is None or (turn.viewer.role is not Role.REP and rep is None):
        return ShowMonth(rep)
    return ShowMonth(rep, 0 if meaning.when.first <= turn.today else MONTHS - 1)


async def _map(_turn: Turn, meaning: Meaning) -> Target:
    return ShowMap(None, meaning.when.first if meaning.when else None)


async def _review(turn: Turn, meaning: Meaning) -> Target:
    """The self-review of this month, or of the one before."""
    rep = await _rep(turn, meaning)
    back = int(meaning.when is not None and meaning.when.first < turn.today.replace(day=1))
    return ShowReview(back=back, rep=rep)


async def _seen(turn: Turn, meaning: Meaning) -> Target:
    when = meaning.when or week_of(turn.today)
    return ShowSeen(when.first, when.last)


async def _unseen(turn: Turn, meaning: Meaning) -> Target:
    when = meaning.when or month_of(turn.today)
    return ShowUnseen(when.first, when.last, meaning.slots.get("cell") or meaning.slots.get("tier"))


async def _promises(turn: Turn, meaning: Meaning) -> Target:
    if meaning.slots.keys() & {"name", "shown"}:
        return await _of_customer(lambda one: ShowFile(one, Section.NEEDS))(turn, meaning)
    return ShowPromises(meaning.when.first, meaning.when.last) if meaning.when else ShowPromises()


async def _moved(_turn: Turn, meaning: Meaning) -> Target:
    before, after = (Cell(meaning.slots[slot]) if slot in meaning.slots else None for slot in ("from", "to"))
    return ShowMoved(before, after) if before or after else ShowChanges()


# What changes something: the screen whose button does it


async def _book(turn: Turn, meaning: Meaning) -> Target:
    """The day and the time of an appointment, as far as they are missing."""
    when = meaning.when

    def to(customer: CustomerId) -> Callback:
        return AskTime(customer, when.first) if when and when.is_day else AskDay(customer)

    found = await _customer(turn, meaning, to)
    if isinstance(found, Screen) or when is None or when.at is None or not when.is_day:
        return found if isinstance(found, Screen) else to(found)
    minute = when.at.hour * 60 + when.at.minute
    does = SetAppointment(RowId(found), when.first, minute)
    time = f"{turn.words.day(when.first)}, {turn.words.clock(when.at)}"
    label = turn.words._("Yes: appointment on %(time)s", time=time)
    return await _confirm(turn, found, (label, does), AskTime(found, when.first))


async def _move(turn: Turn, meaning: Meaning) -> Target:
    """Move an appointment, or a visit of the plan; who is in neither gets an appointment."""
    when = meaning.when
    found = await _customer(turn, meaning, AskDay)
    if isinstance(found, Screen):
        return found
    card = await customers.card(turn.deps, turn.viewer, found, turn.today)
    if card.appointments:
        moves = card.appointments[0].id
        return AskTime(found, when.first, moves) if when and when.is_day else AskDay(found, moves)
    planned = await asking.planned_on(turn.deps, turn.viewer, found, turn.today)
    if planned is None or planned == (when and when.first):
        return AskTime(found, when.first) if when and when.is_day else AskDay(found)
    if when is None or not when.is_day:
        return AskMove(found, planned)
    days = {"before": turn.words.day(planned), "after": turn.words.day(when.first)}
    label = turn.words._("Yes: from %(before)s to %(after)s", **days)
    return await _confirm(
        turn, found, (label, MoveVisit(found, planned, when.first)), AskMove(found, planned)
    )


async def _call_off(turn: Turn, meaning: Meaning) -> Target:
    found = await _customer(turn, meaning, ShowCard)
    if isinstance(found, Screen):
        return found
    card = await customers.card(turn.deps, turn.viewer, found, turn.today)
    return CancelAppointment(card.appointments[0].id) if card.appointments else ShowCard(found)


async def _add(turn: Turn, meaning: Meaning) -> Target:
    found = await _customer(turn, meaning, ShowCard)
    if isinstance(found, Screen):
        return found
    label = turn.words._("Yes: onto today's list")
    return await _confirm(turn, found, (label, AddToday(found)), ShowCard(found))


async def _retier(turn: Turn, meaning: Meaning) -> Target:
    """Whoever decides about cells sets one, with a reason; a rep says what is not right."""
    found = await _customer(turn, meaning, AskDoubt)
    if isinstance(found, Screen):
        return found
    if turn.viewer.role is Role.REP:
        return AskDoubt(found)
    cell = meaning.slots.get("cell")
    return AskOverrideReason(found, Cell(cell)) if cell else AskOverride(found)


async def _leave(turn: Turn, meaning: Meaning) -> Target:
    when = meaning.when
    if when is None or when.last < turn.today:
        return ShowOwnTime()
    span = {"first": turn.words.day(when.first), "last": turn.words.day(when.last)}
    label = (
        turn.words._("Yes: away on %(first)s", **span)
        if when.is_day
        else turn.words._("Yes: away from %(first)s to %(last)s", **span)
    )
    rows = [
        [Button(label, TakeLeave(when.first, when.last))],
        [Button(turn.words._("Another day"), AskLeave(when.first.replace(day=1)))],
    ]
    return Screen(turn.text("asking_leave", when=when), [*rows, home_row(turn)])


async def _confirm(
    turn: Turn, customer: CustomerId, yes: tuple[str, Callback], otherwise: Callback
) -> Screen:
    """What would be done, with the button that does it."""
    card = await customers.card(turn.deps, turn.viewer, customer, turn.today)
    await awaiting.show(turn.deps, turn.viewer, customer, turn.now)
    rows = [[Button(*yes)], [Button(turn.words._("Something else"), otherwise), *home_row(turn)]]
    return Screen(turn.text("asking_confirm", name=where(card.customer)), rows)


# One honest sentence


def rule_about(turn: Turn, text: str) -> Callback:
    """The gravest rule that a question touches, else all of them."""
    found = turn.deps.library.compliance(turn.deps.settings.market).check_text(text, Place.NOTE).findings
    return ShowRule(found[0].rule) if found else ShowRules()


async def _prescriptions(turn: Turn, _meaning: Meaning) -> Target:
    """Nobody counts what a doctor prescribes: the rule, where the market has it."""
    gate = turn.deps.library.compliance(turn.deps.settings.market)
    return ShowRule(PRESCRIPTIONS) if PRESCRIPTIONS in gate.rules else ShowRules()


async def _smalltalk(turn: Turn, _meaning: Meaning) -> Target:
    return _sentence(turn, "asking_smalltalk")


async def medical(turn: Turn, _meaning: Meaning | None = None) -> Screen:
    """What to do with a medical question, and about harm that a sentence tells of."""
    return _sentence(turn, "asking_medical")


def _sentence(turn: Turn, template: str) -> Screen:
    return Screen(turn.text(template), [[Button(turn.words._("Help"), ShowHelp()), *home_row(turn)]])


ANSWERS: dict[Intent, Callback | Answer] = {
    Intent.TODAY: _of_rep(ShowToday),
    Intent.DAY: _day,
    Intent.WEEK: _week,
    Intent.MONTH: _month,
    Intent.MAP: _map,
    Intent.BROKEN: AskBroken(),
    Intent.LEFT_OUT: _of_rep(ShowLeftOut),
    Intent.PUT_OFF: ShowPutOff(),
    Intent.OVERDUE: _of_rep(ShowOverdue),
    Intent.PACE: _of_rep(ShowPace),
    Intent.CAPACITY: _of_rep(ShowCapacity),
    Intent.EFFORT: ShowEffort(),
    Intent.SEEN: _seen,
    Intent.UNSEEN: _unseen,
    Intent.PROMISES: _promises,
    Intent.GRID: ShowGrid(),
    Intent.CELL: _cell,
    Intent.PLACE: _place,
    Intent.ABC: ShowAnalysis(View.ABC),
    Intent.RFM: ShowAnalysis(View.RFM),
    Intent.LORENZ: ShowAnalysis(View.LORENZ),
    Intent.TIERS: ShowTiers(),
    Intent.MOVED: _moved,
    Intent.ROUNDS: ShowTiers(),  # where a round is begun by a tap
    Intent.QUESTIONS: ShowQuestions(),
    Intent.OVERRIDES: ShowOverrides(),
    Intent.DUE: ShowDue(),
    Intent.CARD: _card,
    Intent.FILE: _of_customer(ShowFile),
    Intent.HISTORY: _of_customer(lambda one: ShowFile(one, Section.VISITS)),
    Intent.STRATEGY: _strategy,
    Intent.WHY: _of_customer(ShowWhy),
    Intent.TRACE: _of_customer(ShowTrace),
    Intent.SEGMENTS: _of_customer(ShowSegments),
    Intent.FEEDBACK: _of_customer_or(ShowFeedback, ShowFeedbackFigures()),
    Intent.WRONG: _of_customer(AskDoubt),
    Intent.FORGET: _of_customer(AskForget),
    Intent.VISITS: _of_customer_or(LogVisit, ShowVisits()),
    Intent.APPOINTMENTS: ShowAppointments(),
    Intent.BOOK: _book,
    Intent.MOVE: _move,
    Intent.CALL_OFF: _call_off,
    Intent.LATER: _of_customer(AskLater),
    Intent.ADD: _add,
    Intent.RETIER: _retier,
    Intent.LEAVE: _leave,
    Intent.HOURS: ShowOwnTime(),
    Intent.CALENDAR: ShowCalendar(),
    Intent.TIME: ShowTime(),
    Intent.REVIEW: _review,
    Intent.COACH: ShowCoach(),
    Intent.AUTHOR: ShowOwnScenarios(),
    Intent.PLAN: _of_rep(ShowPlan),
    Intent.JOINT: ShowJointVisits(),
    Intent.EVENTS: ShowEvents(),
    Intent.SETTINGS: ShowSettings(),
    Intent.IMPORT: ShowImport(),
    Intent.TEMPLATE: SendTemplate(),
    Intent.INVITE: ShowInvite(),
    Intent.USERS: ShowUsers(),
    Intent.DELIVERIES: ShowDeliveries(),
    Intent.CORRECTIONS: ShowCorrections(),
    Intent.DIGEST: ShowDigest(),
    Intent.TEAM: ShowTeam(Span.MONTH),
    Intent.RULES: ShowRules(),
    Intent.PRESCRIPTIONS: _prescriptions,
    Intent.HELP: ShowHelp(),
    Intent.CANCEL: ShowHome(),
    Intent.GREETING: ShowHome(),
    Intent.SMALLTALK: _smalltalk,
    Intent.MEDICAL: medical,
}
"""What answers each intent: a button, or what finds one for the slots."""

_OF_A_DAY = frozenset({Intent.DAY, Intent.BOOK, Intent.MOVE, Intent.MAP})
_START: dict[Intent, Callback] = {
    Intent.LEAVE: ShowOwnTime(),
    Intent.PLACE: AskCustomer(),
    Intent.SMALLTALK: ShowHelp(),
    Intent.MEDICAL: ShowHelp(),
}

LABELS: dict[Intent, str] = {
    Intent.TODAY: marked("Today's visits"),
    Intent.DAY: marked("Plan of the day"),
    Intent.WEEK: marked("Week"),
    Intent.MONTH: marked("Month"),
    Intent.MAP: marked("Route on the map"),
    Intent.BROKEN: marked("My day broke"),
    Intent.LEFT_OUT: marked("Due and not on the list"),
    Intent.PUT_OFF: marked("Whom I put off"),
    Intent.OVERDUE: marked("Overdue"),
    Intent.PACE: marked("Pace"),
    Intent.CAPACITY: marked("Capacity"),
    Intent.EFFORT: marked("Sharing out effort"),
    Intent.SEEN: marked("Whom I met"),
    Intent.UNSEEN: marked("Not met yet"),
    Intent.PROMISES: marked("Open promises"),
    Intent.GRID: marked("Nine-box grid"),
    Intent.CELL: marked("Who is in a cell"),
    Intent.PLACE: marked("Who works there"),
    Intent.ABC: marked("Who buys how much (ABC)"),
    Intent.RFM: marked("Who bought when (RFM)"),
    Intent.LORENZ: marked("How the business is spread"),
    Intent.TIERS: marked("Tiers"),
    Intent.MOVED: marked("What has moved"),
    Intent.ROUNDS: marked("A round of the tiers"),
    Intent.QUESTIONS: marked("Questions about tiers"),
    Intent.OVERRIDES: marked("Cells set by hand"),
    Intent.DUE: marked("Due reviews"),
    Intent.CARD: marked("Find a customer"),
    Intent.FILE: marked("Customer file"),
    Intent.HISTORY: marked("Visits so far"),
    Intent.STRATEGY: marked("Strategy"),
    Intent.WHY: marked("Why today, or why not"),
    Intent.TRACE: marked("Why this cell"),
    Intent.SEGMENTS: marked("Types and stages"),
    Intent.FEEDBACK: marked("Feedback"),
    Intent.WRONG: marked("Not right?"),
    Intent.FORGET: marked("Refuses data collection"),
    Intent.VISITS: marked("Log a visit"),
    Intent.APPOINTMENTS: marked("Appointments"),
    Intent.BOOK: marked("Make an appointment"),
    Intent.MOVE: marked("Move a visit"),
    Intent.CALL_OFF: marked("Cancel an appointment"),
    Intent.LATER: marked("Later"),
    Intent.ADD: marked("Onto today's list"),
    Intent.RETIER: marked("Set another cell"),
    Intent.LEAVE: marked("Days off"),
    Intent.HOURS: marked("My time"),
    Intent.CALENDAR: marked("Calendar"),
    Intent.TIME: marked("Where the time goes"),
    Intent.REVIEW: marked("Self-review"),
    Intent.COACH: marked("Coach"),
    Intent.AUTHOR: marked("Scenarios for your team"),
    Intent.PLAN: marked("Territory plan"),
    Intent.JOINT: marked("Joint visits"),
    Intent.EVENTS: marked("Events and seats"),
    Intent.SETTINGS: marked("Settings"),
    Intent.IMPORT: marked("Import"),
    Intent.TEMPLATE: marked("Empty roster"),
    Intent.INVITE: marked("Invite"),
    Intent.USERS: marked("Users"),
    Intent.DELIVERIES: marked("Deliveries"),
    Intent.CORRECTIONS: marked("Corrections"),
    Intent.DIGEST: marked("Digest"),
    Intent.TEAM: marked("Coverage of the team"),
    Intent.RULES: marked("Compliance rules"),
    Intent.PRESCRIPTIONS: marked("Compliance rules"),
    Intent.HELP: marked("Help"),
    Intent.CANCEL: marked("Home"),
    Intent.GREETING: marked("Home"),
    Intent.SMALLTALK: marked("Help"),
    Intent.MEDICAL: marked("Help"),
}


# Screens that only a sentence opens


@routes.on(ShowSeen)
async def show_seen(turn: Turn, at: ShowSeen) -> Screen:
    """Who was met in some days, newest first."""
    period = Period(at.first, at.last)
    found = await asking.seen(turn.deps, turn.viewer, period)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [
        [Button(f"{one.customer_name} · {turn.words.short_day(one.on)}"[:LABEL], ShowVisit(one.id))]
        for one in shown
    ]
    rows += page_row(page, pages, lambda to: ShowSeen(at.first, at.last, to))
    before = asking.period_before(period)
    rows.append([Button(_earlier(turn, period), ShowSeen(before.first, before.last)), *home_row(turn)])
    met = len({one.customer_id for one in found})
    return Screen(turn.text("asking_seen", when=_days(turn, period), found=found, met=met, shown=shown), rows)


@routes.on(ShowUnseen, slow=True)
async def show_unseen(turn: Turn, at: ShowUnseen) -> Screen:
    """Who has not been met in some days: everybody, a letter or a cell."""
    period = Period(at.first, at.last)
    found = await asking.unseen(turn.deps, turn.viewer, period, turn.today, whom=at.whom)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(where(one.customer), ShowCard(one.customer.id))] for one in shown]
    rows += page_row(page, pages, lambda to: ShowUnseen(at.first, at.last, at.whom, to))
    choices = [(turn.words._("All"), None), ("A", "A"), ("B", "B"), ("C", "C")]
    rows.append(
        [
            Button(f"✓ {label}" if at.whom == whom else label, ShowUnseen(at.first, at.last, whom))
            for label, whom in choices
        ]
    )
    rows.append(home_row(turn))
    text = turn.text("asking_unseen", when=_days(turn, period), found=found, shown=shown, whom=at.whom)
    return Screen(text, rows)


@routes.on(ShowPromises)
async def show_promises(turn: Turn, at: ShowPromises) -> Screen:
    """What is promised and not done yet, the next one due first."""
    period = Period(at.first, at.last) if at.first and at.last else None
    found = await asking.promises(turn.deps, turn.viewer, period)
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(one.customer_name[:LABEL], ShowFile(one.customer_id, Section.NEEDS))] for one in shown]
    rows += page_row(page, pages, lambda to: ShowPromises(at.first, at.last, to))
    week = week_of(turn.today)
    other = (
        Button(turn.words._("Due this week"), ShowPromises(week.first, week.last))
        if period is None
        else Button(turn.words._("All"), ShowPromises())
    )
    rows.append([other, *home_row(turn)])
    when = _days(turn, period) if period else None
    return Screen(turn.text("asking_promises", when=when, found=found, shown=shown, today=turn.today), rows)


@routes.on(ShowMoved, slow=True)
async def show_moved(turn: Turn, at: ShowMoved) -> Screen:
    """Who has moved out of a cell, or into one, since the month began."""
    changes = await moved_this_month(turn)
    found = [
        (one, before, after)
        for one, before, after in changes.moved
        if at.before in {None, before} and at.after in {None, after}
    ]
    shown, page, pages = page_of(found, at.page, PAGE)
    rows = [[Button(one.name[:LABEL], ShowCard(one.id))] for one, _before, _after in shown if one.is_active]
    rows += page_row(page, pages, lambda to: ShowMoved(at.before, at.after, to))
    if at.before and at.after:
        rows.append([Button(f"{at.after.value} → {at.before.value}", ShowMoved(at.after, at.before))])
    rows.append([Button(turn.words._("What has moved"), ShowChanges()), *home_row(turn)])
    text = turn.text("asking_moved", at=at, found=found, shown=shown, since=changes.since)
    return Screen(text, rows)


def _days(turn: Turn, period: Period) -> str:
    if period.is_day:
        return turn.words.day(period.first)
    return f"{turn.words.short_day(period.first)} – {turn.words.short_day(period.last)}"


def _earlier(turn: Turn, period: Period) -> str:
    if period.is_week:
        return turn.words._("The week before")
    if period.is_month:
        return turn.words._("The month before")
    return turn.words._("The day before") if period.is_day else turn.words._("Earlier")


def asked_about(callback: Callback) -> CustomerId | None:
    """The customer whom a button is about, whom "she" means from then on."""
    customer = getattr(callback, "customer", None)
    return CustomerId(customer) if isinstance(customer, int) and customer > 0 else None
