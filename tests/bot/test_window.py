"""Screens in a real chat: one message that changes, and what Telegram refuses never reaches the person."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.buttons.home import ShowHelp, ShowHome, ShowSettings
from bot.buttons.today import ShowToday
from bot.local.model import Dropped, LostAnswer, bad_request
from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

SORRY = "Sorry, that did not work. Please try again."


@pytest.fixture
async def place(sqlite_database_url, tmp_path):
    with capture_logs() as logs:
        async with world(sqlite_database_url, tmp_path) as running:
            await running.loads(town.hospitals("en"), town.customers("en"), town.visits())
            yield running
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


@pytest.fixture
async def rep(place: World) -> Person:
    return await place.joins("Li Na")


def calls(place: World) -> list[str]:
    return [call.method for call in place.chatter.telegram.calls]


async def test_screens_follow_each_other_in_one_message(rep):
    (message,) = rep.messages
    for label in ("Settings", "Change time zone", "Back", "Home", "Help", "Home", "Today's visits", "Home"):
        await rep.taps(label)
        assert rep.messages == [message]


async def test_text_becomes_a_picture_in_place_and_the_names_of_a_cell_its_caption(rep):
    await rep.taps("Nine-box grid")
    (message,) = rep.messages
    assert message.photo
    picture = rep.photo
    await rep.taps("A1 · ")
    assert rep.messages == [message]
    assert message.photo
    assert rep.photo == picture
    assert message.text.startswith("A1 · ")


async def test_a_picture_stays_without_buttons_when_text_follows_it(rep):
    await rep.taps("Nine-box grid")
    await rep.taps("Home")
    picture, text = rep.messages
    assert picture.photo
    assert picture.keyboard == ()
    assert "Good to see you" in text.text
    await rep.taps("Nine-box grid")
    assert len(rep.messages) == 2
    assert text.photo


async def test_a_tap_that_changes_nothing_is_answered_and_nothing_else(rep):
    await rep.presses(ShowHome().pack())
    shown = rep.text
    await rep.presses(ShowHome().pack())
    assert rep.last_answer == ""
    assert (len(rep.messages), rep.text) == (1, shown)


@pytest.mark.parametrize(
    "words",
    ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID", "message_id_invalid"],
)
async def test_a_message_that_is_gone_is_sent_anew(place, rep, words):
    place.chatter.telegram.fail("editMessageText", bad_request(words))
    await rep.presses(ShowHelp().pack())
    assert rep.last_answer == ""
    assert "What I can do" in rep.text
    assert len(rep.messages) == 2
    assert not rep.sees(SORRY)


async def test_a_message_that_the_person_deleted_is_sent_anew(rep):
    await rep.presses(ShowToday().pack(), 4711)
    assert "Today, Mon, Nov 23" in rep.text
    assert not rep.sees(SORRY)


async def test_a_late_answer_to_a_tap_concerns_nobody(place, rep):
    place.chatter.telegram.fail(
        "answerCallbackQuery",
        bad_request("query is too old and response timeout expired or query ID is invalid"),
    )
    await rep.presses(ShowHelp().pack())
    assert "What I can do" in rep.text
    assert not rep.sees(SORRY)


async def test_a_tap_from_before_a_restart_and_a_month_later_still_works(place, rep):
    await rep.sends("/today")
    place.clock.move(timedelta(days=31))
    await place.chatter.restart()
    await rep.taps("⋯")
    assert "Diaz 21 · B3" in rep.text


async def test_what_cannot_be_forwarded_is_every_message_but_the_invite_and_files(place, rep):
    boss = await place.joins("Boss", Role.ADMIN)
    for person in (rep, boss):
        for command in ("/today", "/grid", "/customer Shaw", "/customer Shaw 1", "/settings", "/help"):
            await person.sends(command)
        assert all(message.protected for message in person.messages)
    await boss.sends("/import")
    await boss.taps("Empty roster to fill in")
    assert not boss.message.protected
    assert boss.message.document


async def test_the_invite_can_be_forwarded_and_nothing_else_appears_in_its_message(place):
    boss = await place.joins("Root", Role.ADMIN)
    await boss.sends("/invite rep Wu Di")
    invite = boss.message
    assert not invite.protected
    await boss.taps("Home")
    assert "?start=" in invite.text
    assert invite.keyboard == ()
    assert boss.message.protected
    await boss.sends("/users")
    await boss.taps("Wu Di")
    await boss.taps("New link")
    assert "?start=" in boss.text
    assert not boss.message.protected


@pytest.mark.parametrize("fault", [Dropped(), LostAnswer()])
async def test_a_broken_connection_is_owned_up_to_and_the_next_tap_works(
    sqlite_database_url, tmp_path, fault
):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        place.chatter.telegram.fail("editMessageText", fault)
        with capture_logs() as logs:
            await rep.presses(ShowSettings().pack())
        assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["update failed"]
        assert rep.last_answer == ""
        assert rep.text == SORRY
        await rep.presses(ShowHelp().pack(), rep.messages[0])
        assert "What I can do" in rep.messages[0].text


async def test_a_tap_is_answered_once(place, rep):
    for callback in (ShowHome(), ShowHelp(), ShowToday()):
        place.chatter.telegram.calls.clear()
        await rep.presses(callback.pack())
        assert [call.lower() for call in calls(place)].count("answercallbackquery") == 1
