"""The plan of a quarter in the chat: written by the rep, judged by the manager, exported."""

import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, update
from sqlmodel import col, select

from bot.buttons.territory import (
    ApprovePlan,
    AskPlanComment,
    PlanForm,
    SendPlan,
    ShowPlan,
    ShowPlans,
    StepGoal,
    SubmitPlan,
)
from bot.db.tables import CustomerRow, TerritoryPlanRow, TerritoryPlanStepRow
from bot.services import territory
from domain.errors import DomainError
from domain.ids import PlanId
from domain.people.model import Role
from domain.territory.goals import GoalKind
from domain.territory.plan import Quadrant, StepKind
from tests.support import town
from tests.support.said import NOT_FOUND
from tests.support.team import team
from tests.support.world import World, world

Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)
SAID = {
    "en": {
        "words": "<b>New</b> clinic & ward",
        "fields": ("+ Strengths", "+ Weaknesses", "+ Opportunities", "+ Threats"),
        "aim": "+ Own goal",
        "goal": "+ A customers met",
        "goals": "Goals",
        "back": "Back to the plan",
        "submit": "Hand it in",
        "submitted": "handed in · version 1",
        "waits": "1 territory plan that was handed in",
        "plans": "Territory plans (1)",
        "give_back": "Give back",
        "returned": "given back · version 1",
        "approve": "Approve",
        "approved": "approved · version 2",
        "team": "Approved 1 of 1 · waiting for your word 0",
        "page": "Page to print",
        "quota": "sell 500 boxes this quarter",
        "must_not": "This must not be kept",
        "digest": "Approved 1 of 1",
        "progress": "Goals reached: 1 of 5; working days over: 33 of 62",
    },
    "zh": {
        "words": "<b>新</b>门诊 & 病房",
        "fields": ("+ 优势", "+ 劣势", "+ 机会", "+ 威胁"),
        "aim": "+ 自定目标",
        "goal": "+ 见到的A类客户",
        "goals": "目标",
        "back": "返回计划",
        "submit": "提交",
        "submitted": "已提交 · 第1版",
        "waits": "1份已提交的区域业务计划",
        "plans": "区域业务计划（1）",
        "give_back": "退回",
        "returned": "已退回 · 第1版",
        "approve": "批准",
        "approved": "已批准 · 第2版",
        "team": "已批准1/1份 · 等您处理0份",
        "page": "打印版",
        "quota": "本季度销售指标500盒",
        "must_not": "这段话不能保存",
        "digest": "已批准1/1份",
        "progress": "已达成目标1/5个；工作日已过33/62天",
    },
}


