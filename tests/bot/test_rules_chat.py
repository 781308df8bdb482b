"""/rules: the rules with their sources, and old wording with what to say instead."""

import pytest

from bot.buttons.rules import ShowRule
from domain.compliance.rules import Topic
from domain.people.model import Role
from tests.support.world import world


async def test_a_rep_reads_a_rule_with_why_instead_source_and_date(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP)
        await rep.sends("/rules")
        assert rep.sees("Market: cn, rules: ")
        assert rep.sees("Not legal advice")
        await rep.taps("Benefits and gifts · 7")
        await place.chatter.restart()
        await rep.taps("R-BRIBE-1")
        assert rep.sees("No money and no other benefit")
        assert rep.sees("Why: ")
        assert rep.sees("Instead: Decline and report")
        assert rep.sees(
            "Anti-Unfair Competition Law (revised 2025), articles 8 and 24, Oct 15, 2025, in force"
        )
        assert rep.sees("guideline, not binding")
        await rep.taps("All rules")
        await rep.taps("Old wording → say instead")
        assert rep.sees("Appropriate reward\n→ Scientific exchange")
        await rep.taps("›")
        assert rep.sees("Good wishes")


async def test_the_rules_in_chinese(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP, language="zh")
        await rep.sends("/rules 统方")
        assert rep.sees("找到规则：")
        await rep.taps("R-DATA-1")
        assert rep.sees("不得收集医生个人的处方数量")
        assert rep.sees("触及：“请信息科帮忙统方”")
        assert rep.sees("现行有效")
        assert rep.sees("不构成法律意见")


async def test_rules_are_searched_in_both_languages_and_a_draft_is_told_to_be_one(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss = await place.joins("Boss", Role.MANAGER)
        await boss.sends("/rules golf outing")
        assert boss.sees("R-ENT")
        await boss.sends("/rules draft")
        await boss.taps("R-DRAFT")
        assert boss.sees("draft, not in force")
        await boss.sends("/rules qqqq")
        assert boss.sees("No rule names this")


@pytest.mark.parametrize("market", ["us", "generic"])
async def test_other_markets_show_their_own_rules(sqlite_database_url, tmp_path, market):
    async with world(sqlite_database_url, tmp_path, market=market) as place:
        rep = await place.joins("Li Na", Role.REP)
        await rep.presses(ShowRule("R-DATA-1").pack())
        assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."
        await rep.presses(ShowRule("R-ALCOHOL").pack())
        assert rep.sees("No alcohol") is (market == "us")


async def test_every_topic_opens_and_lists_its_rules(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        rep = await place.joins("Li Na", Role.REP)
        rules = place.deps.library.compliance("cn").rules.values()
        for topic in Topic:
            await rep.sends("/rules")
            label = next(
                one for one in rep.buttons if one.endswith(f" · {sum(r.topic is topic for r in rules)}")
            )
            await rep.taps(label)
            assert "R-" in rep.text
