"""What has happened in the sample territory before the demo opens, so that no room of it is empty.

All of it is done through the services, as people would have done it in the chat, each at a moment of its own
in the weeks before; so every figure of the demo can be traced to somebody's tap.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.db.values import AwaitedWords, OwedState, Purpose
from bot.deps import Deps
from bot.local.story_words import STORY, Company, Meeting, StoryWords, Swot
from bot.local.territory_words import WORDS, Language, Words
from bot.services import (
    appointments,
    authoring,
    coaching,
    corrections,
    dismissals,
    events,
    feedback,
    jointvisits,
    learning,
    profile,
    screening,
    territory,
    tiering,
    timelog,
    weeks,
    worktime,
)
from domain.coaching.authoring import to_yaml
from domain.coaching.scenario import Audience, Node, NodeKind, Scenario
from domain.coaching.session import Answer as Said
from domain.coaching.sheet import is_table
from domain.compliance.rules import Place
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import FactKind, FileField
from domain.errors import DomainError
from domain.ids import CustomerId, EventId, JointId, PlanId
from domain.jointvisits.model import Action, Answer
from domain.people.model import Role, Scope, User
from domain.planning.absence import LeaveKind
from domain.resources.allocation import Need
from domain.resources.event import EventField, SeatState
from domain.territory.plan import Quadrant, StepKind
from domain.tiering.argument import Doubt
from domain.tiering.model import Cell
from domain.timelog.split import Split
from domain.visits.dismissal import DismissReason

_ONE_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_OFFICE = time(10)
_PAST = timedelta(days=60)
_NEEDS = (Need.ASKED, Need.TREATS, Need.NEW)
_TIME = (
    Split(selling=840, travelling=620, organising=560, personal=180),
    Split(selling=930, travelling=540, organising=480, personal=150),
    Split(selling=760, travelling=690, organising=610, personal=120),
    Split(selling=880, travelling=570, organising=520, personal=210),
)
"""Minutes of a week, rep by rep."""


@dataclass(slots=True)
class _Customers:
    """The customers of one rep who are in no story yet, by cell."""

    by_cell: Mapping[Cell, Iterator[CustomerId]]
    rest: Iterator[CustomerId]

    def one_of(self, *cells: Cell) -> CustomerId:
        """Somebody of the first of these cells that has anybody left, else anybody."""
        for cell in cells:
            found = next(self.by_cell[cell], None)
            if found is not None:
                return found
        return next(self.rest)


@dataclass(slots=True)
class _Story:
    """Who takes part, and what each of them has done so far."""

    deps: Deps
    words: StoryWords
    territory: Words
    language: Language
    manager: User
    reps: Sequence[User]
    today: date
    zone: str
    past: Sequence[date]  # the working days before today, the latest first
    customers: dict[int, _Customers] = field(default_factory=dict)

    def ago(self, working_days: int, at: time = _OFFICE) -> datetime:
        """A moment of a working day before today."""
        return datetime.combine(self.past[working_days - 1], at, ZoneInfo(self.zone))

    def in_days(self, working_days: int) -> date:
        return self.deps.calendar.add_working_days(self.today, working_days)

    def of(self, rep: User) -> _Customers:
        return self.customers[rep.id]


async def tell(deps: Deps, language: Language, now: datetime) -> None:
    """Let everything happen that lies before `now`, which is this morning."""
    async with deps.db.read() as uow:
        people = await uow.users.all()
    manager = next(one for one in people if one.role is Role.MANAGER)
    reps = [one for one in people if one.role is Role.REP]
    zone = deps.settings.time_zone
    today = now.astimezone(ZoneInfo(zone)).date()
    before = (today - number * _ONE_DAY for number in range(1, _PAST.days))
    past = [day for day in before if deps.calendar.is_working_day(day)]
    story = _Story(deps, STORY[language], WORDS[language], language, manager, reps, today, zone, past)
    await _round(story)
    for rep in reps:
        story.customers[rep.id] = await _of(deps, rep, today)
    await _waits_for_safety(story, reps[0], now - timedelta(minutes=30))
    for scene in (_meetings, _joint_visits, _plans, _doubts, _reports, _opinions, _time, _practice, _own):
        await scene(story)
    await _everybody_knows(deps, now)


async def _round(story: _Story) -> None:
    """The manager has gone through a round after the load of last week, which had moved whom it had to."""
    deps, manager, now = story.deps, story.manager, story.ago(4)
    opened = await tiering.open_round(deps, manager, today=now.date(), now=now)
    await tiering.approve_all(deps, manager, opened.id, now)
    await tiering.close_round(deps, manager, opened.id, now)


async def _of(deps: Deps, rep: User, today: date) -> _Customers:
    async with deps.db.read() as uow:
        grid = await uow.customers.grid(Scope.of(rep), today)
    return _Customers(
        {cell: iter([one.id for one in grid if one.cell is cell]) for cell in Cell},
        iter([one.id for one in grid if one.cell is None]),
    )


# Events


async def _meetings(story: _Story) -> None:
    """One event is over, with its seats given by the rules; for another one the manager has to give them."""
    past = await _event(story, story.words.past, made=28, on=5, seats=4, meal=20)
    seated = await _proposed(story, past, 27, 2)
    deps, manager, given = story.deps, story.manager, story.ago(20)
    shown = await events.shared(deps, manager, past, given.date())
    await events.give(deps, manager, past, shown.digest, given)
    after = await events.view(deps, manager, past, given.date())
    has_seat = [one.seat.customer_id for one in after.proposed if one.seat.state is SeatState.ADMITTED]
    for place, customer in enumerate(has_seat):
        await events.attend(deps, manager, past, customer, story.ago(4).date(), came=place > 0 or not seated)
    coming = await _event(story, story.words.coming, made=6, on=-14, seats=5, meal=20)
    await _proposed(story, coming, 5, 2)


async def _event(story: _Story, meeting: Meeting, *, made: int, on: int, seats: int, meal: int) -> EventId:
    """An event that the manager described so many working days ago, and asked the reps about."""
    deps, manager, local = story.deps, story.manager, story.ago(made)
    number = await events.new(deps, manager, local)
    hospital = story.territory.hospitals[1][0]
    comma = " " if story.language == "zh" else ", "
    await events.write(deps, manager, number, EventField.TOPIC, meeting.topic, local)
    await events.write(deps, manager, number, EventField.PLACE, f"{hospital}{comma}{meeting.room}", local)
    day = story.ago(on).date() if on > 0 else story.in_days(-on)
    await events.set_day(deps, manager, number, day, local)
    told = {
        EventField.DAYS: 1,
        EventField.HOURS: 3,
        EventField.SEATS: seats,
        EventField.FOR: 0,
        EventField.REGISTRATION: 0,
        EventField.MEAL: meal,
        EventField.EXTRAS: 0,
    }
    for what, value in told.items():
        await events.tell(deps, manager, number, what, value, local)
    await events.ask_reps(deps, manager, number, local)
    return number


async def _proposed(story: _Story, event: EventId, working_days: int, each: int) -> int:
    """Every rep but the first has proposed so many of their customers; how many there are."""
    local = story.ago(working_days)
    for rep in story.reps[1:]:
        for place in range(each):
            customer = story.of(rep).one_of(*(Cell(name) for name in ("B2", "B3", "A3", "C2")[place:]))
            await events.propose(story.deps, rep, event, customer, _NEEDS[place], local)
    return each * len(story.reps[1:])


# Joint visits


async def _joint_visits(story: _Story) -> None:
    """One is closed, one waits for the first rep's word, one is planned for tomorrow."""
    deps, first, second = story.deps, story.reps[0], story.reps[1]
    words = story.words
    closed = await _accompanied(story, second, words.closed, 11, Cell.A3)
    at = story.ago(10)
    await jointvisits.comment(deps, second, closed, words.closed.reply, at)
    await jointvisits.acknowledge(
        deps, second, closed, locale=story.language, today=at.date(), now=at + timedelta(minutes=5)
    )
    await _accompanied(story, first, words.shared, 2, Cell.A2)
    await _planned(story, first, 1, story.in_days(1), Cell.A3)


