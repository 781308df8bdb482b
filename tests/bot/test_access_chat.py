"""Who comes in, who does not, and that nobody reaches what is not theirs."""

from datetime import date, timedelta
from html import escape

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.buttons.access import (
    AssignCustomers,
    InviteRole,
    InviteUser,
    RevokeInvite,
    SetActive,
    SetManager,
    ShowUser,
)
from bot.buttons.analyses import ShowGrid
from bot.buttons.customers import ShowCard, ShowCell, ShowStrategy
from bot.buttons.dismissals import AskLater, PutOff, TakeBack
from bot.buttons.home import ShowHome
from bot.buttons.importing import (
    AnswerImport,
    ConfirmImport,
    DropImport,
    RollBack,
    SendRejected,
    SendTemplate,
    ShowBatch,
    ShowImport,
)
from bot.buttons.today import ShowToday, ShowWhy
from bot.callbacks import Callback
from bot.db.digest import digest
from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_ALLOWED, NOT_FOUND
from tests.support.world import World, world

POLITE = {
    "en": "Hello! This bot works for one company's sales team, by invitation only.",
    "zh": "您好！这个机器人只服务于一家公司的销售团队，凭邀请使用。",
}
INVITED_ONLY = {"en": "This is for invited colleagues only.", "zh": "仅限受邀同事使用。"}
USED = "This invite link has been used. Ask your manager for a new one."
REVOKED = "This invite link no longer works. Ask your manager for a new one."
EXPIRED = "This invite link is too old. Ask your manager for a new one."
UNKNOWN = "I do not know this invite link. Ask your manager for a new one."


async def everything_stored(place: World) -> str:
    """The content, and what the digest leaves out: drafts, batches, invites, the record of deeds."""
    async with place.deps.db.read() as uow:
        counts = [
            (await uow.session.execute(text(f"SELECT count(*), max(id) FROM {table}"))).one()
            for table in ("import_draft", "import_batch", "invite", "audit")
        ]
        drafts = (await uow.session.execute(text("SELECT id, status, answers FROM import_draft"))).all()
        batches = (await uow.session.execute(text("SELECT id, status FROM import_batch"))).all()
        open_invites = (await uow.session.execute(text("SELECT id, used_at, revoked_at FROM invite"))).all()
        return f"{await digest(uow)} {counts} {drafts} {batches} {open_invites}"


def token_in(person: Person) -> str:
    """The token of the invite link in the newest message."""
    return person.text.partition("?start=")[2].split()[0]


