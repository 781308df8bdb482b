"""Joint visits from the proposal to the rep's word, in both languages, restarted before every tap."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.buttons.coverage import TakeUp
from bot.buttons.jointvisits import (
    AcknowledgeJointVisit,
    AgreeOnVisit,
    AskJointComment,
    DraftJointVisit,
    HoldJointVisit,
    PlanJointVisit,
    ShareJointVisit,
    ShowJointVisit,
)
from bot.db.tables import CustomerRow, JointCommentRow, JointVisitRow
from bot.services import jointvisits, qualifications, today, visits
from domain.coverage.proposals import CoverageProposal, ProposalKind
from domain.errors import DomainError
from domain.explain import Reason
from domain.ids import CustomerId, JointId
from domain.jointvisits.model import Answer, JointState
from domain.people.model import Role
from domain.people.qualifications import QualificationKind
from domain.visits.log import Told
from domain.visits.states import Result
from tests.support import town
from tests.support.jointvisits import ANSWERS, shared
from tests.support.world import world

COLE = CustomerId(20)  # a B2 who receives on Mondays


async def team(place, language="en"):
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.joins("Wang Wei", Role.REP, manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return boss, rep


async def state_of(place, joint):
    async with place.deps.db.read() as uow:
        return JointState((await uow.session.get_one(JointVisitRow, joint)).state)


WALK = {
    "en": (
        "Choose the day",
        "Nov 23",
        "It took place",
        "How does it come back",
        "Onto the rep's",
        "Let the rep",
    ),
    "zh": ("选日期", "11月23日", "已经进行", "怎样落实", "列入代表", "交给代表看"),
}
REPLY = {
    "en": ("Add a comment", "Read, and", "Your manager has written"),
    "zh": ("留言", "已读", "经理写好了"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_from_the_first_thought_to_the_reps_word(sqlite_database_url, tmp_path, language):
    day, on, held, how, listed, share = WALK[language]
    comment, done, news = REPLY[language]
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place, language)

        async def taps(person, label):
            await place.chatter.restart()
            await person.taps(label)

        await boss.sends("/joint")
        await boss.presses(DraftJointVisit(COLE).pack())
        for label in (day, on):
            await taps(boss, label)
        await place.delivers()
        assert rep.sees("Li Na + Boss")
        local = place.clock.now().astimezone()
        plan = await today.day_of(place.deps, await place.user("Li Na"), None, local)
        stop = next(one for one in plan.stops if one.customer.id == COLE)
        assert (stop.short.code, dict(stop.short.params)) == ("pinned", {"source": "joint_day"})

        await boss.presses(ShowJointVisit(1).pack())
        await taps(boss, held)
        for said in ANSWERS:
            await place.chatter.restart()
            await boss.sends(said)
        for label in (how, listed, share):
            await taps(boss, label)
        assert ANSWERS[0] in boss.text
        await place.delivers()
        assert rep.text.startswith(news)
        await taps(rep, comment)
        await place.chatter.restart()
        await rep.sends("I saw it differently")
        await taps(rep, done)
        assert await state_of(place, 1) is JointState.CLOSED
        await place.delivers()
        assert boss.sees("I saw it differently")
        assert "✓" in boss.text
        async with place.deps.db.read() as uow:
            (pin,) = await uow.pins.waiting((await place.user("Li Na")).id)
        assert (pin.customer_id, pin.source, pin.source_id) == (COLE, "joint", 1)
        assert pin.from_on == place.clock.now().date() + timedelta(days=1)
        await boss.sends("/team")
        assert "Wang Wei" in boss.text.partition("2026")[2]
        missing = boss.text.splitlines()[-3]
        assert "Wang Wei" in missing
        assert "Li Na" not in missing


async def test_a_scenario_that_was_agreed_is_the_first_in_the_coach(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        boss = await place.user("Boss")
        now = place.clock.now()
        joint = await jointvisits.draft(
            place.deps, boss, COLE, today=now.date(), zone="Asia/Shanghai", now=now
        )
        offered = await jointvisits.scenarios(place.deps, boss, joint, "en", now.date())
        assert len(offered) > 10
        await jointvisits.cancel(place.deps, boss, joint, now)
        joint = await shared(place, COLE, scenario=offered[-1].id)
        await rep.presses(AcknowledgeJointVisit(joint).pack())
        assert rep.last_answer == "The scenario waits in the coach"
        async with place.deps.db.read() as uow:
            (one,) = await uow.coaching.assigned((await place.user("Li Na")).id)
        assert (one.scenario_id, one.source) == (offered[-1].id, "joint")
        await rep.sends("/coach")
        assert offered[-1].title in rep.text + str(rep.buttons)


async def test_nobody_but_the_rep_closes_it_and_strangers_see_nothing(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        await place.joins("Second Boss", Role.MANAGER)
        joint = await shared(place, COLE)
        for button in (
            AcknowledgeJointVisit(joint),
            PlanJointVisit(joint, place.clock.now().date()),
            HoldJointVisit(joint),
            AgreeOnVisit(joint),
            ShareJointVisit(joint),
        ):
            await boss.presses(button.pack())
            assert await state_of(place, joint) is JointState.SHARED
        for name in ("Second Boss", "Wang Wei"):
            stranger = place.people[name]
            for button in (ShowJointVisit(joint), AskJointComment(joint)):
                await stranger.presses(button.pack())
                assert stranger.last_answer == "I cannot find that. Perhaps it is no longer there."
        with pytest.raises(DomainError, match="not_found"):
            await jointvisits.draft(
                place.deps,
                await place.user("Second Boss"),
                COLE,
                today=place.clock.now().date(),
                zone="Asia/Shanghai",
                now=place.clock.now(),
            )
        await rep.presses(AcknowledgeJointVisit(joint).pack())
        assert await state_of(place, joint) is JointState.CLOSED


async def test_comments_stay_as_they_were_said(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        joint = await shared(place, COLE)
        await rep.presses(AskJointComment(joint).pack())
        await rep.sends("我给李医生送了红包")
        assert "not been" in rep.text
        await rep.sends("it was not so")

        async def rows():
            async with place.deps.db.read() as uow:
                found = await uow.session.scalars(select(JointCommentRow).order_by(JointCommentRow.id))
                return [(row.id, row.author_id, row.text, row.at) for row in found]

        first = await rows()
        assert [text for _id, _by, text, _at in first] == ["it was not so"]
        place.clock.move(timedelta(minutes=5))
        await rep.presses(AcknowledgeJointVisit(joint).pack())
        for person in (rep, boss):
            await person.presses(AskJointComment(joint).pack())
            await person.sends("rather like this")
        assert (await rows())[:1] == first
        assert len(await rows()) == 3
        with pytest.raises(DomainError, match="joint_step"):
            await jointvisits.write(
                place.deps, await place.user("Boss"), JointId(joint), Answer.GOAL, "another goal"
            )


async def test_the_digests_proposal_leads_to_a_draft_also_from_the_card(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep = await team(place)
        user, li = await place.user("Boss"), await place.user("Li Na")
        proposal = CoverageProposal(
            kind=ProposalKind.ACCOMPANY,
            reason=Reason("rarely_met", {"missing": 1, "cell": "B2"}),
            rep_id=li.id,
            customer_id=COLE,
        )
        async with place.deps.db.write() as uow:
            (noted,) = await uow.coverage_proposals.show(user.id, [proposal], [], place.clock.now())
        await boss.sends("/help")
        await place.chatter.restart()
        await boss.presses(TakeUp(noted.id).pack())
        assert boss.text.startswith("Joint visit · Cole 20 · B2")
        assert await state_of(place, 1) is JointState.DRAFT
        await boss.sends("/customer Ives 25")
        await boss.taps("Joint visit")
        assert "C1: what growth is left there?" in boss.text
        await boss.presses(DraftJointVisit(COLE).pack())
        assert boss.text.startswith("Joint visit · Cole 20")  # the same one
        async with place.deps.db.read() as uow:
            assert len((await uow.session.scalars(select(JointVisitRow))).all()) == 2


async def test_what_waits_is_told_and_what_is_called_off_leaves_the_list(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        user, now = await place.user("Boss"), place.clock.now()
        on = now.date() + timedelta(days=7)
        joint = await jointvisits.draft(
            place.deps, user, COLE, today=now.date(), zone="Asia/Shanghai", now=now
        )
        assert await jointvisits.of_rep(place.deps, await place.user("Li Na"), now.date()) == []
        await jointvisits.plan(place.deps, user, joint, on, today=now.date(), now=now)
        with pytest.raises(DomainError, match="joint_day"):
            await jointvisits.hold(place.deps, user, joint, today=now.date(), now=now)
        await place.delivers()
        await boss.presses(ShowJointVisit(joint).pack())
        await boss.taps("Call the visit off")
        await boss.taps("Yes")
        await place.delivers()
        assert rep.text.startswith("A joint visit does not take place.")
        async with place.deps.db.read() as uow:
            assert await uow.pins.waiting((await place.user("Li Na")).id) == []
        await shared(place, COLE)
        assert len(await jointvisits.unacknowledged(place.deps, user, now.date())) == 1
        await rep.sends("/cancel")
        assert "Joint visits (1)" in rep.buttons


async def test_who_refuses_data_collection_is_forgotten_in_joint_visits(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        joint = await shared(place, COLE)
        await rep.presses(AskJointComment(joint).pack())
        await rep.sends("about Cole")
        await rep.sends("/forget Cole 20")
        await rep.taps("Cole 20")
        await rep.taps("Yes, erase for good")
        async with place.deps.db.read() as uow:
            row = await uow.session.get_one(JointVisitRow, joint)
            assert (row.goal, row.happened, row.next_time, row.reasons) == ("", "", "", [])
            assert row.state == JointState.CANCELLED.value
            assert (await uow.session.scalars(select(JointCommentRow))).all() == []
            assert (await uow.session.get_one(CustomerRow, COLE)).name == ""


async def test_who_is_stuck_and_who_refuses_is_proposed_to_their_own_manager(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep = await team(place)
        other = await place.joins("Second Boss", Role.MANAGER)
        place.clock.move(timedelta(days=100))
        li, now = await place.user("Li Na"), place.clock.now()
        for back in (2, 3, 4):
            on = now.date() - timedelta(days=back)
            for number, result in ((11, Result.MET), (3, Result.REFUSED), (8, Result.REFUSED)):
                entry = visits.Entry(CustomerId(number), on, Told(result=result))
                await visits.log(place.deps, li, entry, today=now.date(), now=now)
        await boss.sends("/joint")
        first, second = boss.text.splitlines()[3:5]
        assert first == "1. Cole 11 · Li Na: A2 for 100 days, met 3 times, and nothing has moved → Coaching"
        assert second == "2. Diaz 3 · Li Na: A3, refused 3 times of late: why? → Working together"
        await place.chatter.restart()
        await boss.taps("1 Cole 11")
        assert "Why: A2 for 100 days" in boss.text
        await other.sends("/joint")
        assert "Cole" not in other.text + str(other.buttons)


async def test_nobody_plans_a_joint_visit_with_a_rep_whose_filing_has_run_out(database_url, tmp_path):
    async with world(database_url, tmp_path, market="cn") as place:
        await team(place)
        boss, rep, now = await place.user("Boss"), await place.user("Li Na"), place.clock.now()
        on, zone = now.date(), "Asia/Shanghai"
        joint = await jointvisits.draft(place.deps, boss, COLE, today=on, zone=zone, now=now)
        expired = on - timedelta(days=1)
        await qualifications.say(place.deps, boss, rep.id, QualificationKind.FILING, expired, now)
        with pytest.raises(DomainError, match="promotion_locked"):
            await jointvisits.plan(place.deps, boss, joint, on, today=on, now=now)
        assert await state_of(place, joint) is JointState.DRAFT
        valid = on + timedelta(days=90)
        await qualifications.say(place.deps, boss, rep.id, QualificationKind.FILING, valid, now)
        await jointvisits.plan(place.deps, boss, joint, on, today=on, now=now)
        assert await state_of(place, joint) is JointState.PLANNED