async def taps(place: World, person, label: str) -> None:
    """Taps after a restart."""
    await place.chatter.restart()
    await person.taps(label)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_plan_is_written_given_back_and_approved(sqlite_database_url, tmp_path, language):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER, language=language)
        rep = await place.joins("Li Na", manager="Boss", language=language)
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        await rep.sends("/plan")
        await taps(place, rep, said["submit"])
        assert "SWOT" in (rep.last_answer or rep.text)  # not before there is a word in each field
        await rep.sends("/plan")
        await taps(place, rep, said["goals"])
        await taps(place, rep, said["goal"])
        assert "95 %" in rep.text
        await rep.taps(said["back"])
        await taps(place, rep, "SWOT")
        for field in (*said["fields"], said["aim"]):
            await taps(place, rep, field)
            await place.chatter.restart()
            await rep.sends(said["words"])
        assert rep.text.count(said["words"]) == 5
        await taps(place, rep, said["back"])
        await taps(place, rep, said["submit"])
        assert rep.sees(said["submitted"])
        await boss.sends("/start")
        assert boss.sees(said["waits"])
        await taps(place, boss, said["plans"])
        await taps(place, boss, "Li Na")
        await taps(place, boss, said["give_back"])
        await place.chatter.restart()
        await boss.sends("<i>more</i> & better")
        assert boss.sees(said["returned"])
        assert boss.sees("<i>more</i> & better")
        await rep.sends("/plan")
        assert rep.sees("<i>more</i> & better")
        await taps(place, rep, said["submit"])
        await boss.sends("/plan")
        await boss.taps("Li Na")
        await taps(place, boss, said["approve"])
        assert boss.sees(said["approved"])
        await boss.sends("/plan")
        assert boss.sees(said["team"])
        await boss.sends("/digest")
        assert boss.sees(said["digest"])
        assert boss.sees(said["progress"])


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_sales_quota_and_what_the_rules_forbid_are_not_kept(sqlite_database_url, tmp_path, language):
    said = SAID[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", language=language)
        await rep.sends("/plan")
        await rep.taps("SWOT")
        await rep.taps(said["aim"])
        for forbidden in (said["quota"], "Give the doctors a kickback, 给医生回扣"):
            await rep.sends(forbidden)
            assert rep.text.startswith(said["must_not"])
        async with place.deps.db.read() as uow:
            row = (await uow.session.scalars(select(TerritoryPlanRow))).one()
        assert (row.aims, row.swot) == ([], {})


async def handed_in(place: World, name: str = "Li Na") -> PlanId:
    """A plan of a rep that was handed in."""
    rep, now = await place.user(name), place.clock.now()
    when = {"today": now.date(), "now": now}
    view = await territory.view(place.deps, rep, None, None, **when, zone="Asia/Shanghai")
    for field in (None, *Quadrant):
        await territory.add_words(place.deps, rep, view.plan.id, field, '=HYPERLINK("x") & <b>', **when)
    await territory.hand_in(place.deps, rep, view.plan.id, **when, zone="Asia/Shanghai")
    return view.plan.id


async def test_what_was_handed_in_stays_as_it_was(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        plan = await handed_in(place)
        rep = place.people["Li Na"]
        await rep.sends("/plan")
        assert rep.sees("Customers: 27")
        await place.loads(town.customers("en", first=700))
        await rep.sends("/plan")
        assert rep.sees("Customers: 27")
        assert "Hand it in" not in rep.buttons
        for forged in (StepGoal(plan, GoalKind.REACH, True, Q4), SubmitPlan(plan, Q4)):
            await rep.presses(forged.pack())
            assert rep.text.startswith("The plan is handed in, settled or of another time")


async def test_the_other_person_hears_of_it_and_only_of_what_is_still_so(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        boss, rep = place.people["Boss"], place.people["Li Na"]
        plan = await handed_in(place)
        await place.delivers()
        assert boss.text.startswith("Territory plan · Quarter 4 of 2026 · Li Na")
        await boss.taps("Approve")
        await place.delivers()
        assert "approved · version 1" in rep.text
        before = len(boss.messages)
        for kind in (StepKind.RETURNED, StepKind.COMMENT):
            await territory.judge(
                place.deps, await place.user("Boss"), plan, kind, "numbers, please", place.clock.now()
            )
        when = {"today": place.clock.now().date(), "now": place.clock.now(), "zone": "Asia/Shanghai"}
        await territory.hand_in(place.deps, await place.user("Li Na"), plan, **when)
        heard = len(rep.messages)
        await place.delivers()
        assert len(rep.messages) == heard  # the words were about the version before
        assert len(boss.messages) == before + 1
        assert "handed in · version 2" in boss.text


async def test_the_page_and_the_workbook_say_what_the_chat_says(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await handed_in(place)
        boss, li_na = place.people["Boss"], await place.user("Li Na")
        async with place.deps.db.write() as uow:
            await uow.session.execute(
                update(CustomerRow).where(col(CustomerRow.id) == 1).values(name="=1+1 <i>")
            )
        await boss.presses(SendPlan(PlanForm.PAGE, li_na.id, Q4).pack())
        name, content = boss.file
        page = content.decode()
        assert name == "plan-2026-q4.html"
        assert page.startswith("<!DOCTYPE html>")
        assert "=1+1 &lt;i&gt;" in page
        assert page.count("&amp; &lt;b&gt;") == 5
        assert "=1+1 <i>" not in page
        assert "<script" not in page
        assert "http" not in page
        assert "@page { size: A4" in page
        await boss.presses(SendPlan(PlanForm.BOOK, li_na.id, Q4).pack())
        name, content = boss.file
        assert name == "plan-2026-q4.xlsx"
        book = load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["Market", "Key customers", "Workload", "Goals", "SWOT", "How it went"]
        for sheet in book:
            assert sheet.freeze_panes == "A2", sheet.title
            assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b", "d"}
        assert "=1+1 <i>" in [row[0] for row in book["Key customers"].iter_rows(values_only=True)]
        goals = {row[0]: row[2] for row in book["Goals"].iter_rows(values_only=True, min_row=2)}
        assert goals["A customers met"] == 0.9


async def test_plans_are_seen_by_the_rep_and_the_own_manager_only(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await place.joins("Other", Role.MANAGER)
        await place.joins("Root", Role.ADMIN)
        plan = await handed_in(place)
        li_na = (await place.user("Li Na")).id
        for name in ("Other", "Wang Wei"):
            person = place.people[name]
            for forged in (
                ShowPlan(li_na, Q4),
                SendPlan(PlanForm.PAGE, li_na, Q4),
                ApprovePlan(plan, li_na, Q4),
                SubmitPlan(plan, Q4),
            ):
                await person.sends("/help")
                await person.presses(forged.pack())
                assert not person.sees("Li Na")
            await person.sends("/help")
            await person.presses(AskPlanComment(plan, li_na, Q4, returns=True).pack())
            await person.sends("not mine to say")
        await place.people["Root"].presses(ShowPlans().pack())
        assert not place.people["Root"].sees("Territory plans")
        async with place.deps.db.read() as uow:
            steps = (
                await uow.session.execute(select(func.count()).select_from(TerritoryPlanStepRow))
            ).scalar_one()
        assert steps == 1
        rep = await place.user("Wang Wei")
        with pytest.raises(DomainError, match="not_found"):
            await territory.add_words(
                place.deps, rep, plan, None, "mine", today=place.clock.now().date(), now=place.clock.now()
            )


async def test_the_next_quarter_can_be_planned_when_it_is_near_and_never_the_last_one(
    sqlite_database_url, tmp_path
):
    async with team(sqlite_database_url, tmp_path) as place:
        rep = place.people["Li Na"]
        await rep.sends("/plan")
        assert "›" not in rep.buttons
        await rep.taps("‹")
        assert rep.sees("No plan was made for this quarter.")
        assert not {"Goals", "SWOT"} & set(rep.buttons)
        place.clock.move(timedelta(days=8))  # the first of December
        await rep.sends("/plan")
        await rep.taps("›")
        assert rep.sees("Territory plan · Quarter 1 of 2027")
        assert {"Goals", "SWOT"} <= set(rep.buttons)
        await rep.presses(ShowPlan(None, date(2027, 4, 1)).pack())
        assert rep.text.startswith(NOT_FOUND) or rep.sees("No plan was made")


async def test_a_page_of_the_longest_words_is_within_telegrams_limits(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        rep, boss = await place.user("Li Na"), place.people["Boss"]
        when = {"today": place.clock.now().date(), "now": place.clock.now()}
        view = await territory.view(place.deps, rep, None, None, **when, zone="Asia/Shanghai")
        for field in (None, *Quadrant):
            for _ in range(3):
                await territory.add_words(place.deps, rep, view.plan.id, field, "长" * 200, **when)
            with pytest.raises(DomainError, match="too_many_words"):
                await territory.add_words(place.deps, rep, view.plan.id, field, "more", **when)
        await territory.hand_in(place.deps, rep, view.plan.id, **when, zone="Asia/Shanghai")
        await boss.sends("/plan")
        await boss.taps("Li Na")
        for _ in range(4):
            await boss.taps("Comment")
            await boss.sends("言" * 200)
        assert 2000 < len(boss.text) <= 4096
        await boss.taps("Give back")
        await boss.sends("言" * 200)
        person = place.people["Li Na"]
        await person.sends("/plan")
        await person.taps("SWOT")
        assert 3000 < len(person.text) <= 4096


async def test_a_plan_of_somebody_who_is_gone_waits_for_nobody(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        await handed_in(place)
        boss, rep, today = await place.user("Boss"), await place.user("Li Na"), place.clock.now().date()
        assert await territory.handed_in(place.deps, boss, today) == [date(2026, 10, 1)]
        async with place.deps.db.write() as uow:
            await uow.users.set_active(rep.id, is_active=False)
        assert await territory.handed_in(place.deps, boss, today) == []
