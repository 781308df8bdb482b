"""The one list of commands: menus, /help, the README and the routing are made from it."""

from dataclasses import dataclass

from bot.render.catalogues import marked
from domain.people.model import Role

EVERYONE = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
OFFICE = frozenset({Role.MANAGER, Role.ADMIN})
REPS = frozenset({Role.REP})
MANAGERS = frozenset({Role.MANAGER})
FIELD = REPS | MANAGERS


@dataclass(frozen=True, slots=True)
class Command:
    """`name` without the slash; `about` is a message id of at most 256 characters."""

    name: str
    about: str
    roles: frozenset[Role] = EVERYONE
    in_menu: bool = True


COMMANDS = (
    Command("today", marked("Whom to visit today, and why")),
    Command("week", marked("The plan of the week: move visits, confirm")),
    Command("month", marked("The plan of the month, and what does not fit")),
    Command("grid", marked("Your customers in the nine-box grid")),
    Command("abc", marked("Who buys how much: ABC by three rules")),
    Command("rfm", marked("Who bought when, how often, how much: RFM")),
    Command("lorenz", marked("How far the business rests on a few")),
    Command("customer", marked("Find a customer: /customer Zhang")),
    Command("tiers", marked("Tiers: who stands where, what has moved, rounds")),
    Command("overdue", marked("Who has waited too long")),
    Command("pace", marked("How the month is going")),
    Command("capacity", marked("What the month holds, and what to do when it is too little")),
    Command("effort", marked("Where visits bring most, by your judgement"), OFFICE),
    Command("digest", marked("Your team's week: what has changed, what to decide"), OFFICE),
    Command("team", marked("Whom your team reaches and how often, person by person"), OFFICE),
    Command("plan", marked("The plan of the quarter: market, goals, SWOT"), FIELD),
    Command("joint", marked("Visits made together: with whom, what was agreed"), FIELD),
    Command("event", marked("Events: the rules first, then seats by need and by lot")),
    Command("corrections", marked("What is wrong on the list: reports and answers")),
    Command("forget", marked("A customer refuses data collection: /forget Zhang")),
    Command("feedback", marked("What customers say of us: /feedback Zhang")),
    Command("visits", marked("Log visits: today's, and others"), REPS),
    Command("appointments", marked("Your appointments, and your calendar"), REPS),
    Command("leave", marked("Your days off, training and working hours"), REPS),
    Command("review", marked("Six questions to ask oneself every month, answered")),
    Command("coach", marked("Short scenarios: what would you do?"), FIELD),
    Command("time", marked("Where the time goes: selling, travelling, organising")),
    Command("scenario_new", marked("Write a scenario for your team"), MANAGERS),
    Command("import", marked("Load a roster from a spreadsheet"), OFFICE),
    Command("invite", marked("Invite a colleague"), OFFICE),
    Command("users", marked("Who has access"), OFFICE),
    Command("deliveries", marked("What was sent and what was not"), ADMINS),
    Command("rules", marked("What is allowed, and what to say instead")),
    Command("settings", marked("Language, time zone, reminders")),
    Command("help", marked("What this bot can do")),
    Command("cancel", marked("Stop what is open and go home")),
    Command("start", marked("Join with your invite link, or go home"), in_menu=False),
)


def commands_for(role: Role) -> tuple[Command, ...]:
    """The commands that a role may use, in menu order."""
    return tuple(command for command in COMMANDS if role in command.roles)