# Strangers


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_stranger_gets_a_polite_sentence_and_no_data(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Li Na")
        await place.loads(town.hospitals("en"), town.customers("en"))
        before = await everything_stored(place)
        stranger = place.chatter.person("Nosy", language)
        for message in (
            "/start",
            "/today",
            "/customer Shaw",
            "Shaw 1",
            "who should I visit today?",
            "/users",
        ):
            await stranger.sends(message)
            assert stranger.text.startswith(POLITE[language])
            assert stranger.buttons == []
        await stranger.uploads("roster.csv", town.customers("en").data())
        assert stranger.text.startswith(POLITE[language])
        for callback in (ShowToday(), ShowCard(1), ShowGrid(), ShowHome(), SendTemplate(), ConfirmImport(1)):
            messages = len(stranger.messages)
            await stranger.presses(callback.pack())
            assert stranger.last_answer == INVITED_ONLY[language]
            assert stranger.last_press.answer.alert
            assert len(stranger.messages) == messages
        await stranger.presses("garbage")
        assert stranger.last_answer == INVITED_ONLY[language]
        assert not stranger.sees("Shaw")
        assert await everything_stored(place) == before
        assert not [c for c in place.chatter.telegram.calls if c.method.lower() == "getfile"]


# Invites


async def test_an_invite_works_once_for_the_account_that_opens_it_first(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        token = await place.invited("Li Na", Role.REP)
        assert len(token) <= 64
        first, second = place.chatter.person("First"), place.chatter.person("Second")
        await first.sends(f"/start {token}")
        assert "Welcome, Li Na!" in first.text
        await second.sends(f"/start {token}")
        assert second.text == USED
        await second.sends("/today")
        assert second.text.startswith(POLITE["en"])
        await first.sends(f"/start {token}")
        assert "Welcome, Li Na!" in first.text
        assert (await place.user("Li Na")).telegram_id == first.user_id


async def test_the_database_file_does_not_hold_the_token(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        await admin.sends("/invite rep Li Na")
        token = token_in(admin)
        stored = b"".join(path.read_bytes() for path in tmp_path.glob("ninebox.db*"))
        assert b"Li Na" in stored
        assert token.encode() not in stored


async def test_links_that_do_not_work_say_why(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        person = place.chatter.person("Li Na")
        for token in ("x", "x" * 64, "<b>", "'; DROP TABLE user; --", "名字"):
            await person.sends(f"/start {token}")
            assert person.text == UNKNOWN
        token = await place.invited("Li Na", Role.REP)
        place.clock.move(timedelta(days=place.deps.settings.invite_days, seconds=1))
        await person.sends(f"/start {token}")
        assert person.text == EXPIRED
        older = await place.invited("Li Na", Role.REP)
        newer = await place.invited("Li Na", Role.REP)
        await person.sends(f"/start {older}")
        assert person.text == REVOKED
        await person.sends(f"/start {newer}")
        assert "Welcome, Li Na!" in person.text


async def test_a_link_made_useless_does_not_work(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        await admin.sends("/invite rep Li Na")
        token = token_in(admin)
        await admin.taps("Make the link useless")
        assert admin.last_answer == "The link no longer works"
        person = place.chatter.person("Li Na")
        await person.sends(f"/start {token}")
        assert person.text == REVOKED


async def test_an_account_cannot_become_a_second_person(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        token = await place.invited("Root", Role.ADMIN)
        await rep.sends(f"/start {token}")
        assert rep.text == "This Telegram account already belongs to somebody here."
        assert (await place.user("Li Na")).role is Role.REP
        assert (await place.user("Root")).telegram_id is None


async def test_a_manager_invites_reps_for_the_own_team_only(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await boss.sends("/invite")
        assert "New rep" in boss.buttons
        assert not {"New manager", "New admin"} & set(boss.buttons)
        await boss.taps("New rep")
        rep = place.chatter.person("Wu Di", "en")
        await rep.sends(f"/start {token_in(boss)}")
        assert "Welcome, Wu Di!" in rep.text
        assert (await place.user("Wu Di")).manager_id == (await place.user("Boss")).id
        before = await everything_stored(place)
        for role in (Role.MANAGER, Role.ADMIN):
            await boss.presses(InviteRole(role).pack())
            assert boss.last_answer == NOT_ALLOWED
        await boss.sends("/invite admin Me")
        assert boss.text == NOT_ALLOWED
        assert await everything_stored(place) == before


async def test_names_in_an_invite_are_text_and_bounded(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        await admin.sends("/invite rep <b>Tom</b> & " + "x" * 300)
        assert "Invitation for <b>Tom</b> & xxx" in admin.text
        assert "x" * 81 not in admin.text
        await admin.sends("/invite manager <b>Tom</b> & " + "x" * 300)
        assert "is on the list already, in another role" in admin.text


async def test_a_manager_without_a_name_yet_can_be_chosen(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        await place.joins("Boss", Role.MANAGER)
        await place.joins("Li Na", manager="Boss")
        await admin.sends("/invite")
        await admin.taps("New manager")
        assert "Invitation for a new colleague" in admin.text
        await admin.sends("/users")
        await admin.taps("Li Na")
        await admin.taps("Change manager")
        assert admin.buttons == ["Boss", "(no name yet)", "Back"]
        await admin.sends("/invite")
        await admin.taps("New rep")
        assert admin.buttons == ["Boss", "(no name yet)", "Home"]


# Closing


async def test_closing_access_locks_out_at_once_and_the_old_link_opens_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        token = await place.invited("Li Na", Role.REP)
        rep = place.chatter.person("Li Na")
        await rep.sends(f"/start {token}")
        await admin.sends("/users")
        await admin.taps("Li Na")
        await admin.taps("Close access")
        assert "Access is closed." in admin.text
        await rep.presses(ShowToday().pack())
        assert rep.last_answer == INVITED_ONLY["en"]
        await rep.sends("/today")
        assert rep.text.startswith(POLITE["en"])
        await rep.sends(f"/start {token}")
        assert rep.text == USED
        await admin.taps("Reopen access")
        await rep.sends("/today")
        assert "Today" in rep.text


async def test_nobody_closes_the_own_access(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        admin = await place.joins("Root", Role.ADMIN)
        own = (await place.user("Root")).id
        await admin.sends("/users")
        await admin.taps("Root")
        assert "Close access" not in admin.buttons
        await admin.presses(SetActive(own, active=False).pack())
        assert admin.last_answer == NOT_ALLOWED
        await admin.sends("/users")
        assert "Who has access" in admin.text


# Forged buttons


@pytest.fixture
async def two_teams(sqlite_database_url, tmp_path):
    """Two managers with a rep and nine customers each; an admin with a load and an open draft."""
    async with world(sqlite_database_url, tmp_path) as place:
        await place.joins("Root", Role.ADMIN)
        for boss, rep in (("Boss", "Li Na"), ("Other", "Wang Wu")):
            await place.joins(boss, Role.MANAGER)
            await place.joins(rep, Role.REP, manager=boss)
        await place.loads(town.hospitals("en"), town.customers("en", owner="Wang Wu"), town.visits())
        more = town.customers("en", first=500, owner="", broken=True)
        await place.people["Root"].uploads("more.csv", more.data())
        assert place.people["Root"].message.button("Nobody's yet")
        yield place


async def first_customer(place: World) -> int:
    async with place.deps.db.read() as uow:
        return (await uow.session.execute(text("SELECT min(id) FROM customer"))).scalar_one()


async def answers(place: World, person: Person, callbacks: list[Callback]) -> set[str]:
    """What these buttons answer, having stored nothing and named nobody."""
    before = await everything_stored(place)
    said = set()
    for callback in callbacks:
        await person.presses(callback.pack())
        said.add(person.last_answer or person.text)
        for word in ("Shaw", "Cole", "Wang Wu", "Riverside", "more.csv"):
            assert not person.sees(word), (callback, word)
    assert await everything_stored(place) == before
    return said


async def test_a_rep_finds_nothing_behind_buttons_about_another_reps_customer(two_teams):
    customer = await first_customer(two_teams)
    tomorrow = date(2026, 11, 24)
    forged = [ShowCard(customer), ShowStrategy(customer), ShowWhy(customer), AskLater(customer)]
    li = two_teams.people["Li Na"]
    assert await answers(two_teams, li, [*forged, PutOff(customer, tomorrow)]) == {NOT_FOUND}
    assert NOT_ALLOWED not in await answers(two_teams, li, [TakeBack(customer), ShowCell("A1")])


async def test_a_manager_finds_nothing_behind_buttons_about_another_team(two_teams):
    customer = await first_customer(two_teams)
    rep = (await two_teams.user("Wang Wu")).id
    forged = [ShowCard(customer), ShowStrategy(customer), ShowWhy(customer), ShowToday(rep), ShowUser(rep)]
    people = [InviteUser(rep), RevokeInvite(rep), ShowBatch(1), RollBack(1), RollBack(1, sure=True)]
    assert await answers(two_teams, two_teams.people["Boss"], [*forged, *people]) == {NOT_FOUND}


async def test_another_persons_upload_is_closed_to_a_manager(two_teams):
    forged = [AnswerImport(1, 0, 0), ConfirmImport(1), SendRejected(1), DropImport(1)]
    closed = "This load is finished or was cancelled. Drop the file again."
    assert await answers(two_teams, two_teams.people["Boss"], forged) == {closed}


async def test_the_buttons_of_the_office_are_closed_to_a_rep(two_teams):
    own = (await two_teams.user("Li Na")).id
    other = (await two_teams.user("Wang Wu")).id
    boss = (await two_teams.user("Boss")).id
    forged = [
        SetActive(own, active=True), SetActive(other, active=False), SetManager(own, boss),
        AssignCustomers(own),
        InviteRole(Role.ADMIN), InviteUser(other), RevokeInvite(other), ShowUser(other), ShowImport(),
        SendTemplate(), AnswerImport(1, 0, 0), ConfirmImport(1), SendRejected(1), DropImport(1), ShowBatch(1),
        RollBack(1, sure=True),
    ]  # fmt: skip
    assert await answers(two_teams, two_teams.people["Li Na"], forged) == {NOT_ALLOWED}


async def test_the_buttons_of_admins_are_closed_to_a_manager(two_teams):
    rep = (await two_teams.user("Li Na")).id
    boss = (await two_teams.user("Boss")).id
    forged = [
        SetActive(rep, active=False),
        SetManager(rep, boss),
        AssignCustomers(rep),
        InviteRole(Role.ADMIN),
    ]
    assert await answers(two_teams, two_teams.people["Boss"], forged) == {NOT_ALLOWED}


@pytest.mark.parametrize(
    "kind", [ShowToday, ShowCard, ShowUser, ShowBatch, RollBack, ConfirmImport, InviteUser]
)
async def test_numbers_that_nobody_has_are_answered_in_words(sqlite_database_url, tmp_path, kind):
    with capture_logs() as logs:
        async with world(sqlite_database_url, tmp_path) as place:
            admin = await place.joins("Root", Role.ADMIN)
            before = await everything_stored(place)
            for number in (0, 77, 2**31, 2**63 - 1):
                await admin.presses(kind(number).pack())
                assert NOT_FOUND in {admin.last_answer, admin.text} or "cancelled" in admin.text
            assert await everything_stored(place) == before
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


@pytest.mark.parametrize(
    "data", ["", "zz", "h1:1", "c1:x:h:0", "c1:-1:h:0", "lu1:1:99999999:0", "c1:1:q:0", "t1", "🙂" * 16]
)
async def test_damaged_buttons_lead_to_a_fresh_screen(sqlite_database_url, tmp_path, data):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.presses(data)
        assert rep.last_answer == "This button is out of date. Here is a fresh screen."
        assert "Good to see you, Li Na." in rep.text


async def test_words_from_a_stranger_are_never_markup(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        for nasty in ("<b>", "</b>&lt;", "&", "<a href='x'>y</a>", "%(name)s", "{{ 7*7 }}"):
            await rep.sends(f"/customer {nasty}")
            assert f"“{nasty}”" in rep.text
            assert "49" not in rep.text
            assert escape(nasty) not in rep.text or escape(nasty) == nasty


async def test_the_menu_is_that_of_the_role_and_the_language(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        stranger = place.chatter.person("Nosy", "zh")
        rep = await place.joins("Li Na", language="zh")
        boss = await place.joins("Boss", Role.MANAGER)
        assert "import" not in rep.commands
        assert {"import", "invite", "users"} < set(boss.commands)
        assert stranger.commands in (rep.commands, [])
        said = {each["command"]: each["description"] for each in place.chatter.telegram.commands(rep.user_id)}
        assert said["settings"] == "语言、时区和提醒"
