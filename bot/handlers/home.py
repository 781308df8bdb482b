"""Home, help and settings."""

from dataclasses import replace
from zoneinfo import available_timezones

from bot.buttons.access import ShowInvite, ShowUsers
from bot.buttons.analyses import ShowGrid
from bot.buttons.appointments import ShowAppointments
from bot.buttons.capacity import ShowCapacity, ShowOverdue, ShowPace
from bot.buttons.coaching import ShowCoach
from bot.buttons.corrections import ShowCorrections
from bot.buttons.coverage import ShowDigest, ShowTeam
from bot.buttons.customers import AskCustomer
from bot.buttons.events import ShowEvents
from bot.buttons.home import SetLanguage, SetZone, ShowHelp, ShowHome, ShowSettings, ShowZones
from bot.buttons.importing import ShowImport
from bot.buttons.jointvisits import ShowJointVisits
from bot.buttons.notices import ShowReminders
from bot.buttons.qualifications import ShowQualifications
from bot.buttons.safety import ShowHeld
from bot.buttons.today import ShowToday
from bot.buttons.weeks import ShowMonth, ShowWeek
from bot.buttons.worktime import ShowOwnTime
from bot.commands import commands_for
from bot.handlers.waiting import what_waits
from bot.render.catalogues import LOCALES
from bot.routes import Routes
from bot.screens import Button, Screen
from bot.services import corrections, events, jointvisits, screening
from bot.turn import Turn
from domain.coverage.period import Span
from domain.people.model import Role

routes = Routes()

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
USUAL_ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)


def home_row(turn: Turn) -> list[Button]:
    """The row that leads out of every screen."""
    return [Button(turn.words._("Home"), ShowHome())]


@routes.on(ShowHome)
async def show_home(turn: Turn, _at: ShowHome) -> Screen:
    """A greeting and the four or so things that people come for."""
    _ = turn.words._
    waiting, news = await corrections.counts(turn.deps, turn.viewer)
    waits = await what_waits(turn) if turn.viewer.role is Role.MANAGER else []
    ways = [button for _line, button in waits]
    rows = [ways[i : i + 2] for i in range(0, len(ways), 2)]
    rows += await _own_that_waits(turn, waiting, news)
    rows.append([Button(_("Today's visits"), ShowToday()), Button(_("Nine-box grid"), ShowGrid())])
    if turn.viewer.role is not Role.ADMIN:
        rows.append([Button("🎓 " + _("Coach"), ShowCoach())])
    rows.append([Button(_("Week"), ShowWeek()), Button(_("Month"), ShowMonth())])
    rows.append(
        [
            Button(_("Overdue"), ShowOverdue()),
            Button(_("Pace"), ShowPace()),
            Button(_("Capacity"), ShowCapacity()),
        ]
    )
    if turn.viewer.role is not Role.REP:
        rows.append([Button(_("Digest"), ShowDigest()), Button(_("The team"), ShowTeam(Span.MONTH))])
        rows.append(
            [
                Button(_("Import"), ShowImport()),
                Button(_("Invite"), ShowInvite()),
                Button(_("Users"), ShowUsers()),
            ]
        )
    rows.append([Button(_("Find a customer"), AskCustomer())])
    if turn.viewer.role is Role.REP:
        rows[-1].append(Button(_("Appointments"), ShowAppointments()))
    rows.append([Button(_("Settings"), ShowSettings()), Button(_("Help"), ShowHelp())])
    lines = [line for line, _button in waits]
    return Screen(turn.text("home", viewer=turn.viewer, lines=lines, waiting=waiting, news=news), rows)


async def _own_that_waits(turn: Turn, waiting: int, news: int) -> list[list[Button]]:
    """What waits for the person and not for a team's manager, a row each."""
    _, role = turn.words._, turn.viewer.role
    rows: list[list[Button]] = []
    if role is Role.REP and (joint := await jointvisits.waiting(turn.deps, turn.viewer, turn.today)):
        rows.append([Button(_("Joint visits (%(n)s)", n=joint), ShowJointVisits())])
    if asked := await events.asked(turn.deps, turn.viewer):
        rows.append([Button(_("Recommend for an event (%(n)s)", n=asked), ShowEvents())])
    if held := await screening.waiting(turn.deps, turn.viewer):
        rows.append([Button("⏸ " + _("Notes that wait (%(n)s)", n=len(held)), ShowHeld())])
    if news or (waiting and role is Role.ADMIN):
        rows.append([Button(_("What is wrong on the list (%(n)s)", n=news or waiting), ShowCorrections())])
    return rows