async def _planned(story: _Story, rep: User, working_days: int, on: date, cell: Cell) -> JointId:
    deps, manager, now = story.deps, story.manager, story.ago(working_days)
    customer, today = story.of(rep).one_of(cell, Cell.B1, Cell.B2), now.date()
    joint = await jointvisits.draft(deps, manager, customer, today=today, zone=story.zone, now=now)
    await jointvisits.plan(deps, manager, joint, on, today=today, now=now)
    return joint


async def _accompanied(story: _Story, rep: User, company: Company, ago: int, cell: Cell) -> JointId:
    """A joint visit of so many working days ago that the manager has written up."""
    deps, manager, now = story.deps, story.manager, story.ago(ago, time(17))
    joint = await _planned(story, rep, ago + 3, now.date(), cell)
    await jointvisits.hold(deps, manager, joint, today=now.date(), now=now)
    said = {
        Answer.GOAL: company.goal,
        Answer.HAPPENED: company.happened,
        Answer.NEXT_TIME: company.next_time,
    }
    for answer, words in said.items():
        await jointvisits.write(deps, manager, joint, answer, words)
    await jointvisits.agree(deps, manager, joint, Action.PIN, "", story.language)
    await jointvisits.share(deps, manager, joint, now)
    return joint


# Plans


async def _plans(story: _Story) -> None:
    """Of the plans of the quarter one is approved, one waits for the manager, one is being written."""
    deps, (first, second, third, *_rest) = story.deps, story.reps
    approved = await _plan(story, second, 12, story.words.plans[0])
    await territory.judge(
        deps, story.manager, approved, StepKind.COMMENT, story.words.plan_comment, story.ago(11)
    )
    await territory.judge(deps, story.manager, approved, StepKind.APPROVED, "", story.ago(11))
    await _plan(story, third, 2, story.words.plans[1])
    now = story.ago(1)
    view = await territory.view(deps, first, None, story.today, today=story.today, now=now, zone=story.zone)
    if view.plan is not None:
        for part, words in _swot(story.words.plans[0])[:2]:
            await territory.add_words(deps, first, view.plan.id, part, words, today=story.today, now=now)


