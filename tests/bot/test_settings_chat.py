"""Language and time zone, and the command menu that follows them."""

import pytest

from bot.buttons.home import SetLanguage, SetZone
from bot.commands import commands_for
from domain.people.model import Role
from tests.support.person import Person
from tests.support.world import World, world


def menu(place: World, person: Person) -> dict[str, str]:
    """The command menu as the person sees it: command and what it does."""
    return {one["command"]: one["description"] for one in place.chatter.telegram.commands(person.user_id)}


async def test_the_language_is_that_of_telegram_until_it_is_chosen(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na", language="zh-hans")
        assert "欢迎，Li Na！" in rep.text
        await rep.sends("/settings")
        assert "语言：中文" in rep.text
        assert "✓ 随我提问的语言" in rep.buttons
        await rep.taps("English")
        assert rep.last_answer == "Saved"
        assert "Language: English" in rep.text
        assert "✓ English" in rep.buttons
        await place.chatter.restart()
        await rep.sends("/help")
        assert "What I can do" in rep.text
        await rep.sends("/settings")
        await rep.taps("As I write")
        assert "语言：中文" in rep.text
        place.chatter.person("Li Na", "en")
        await rep.sends("/settings")
        assert "Language: English" in rep.text


@pytest.mark.parametrize("language", ["fr", "de-AT", None])
async def test_a_language_that_is_not_spoken_here_has_an_answer_too(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path, default_language="zh") as place:
        rep = await place.joins("Li Na", language=language)
        assert ("欢迎" if language is None else "Welcome, Li Na!") in rep.text


@pytest.mark.parametrize("role", list(Role))
async def test_the_menu_is_that_of_the_role_in_the_language_chosen(sqlite_database_url, tmp_path, role):
    async with world(sqlite_database_url, tmp_path) as place:
        person = await place.joins("Li Na", role)
        names = [one.name for one in commands_for(role) if one.in_menu]
        assert list(menu(place, person)) == names
        assert menu(place, person)["settings"] == "Language, time zone, reminders"
        await person.sends("/settings 中文")
        assert menu(place, person)["settings"] == "语言、时区和提醒"
        assert list(menu(place, person)) == names
        await person.taps("English")
        assert menu(place, person)["settings"] == "Language, time zone, reminders"


async def test_a_stranger_sees_no_command_of_the_office(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        stranger = place.chatter.person("Nosy", "zh")
        await stranger.sends("/start")
        assert not {"import", "invite", "users"} & set(stranger.commands)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("中文", "语言：中文"),
        ("ZH", "语言：中文"),
        ("english", "Language: English"),
        ("Europe/Paris", "Time zone: Europe/Paris (now Nov 23 01:30)"),
        ("america/new york", "Time zone: America/New_York (now Nov 22 19:30)"),
    ],
)
async def test_settings_can_be_said_in_words(sqlite_database_url, tmp_path, words, expected):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.sends(f"/settings {words}")
        assert expected in rep.text


@pytest.mark.parametrize("words", ["Klingon", "Europe/Atlantis", "<b>", "../../etc/passwd", "x" * 3000])
async def test_words_that_are_no_setting_are_said_back_with_help(sqlite_database_url, tmp_path, words):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.sends(f"/settings {words}")
        assert f"I do not know “{words[:60]}”." in rep.text
        assert "Send a language (English, 中文) or a time zone such as Europe/Paris." in rep.text
        user = await place.user("Li Na")
        assert (user.locale, user.time_zone) == (None, None)


async def test_a_zone_is_chosen_with_buttons_and_given_back_to_the_company(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, time_zone="Asia/Tokyo") as place:
        rep = await place.joins("Li Na")
        await rep.sends("/settings")
        assert "Time zone: Asia/Tokyo (now Nov 23 09:30)" in rep.text
        await rep.taps("Change time zone")
        assert "✓ Tokyo" in rep.buttons
        await rep.taps("Los Angeles")
        assert rep.last_answer == "Saved"
        assert "Time zone: America/Los_Angeles (now Nov 22 16:30)" in rep.text
        await rep.taps("Change time zone")
        await rep.taps("The company's time zone")
        assert "Time zone: Asia/Tokyo" in rep.text
        assert (await place.user("Li Na")).time_zone is None


async def test_forged_settings_change_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        rep = await place.joins("Li Na")
        await rep.sends("/settings Asia/Shanghai")
        await rep.presses(SetZone("Mars/Olympus").pack())
        assert "Time zone: Asia/Shanghai" in rep.text
        await rep.presses(SetLanguage("xx").pack())
        assert (await place.user("Li Na")).locale is None