async def show_welcome(turn: Turn) -> Screen:
    """The first screen after joining."""
    screen = await show_home(turn, ShowHome())
    return replace(screen, text=turn.text("welcome", viewer=turn.viewer))


@routes.on(ShowHelp)
async def show_help(turn: Turn, _at: ShowHelp) -> Screen:
    """The commands of the person's role, and how to ask in one's own words."""
    _ = turn.words._
    commands = [(one.name, _(one.about)) for one in commands_for(turn.viewer.role) if one.in_menu]
    return Screen(turn.text("help", commands=commands, role=turn.viewer.role), [home_row(turn)])


@routes.on(ShowSettings)
async def show_settings(turn: Turn, _at: ShowSettings | None = None) -> Screen:
    """Language and time zone, with what holds now."""
    _ = turn.words._
    chosen = turn.viewer.locale
    languages = [
        Button(_tick(name, chosen=chosen == locale), SetLanguage(locale))
        for locale, name in LANGUAGE_NAMES.items()
    ]
    follow = Button(_tick(_("As I write"), chosen=chosen is None), SetLanguage(None))
    rows = [languages, [follow], [Button(_("Change time zone"), ShowZones())], home_row(turn)]
    rows[2].append(Button(_("Reminders"), ShowReminders()))
    if turn.viewer.role is Role.REP:
        rows[2].append(Button(_("My time"), ShowOwnTime()))
        rows.insert(3, [Button(_("Filing and training"), ShowQualifications())])
    text = turn.text("settings", language=LANGUAGE_NAMES[turn.locale], local_now=turn.now)
    return Screen(text, rows)


@routes.on(SetLanguage)
async def set_language(turn: Turn, at: SetLanguage) -> Screen:
    """Fix the language and show the settings in it."""
    locale = at.locale if at.locale in LOCALES else None
    async with turn.deps.db.write() as uow:
        await uow.users.set_locale(turn.viewer.id, locale)
    turn = turn.seen_by(replace(turn.viewer, locale=locale))
    await turn.window.set_menu(turn.viewer.role, turn.locale)
    return replace(await show_settings(turn), toast=turn.words._("Saved"))


@routes.on(ShowZones)
async def show_zones(turn: Turn, _at: ShowZones) -> Screen:
    """The zones most teams work in; any other can be typed."""
    _ = turn.words._
    buttons = [
        Button(_tick(zone.split("/")[-1].replace("_", " "), chosen=zone == turn.zone), SetZone(zone))
        for zone in USUAL_ZONES
    ]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    rows.append([Button(_("The company's time zone"), SetZone(None))])
    rows.append([Button(_("Back"), ShowSettings())])
    return Screen(turn.text("zones"), rows)


@routes.on(SetZone)
async def set_zone(turn: Turn, at: SetZone) -> Screen:
    """Fix the time zone and show the settings with it."""
    zone = at.zone if at.zone is None or at.zone in available_timezones() else turn.viewer.time_zone
    async with turn.deps.db.write() as uow:
        await uow.users.set_time_zone(turn.viewer.id, zone)
    return replace(
        await show_settings(turn.seen_by(replace(turn.viewer, time_zone=zone))), toast=turn.words._("Saved")
    )


async def settings_in_words(turn: Turn, wanted: str) -> Screen:
    """`/settings Europe/Paris` or `/settings 中文`; without a word the screen itself."""
    if not wanted:
        return await show_settings(turn)
    by_name = {name.casefold(): locale for locale, name in LANGUAGE_NAMES.items()} | {
        each: each for each in LOCALES
    }
    if wanted.casefold() in by_name:
        return await set_language(turn, SetLanguage(by_name[wanted.casefold()]))
    zones = {zone.casefold(): zone for zone in available_timezones()}
    zone = zones.get(wanted.casefold().replace(" ", "_"))
    if zone is None:
        return Screen(
            turn.text("zone_unknown", wanted=wanted[:60]), [[Button(turn.words._("Back"), ShowZones())]]
        )
    return await set_zone(turn, SetZone(zone))


def _tick(label: str, *, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label