async def _plan(story: _Story, rep: User, working_days: int, swot: Swot) -> PlanId:
    """A plan of the running quarter that was handed in so many working days ago."""
    deps, now, today = story.deps, story.ago(working_days), story.today
    view = await territory.view(deps, rep, None, today, today=today, now=now, zone=story.zone)
    if view.plan is None:
        raise DomainError("not_found")
    for part, words in _swot(swot):
        await territory.add_words(deps, rep, view.plan.id, part, words, today=today, now=now)
    await territory.hand_in(deps, rep, view.plan.id, today=today, now=now, zone=story.zone)
    return view.plan.id


def _swot(swot: Swot) -> list[tuple[Quadrant, str]]:
    return [
        (Quadrant.STRENGTHS, swot.strengths),
        (Quadrant.WEAKNESSES, swot.weaknesses),
        (Quadrant.OPPORTUNITIES, swot.opportunities),
        (Quadrant.THREATS, swot.threats),
    ]


# The list: cells in doubt, reports, what customers say


async def _doubts(story: _Story) -> None:
    """The manager has answered one question about a cell, by setting it by hand; another one waits."""
    deps, manager, (first, second, *_rest) = story.deps, story.manager, story.reps
    answered, waiting = story.words.evidence
    asked = story.ago(7)
    customer = story.of(second).one_of(Cell.B2)
    await tiering.ask(deps, second, customer, Doubt.POTENTIAL, answered, now=asked)
    answered_at = story.ago(6)
    (question, _late), *_others = await tiering.questions(
        deps, manager, today=answered_at.date(), now=answered_at
    )
    await tiering.answer(
        deps, manager, question.id, Cell.A2, story.words.verdict, today=answered_at.date(), now=answered_at
    )
    doubted = story.of(first).one_of(Cell.B3, Cell.B2)
    await tiering.ask(deps, first, doubted, Doubt.SUPPORT, waiting, now=story.ago(1))


async def _reports(story: _Story) -> None:
    """Two reports about the list, one answered and one that waits; and two suggestions were declined."""
    deps, manager, (first, second, third, fourth) = story.deps, story.manager, story.reps
    title = await corrections.report(
        deps, second, story.of(second).one_of(Cell.C1), CorrectionKind.DATA, story.ago(8)
    )
    await corrections.point_at(deps, second, title, FileField.TITLE)
    await corrections.say(deps, second, title, story.words.wrong_title, story.ago(8))
    await corrections.reject(deps, manager, title, story.ago(7))
    await corrections.explain(deps, manager, title, story.words.stays, story.ago(7))
    await corrections.report(
        deps, first, story.of(first).one_of(Cell.C3), CorrectionKind.RETIRED, story.ago(1)
    )
    for rep, reason in ((third, DismissReason.NOT_TODAY), (fourth, DismissReason.PRODUCT_ISSUE)):
        customer = story.of(rep).one_of(Cell.B1, Cell.B3)
        await dismissals.say_no(deps, rep, customer, reason, story.ago(2))


async def _opinions(story: _Story) -> None:
    """What customers have said; two appointments and a training."""
    deps, (first, second, third, *_rest) = story.deps, story.reps
    for place, (score, words) in enumerate(story.words.feedback):
        rep, now = (first, second, third)[place % 3], story.ago(3 + place)
        customer = story.of(rep).one_of(Cell.A1, Cell.A2)
        given = await feedback.give(deps, rep, customer, score, today=now.date(), now=now)
        await feedback.write(deps, rep, given, words, now)
    now, known = story.ago(1, time(16)), story.of(first).one_of(Cell.A1)
    for kind, words in zip(
        (FactKind.OPPORTUNITY, FactKind.EVIDENCE, FactKind.PROMISE), story.words.facts, strict=True
    ):
        await profile.add_fact(deps, first, known, kind, words, today=now.date(), now=now)
    for ahead, at in ((1, time(10, 30)), (3, time(14, 30))):
        customer = story.of(first).one_of(Cell.A2, Cell.B1)
        await appointments.set_appointment(
            deps, first, customer, story.in_days(ahead), at, zone=story.zone, now=now
        )
    day = story.in_days(8)
    await worktime.take_leave(deps, third, day, day, today=story.today, now=now, kind=LeaveKind.TRAINING)


