"""What is remembered: facts as quiz polls, skills, certificates, the team, and how good the questions are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.buttons.coaching import ShowCoach
from bot.buttons.learning import (
    AskFact,
    AssignTalk,
    ShowCertificate,
    ShowItems,
    ShowSkills,
    ShowTeamSkills,
)
from bot.callbacks import RowId
from bot.commands import FIELD, MANAGERS
from bot.handlers.home import home_row
from bot.render.coaching import SKILLS
from bot.render.learning import certificate_picture, option_of, question_of, skills_picture, team_picture
from bot.routes import Routes
from bot.screens import Button, Quiz, Screen, page_of, page_row
from bot.services import learning
from bot.turn import Turn
from domain.coaching.facts import Fact
from domain.coaching.scenario import Scenario
from domain.coaching.skills import MemberSkills
from domain.coaching.statistics import ItemFigures
from domain.errors import DomainError
from domain.ids import UserId
from domain.people.model import Role

routes = Routes()

PAGE = 5  # people or questions on a screen; their figures are the caption of a picture


@dataclass(frozen=True, slots=True)
class Told:
    """A question's words, and what its answers say; `doubted` is the option that is taken instead."""

    question: str
    figures: ItemFigures
    doubted: str


def practice_rows(turn: Turn) -> list[list[Button]]:
    """From the coach to what is remembered: one's own, and for managers the team's and the questions'."""
    if turn.viewer.role is not Role.MANAGER:
        return [[_skills(turn)]]
    _ = turn.words._
    team = [Button(_("Team's skills"), ShowTeamSkills()), Button(_("Question statistics"), ShowItems())]
    return [[_skills(turn)], team]


@routes.on(AskFact, FIELD)
async def ask_fact(turn: Turn, at: AskFact) -> Screen:
    """The fact as a poll of its own; its answer comes to `fact_answered`."""
    fact, asked = await learning.ask_fact(turn.deps, turn.viewer, at.fact, turn.locale, turn.now)
    quiz = Quiz(
        fact.question,
        tuple(fact.options[place] for place in asked.order),
        asked.order.index(asked.key),
        fact.explanation,
        partial(learning.asked, turn.deps, turn.viewer, asked, turn.now),
    )
    return Screen("", [[_coach(turn), *home_row(turn)]], quiz=quiz)


async def fact_answered(turn: Turn, poll_id: str, place: int) -> Screen | None:
    """When a fact comes back. None for polls that are not known or were answered before."""
    answer = await learning.answered(turn.deps, turn.viewer, poll_id, place, turn.now)
    if answer is None:
        return None
    return Screen(turn.text("fact_answered", answer=answer), [[_coach(turn), *home_row(turn)]])


@routes.on(ShowSkills, FIELD)
async def show_skills(turn: Turn, _at: ShowSkills) -> Screen:
    """The four areas as bars and figures, days in a row, and certificates."""
    _ = turn.words._
    progress = await learning.progress(turn.deps, turn.viewer, turn.now)
    drawn = await turn.deps.charts.draw(
        skills_picture(turn.words, progress, as_of=turn.words.date(turn.today))
    )
    rows = [
        [Button("🎓 " + _("Certificate: %(skill)s", skill=_(SKILLS[skill])), ShowCertificate(skill))]
        for skill in progress.certificates
    ]
    rows.append([_coach(turn), *home_row(turn)])
    params = turn.deps.library.coaching.at(turn.today)
    text = turn.text("skills", progress=progress, params=params)
    return Screen(text, rows, picture=drawn)


@routes.on(ShowCertificate, FIELD)
async def show_certificate(turn: Turn, at: ShowCertificate) -> Screen:
    """A picture with name, path and day, which may be saved and passed on: it names no customer."""
    progress = await learning.progress(turn.deps, turn.viewer, turn.now)
    on = progress.certificates.get(at.skill)
    if on is None:
        raise DomainError("not_found")
    drawn = await turn.deps.charts.draw(certificate_picture(turn.words, turn.viewer.name, at.skill, on))
    text = turn.text("certificate", skill=at.skill, on=on)
    return Screen(text, [[_skills(turn), *home_row(turn)]], picture=drawn, protect=False)


@routes.on(ShowTeamSkills, MANAGERS)
async def show_team_skills(turn: Turn, at: ShowTeamSkills) -> Screen:
    """People and areas as a heat map, by name, and who needs which talk."""
    _ = turn.words._
    team = await learning.team_skills(turn.deps, turn.viewer, turn.now)
    shown, page, pages = page_of(team.members, at.page, PAGE)
    scenarios = await learning.scenarios(turn.deps, turn.viewer, turn.locale)
    rows = [_talk_button(turn, one, scenarios, page) for one in shown]
    rows = [row for row in rows if row]
    rows += page_row(page, pages, ShowTeamSkills)
    rows.append([Button(_("Question statistics"), ShowItems()), _coach(turn), *home_row(turn)])
    text = turn.text("team_skills", team=team, shown=shown)
    if not team.members:
        return Screen(text, rows)
    picture = team_picture(turn.words, shown, as_of=turn.words.date(turn.today))
    return Screen(text, rows, picture=await turn.deps.charts.draw(picture))


@routes.on(AssignTalk, MANAGERS)
async def assign_talk(turn: Turn, at: AssignTalk) -> Screen:
    """The person plays this next; the team again."""
    person = await learning.assign_talk(turn.deps, turn.viewer, UserId(at.user), at.scenario, turn.now)
    screen = await show_team_skills(turn, ShowTeamSkills(at.page))
    toast = turn.words._("%(name)s gets it next", name=person.name)
    return replace(screen, toast=toast)


@routes.on(ShowItems, MANAGERS)
async def show_items(turn: Turn, at: ShowItems) -> Screen:
    """What the answers of all say about each question: those whose key is doubted first, then the hardest."""
    found = await learning.item_figures(turn.deps, turn.viewer, turn.now)
    shown, page, pages = page_of(found, at.page, PAGE)
    scenarios = await learning.scenarios(turn.deps, turn.viewer, turn.locale)
    facts = learning.facts_in(turn.deps, turn.locale)
    told = [_told(one, scenarios, facts) for one in shown]
    rows = [*page_row(page, pages, ShowItems)]
    rows.append([Button(turn.words._("Team's skills"), ShowTeamSkills()), _coach(turn), *home_row(turn)])
    params = turn.deps.library.coaching.at(turn.today)
    return Screen(turn.text("items", told=told, count=len(found), params=params), rows)


def _told(one: ItemFigures, scenarios: Mapping[str, Scenario], facts: Mapping[str, Fact]) -> Told:
    doubted = ""
    if one.suspicion is not None:
        doubted = option_of(one.question, str(one.suspicion.params["choice"]), scenarios, facts)
    return Told(question_of(one.question, scenarios, facts), one, doubted)


def _talk_button(turn: Turn, one: MemberSkills, scenarios: Mapping[str, Scenario], page: int) -> list[Button]:
    """Lets them play the scenario of their talk next; nothing where there is no talk, or none that fits."""
    scenario = scenarios.get(one.talk.scenario or "") if one.talk else None
    if scenario is None:
        return []
    label = turn.words._("For %(name)s: %(title)s", name=one.user.name, title=scenario.title)
    return [Button(label, AssignTalk(RowId(one.user.id), scenario.id, page))]


def _coach(turn: Turn) -> Button:
    return Button(turn.words._("Coach"), ShowCoach())


def _skills(turn: Turn) -> Button:
    return Button(turn.words._("Your skills"), ShowSkills())
