"""Questions in one's own words, as they are sent, answered and tapped."""

from datetime import timedelta

import pytest

from bot.importing.reading import UploadedFile
from domain.people.model import Role
from tests.support.person import Person
from tests.support.world import World, world

PEOPLE = (
    "客户编号,姓名,医院,科室,职称,潜力分,支持度,负责代表",
    "D1,张伟,东湖医院,内科,主任医师,9,首选,Li Na",
    "D2,张敏,江城第一医院,外科,主治医师,5,次选,Li Na",
    "D3,王芳,江城第一医院,肾内科,住院医师,9,竞品,Li Na",
    "D4,Emil Novak,Lake Hospital,Cardiology,主任医师,9,次选,Li Na",
    "D5,Secret Person,Lake Hospital,Cardiology,主任医师,9,竞品,Wang Wu",
)
VISITS = (
    "客户编号,拜访日期,拜访方式,拜访结果,下一步,下次日期,备注",
    "D1,2026-11-18,面对面,见到,带文献,2026-11-24,聊了疗效",
    "D4,2026-11-12,面对面,见到,,,liked the study",
)  # the test's today is Monday, 23 November


async def asked(place: World, language: str = "zh", role: Role = Role.REP) -> Person:
    await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", language=language, manager="Boss")
    people, visits = ("\n".join(rows).encode() for rows in (PEOPLE, VISITS))
    await place.loads(UploadedFile("people.csv", people), UploadedFile("visits.csv", visits))
    return rep if role is Role.REP else place.people["Boss"]


QUESTIONS = {
    "zh": [
        ("我和张伟上次聊了什么", "带文献"),
        ("哪些A类还没去", "王芳"),
        ("上周我拜访了谁", "张伟"),
        ("这周我答应了什么", "带文献"),
        ("谁从A1掉到A2了", "从A1到A2"),
        ("下周去哪家医院", "11月30日"),
        ("东湖医院有哪些客户", "张伟"),
        ("为什么今天要去见张伟", "张伟"),
        ("讲个笑话", "我只管拜访的事"),
        ("张伟开了多少处方", "R-DATA-1"),
        ("给张伟按处方返点", "R-BRIBE"),
        ("王五医生上次要了什么资料", "没有找到“王五医生”"),
        ("下周一去看谁", "11月30日周一"),
    ],
    "en": [
        ("when did I last see Dr Novak", "Nov 12"),
        ("which A customers have I not seen this week", "张伟"),
        ("who did I see this month", "Emil Novak"),
        ("what did I promise", "带文献"),
        ("who fell from A1", "Out of A1"),
        ("is Tuesday full", "Tue, Nov 24"),
        ("how should I approach Dr Novak", "A2"),
        ("what's the maximum dose", "I do not answer medical questions"),
        ("am I allowed to give gifts", "R-GIFT"),
        ("what did Dr Person ask for", "I found nobody like “Dr Person”"),
        ("move Dr Person to Thursday", "I found nobody like “Dr Person”"),
        ("who should I see on Monday", "Mon, Nov 30"),
        ("I saw Dr Novak today", "Save"),
    ],
}


@pytest.mark.parametrize("language", QUESTIONS)
async def test_a_question_gets_the_screen_with_what_it_names_and_nobody_elses_customers(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, language)
        wrong = []
        for question, shown in QUESTIONS[language]:
            await rep.sends(question)
            seen = "\n".join((rep.text, *rep.buttons))
            if shown not in seen or "Secret" in seen:
                wrong.append((question, seen))
        assert wrong == []


@pytest.mark.parametrize(
    ("language", "question", "yes"),
    [("en", "move Dr Novak to Thursday", "Yes"), ("zh", "把张敏改到周四", "是")],
)
async def test_a_visit_is_moved_by_the_tap_and_not_by_the_words(
    sqlite_database_url, tmp_path, language, question, yes
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, language)
        await rep.sends("/week")
        before = rep.text
        await rep.sends(question)
        assert rep.buttons[0].startswith(yes)
        await rep.sends("/week")
        assert rep.text == before
        await rep.taps(yes)
        assert "11月26日" in rep.text if language == "zh" else "Nov 26" in rep.text
        await rep.sends("/week")
        assert rep.text != before


ACTIONS = {
    "en": [
        ("book Dr Novak tomorrow at 3pm", "Yes: appointment on Tue, Nov 24, 15:00", "/appointments"),
        ("I'm off next Friday", "Yes: away on Fri, Dec 4", "/leave"),
    ],
    "zh": [
        ("明天下午三点约王芳", "是：预约11月24日周二", "/appointments"),
        ("我下周五休息", "是：12月4日周五休息", "/leave"),
    ],
}


@pytest.mark.parametrize("language", ACTIONS)
async def test_what_is_to_be_done_is_done_by_a_tap_and_not_by_words(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, language)
        for question, yes, command in ACTIONS[language]:
            await rep.sends(command)
            before = rep.text
            await rep.sends(question)
            assert rep.buttons[0].startswith(yes)
            await rep.sends(command)
            assert rep.text == before
            await rep.taps(yes)
            await rep.sends(command)
            assert rep.text != before


@pytest.mark.parametrize(
    ("language", "show", "question", "whom", "shown"),
    [
        ("en", "show Dr Novak", "what did she ask for", "Send me a name", "Emil Novak · Visits"),
        ("zh", "查一下张伟", "那个医生上次要了什么", "请发来姓名", "张伟 · 拜访"),
    ],
)
async def test_she_is_the_customer_on_the_screen_for_some_hours(
    sqlite_database_url, tmp_path, language, show, question, whom, shown
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, language)
        await rep.sends(question)
        assert rep.text.startswith(whom)
        await rep.sends(show)
        await rep.sends("/pace")
        await rep.sends(question)
        assert rep.text.startswith(shown)
        place.clock.move(timedelta(hours=5))
        await rep.sends(question)
        assert rep.text.startswith(whom)
        await rep.sends("/customer 张")
        await rep.taps("张敏")
        await rep.sends("why is she B2")
        assert rep.text.startswith("张敏")


async def test_several_names_and_several_meanings_are_buttons_that_do_what_was_asked(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, "en")
        await rep.sends("我和张医生上次聊了什么")
        assert rep.text == "“张医生”是指哪一位？"
        await rep.taps("张伟")
        assert rep.text.startswith("张伟 · 拜访")
        await rep.sends("Emil Novak Friday appointment with flowers")
        assert "Perhaps one of these?" in rep.text
        await rep.taps("Make an appointment · Emil Novak · Fri, Nov 27")
        assert rep.text.startswith("Emil Novak")
        assert "Nov 27" in rep.text
        await rep.sends("who should I see on Monday")
        assert rep.text == "Which day do you mean?"
        await rep.taps("Mon, Nov 30")
        assert rep.text.startswith("Mon, Nov 30")


async def test_the_answer_and_what_is_tapped_there_are_in_the_language_of_the_question(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await asked(place, "en")
        await rep.sends("谁超期了")
        assert rep.text.startswith("逾期")
        await rep.taps("首页")
        assert "设置" in rep.buttons
        await rep.sends("/settings")
        await rep.taps("English")
        await rep.sends("谁超期了")
        assert rep.text.startswith("Overdue")


async def test_a_manager_asks_about_a_rep_by_name(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await asked(place, "en", Role.MANAGER)
        await boss.sends("how is Li Na doing")
        assert "Li Na" in boss.text.splitlines()[0]
        await boss.sends("who did I see last week")
        assert "张伟" in boss.text
        await boss.sends("log a visit")
        assert boss.text == "Your role does not include this."