async def _waits_for_safety(story: _Story, rep: User, now: datetime) -> None:
    """A note that may tell of a side effect is held until the rep says that it is reported."""
    customer = story.of(rep).one_of(Cell.B1, Cell.B2)
    words = AwaitedWords(Purpose.FACT, customer, FactKind.EVIDENCE.value, now)
    try:
        await screening.take(story.deps, rep, story.words.side_effect, Place.FACT, words, now)
    except DomainError as held:
        if held.code != "held_text":
            raise


# Time and practice


async def _time(story: _Story) -> None:
    """Two have confirmed this week; everybody has told how last week went, and the week before."""
    monday = story.today - timedelta(days=story.today.weekday())
    early = datetime.combine(story.today, time(7, 50), ZoneInfo(story.zone))
    for rep in story.reps[1:3]:
        await weeks.confirm(story.deps, rep, monday, story.today, early)
    for back in (2, 1):
        first = monday - back * _WEEK
        now = datetime.combine(first + 5 * _ONE_DAY, time(9), ZoneInfo(story.zone))
        for place, rep in enumerate(story.reps):
            split = _TIME[(place + back) % len(_TIME)]
            await timelog.tell_week(story.deps, rep, first, split, today=now.date(), now=now)


async def _practice(story: _Story) -> None:
    """The reps have played a scenario each and answered two questions of fact, mostly well."""
    deps, locale = story.deps, story.language
    scenarios = deps.library.scenarios[locale]
    played = [one for one in scenarios.values() if one.audience is not Audience.MANAGER and is_table(one)]
    facts = list(learning.facts_in(deps, locale))
    for place, rep in enumerate(story.reps[:3]):
        await _play(story, rep, played[place], story.ago(3 + place, time(16, 40)), slips=place == 0)
        for number in range(2):
            now = story.ago(2 + number, time(16, 45))
            fact, asked = await learning.ask_fact(deps, rep, facts[3 * place + number], locale, now)
            poll = f"before-{rep.id}-{number}"
            await learning.asked(deps, rep, asked, now, poll, 0)
            right = asked.order.index(fact.right)
            wrong = (right + 1) % len(asked.order)
            await learning.answered(deps, rep, poll, wrong if place == number == 1 else right, now)


async def _play(story: _Story, rep: User, scenario: Scenario, now: datetime, *, slips: bool) -> None:
    """Play a scenario to its end, with the best answer each time; who slips takes the second best once."""
    found = await coaching.start(story.deps, rep, scenario.id, story.language, now)
    while not found.session.is_over:
        step, node = len(found.session.steps), scenario.nodes[found.session.at]
        found, _learned = await coaching.answer(
            story.deps, rep, found.id, step, _answer(node, slips=slips and step == 1), now
        )


def _answer(node: Node, *, slips: bool) -> Said:
    if node.kind is NodeKind.CUSTOMERS:
        return Said(picked=tuple(range(node.pick or 1)))
    ranked = sorted(
        (name for name, option in node.options.items() if not option.rule),
        key=lambda name: -float(node.options[name].grade),
    )
    return Said(option=ranked[1 if slips and len(ranked) > 1 else 0])


async def _own(story: _Story) -> None:
    """The manager has published a scenario of their own, made from the example."""
    deps, locale, now = story.deps, story.language, story.ago(4, time(18))
    shipped = [one for one in deps.library.scenarios[locale].values() if is_table(one)]
    example = min(shipped, key=lambda one: (len(one.nodes), one.id))
    own = example.model_copy(update={"id": "our_month_end", "title": story.words.scenario, "version": 1})
    read = await authoring.read(deps, story.manager, "our_month_end.yaml", to_yaml(own).encode(), locale, now)
    await authoring.publish(deps, story.manager, read.id, now + timedelta(minutes=20))


async def _everybody_knows(deps: Deps, now: datetime) -> None:
    """What was owed on the way has been told at its time: nobody is told of it when the demo opens."""
    async with deps.db.write() as uow:
        for owed in await uow.outbox.claim(now, now + timedelta(minutes=1), 500):
            await uow.outbox.settle(owed, OwedState.SENT, owed.due_at)
