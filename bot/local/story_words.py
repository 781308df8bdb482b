"""What people of the sample territory have written before the demo opens, in Chinese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.local.territory_words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """An event with few seats."""

    topic: str
    room: str  # behind the name of a hospital


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The three answers after a joint visit, and what the rep says to them ("" for nothing yet)."""

    goal: str
    happened: str
    next_time: str
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swot:
    """A sentence in each field of a territory plan."""

    strengths: str
    weaknesses: str
    opportunities: str
    threats: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWords:
    """All that was written, in one language."""

    past: Meeting
    coming: Meeting
    closed: Company
    shared: Company
    plans: tuple[Swot, ...]
    plan_comment: str
    evidence: tuple[str, str]  # why a rep finds a cell not right: answered, and waiting
    verdict: str
    wrong_title: str
    stays: str
    feedback: tuple[tuple[int, str], ...]  # what customers say of us, with their score from 0 to 10
    facts: tuple[str, str, str]  # an opportunity, what was asked for, what was promised
    side_effect: str
    scenario: str


_ZH = StoryWords(
    past=Meeting(topic="动态血糖图谱解读", room="学术报告厅"),
    coming=Meeting(topic="2型糖尿病合并肾病的全程管理", room="第二会议室"),
    closed=Company(
        goal="弄清为什么只在二线使用",
        happened="顾虑是老年患者低血糖，代表把研究里的数据讲清楚了",
        next_time="带老年亚组的数据去，先请对方讲一个病例",
        reply="好，亚组数据已经打印，下次先听病例。",
    ),
    shared=Company(
        goal="了解对剂量调整的顾虑",
        happened="对方说到两步调整，代表听完以后追问了两次，没有急着回答",
        next_time="先问最近一例怎么调的剂量，再拿出剂量表",
    ),
    plans=(
        Swot(
            strengths="内分泌科的主要医生都熟悉长期安全性数据",
            weaknesses="社区中心拜访太少，很多客户还没见过面",
            opportunities="两家医院在更新慢病管理流程",
            threats="竞品的随访资料更新得快",
        ),
        Swot(
            strengths="门诊后时段固定，见面效率高",
            weaknesses="资料讲得多，问得少",
            opportunities="肾内科开始关注早期患者",
            threats="周三下午多家医院不接待",
        ),
    ),
    plan_comment="目标合理。社区中心请先挑三家，按地图顺路安排。",
    evidence=("上月科室会来了六位同事，门诊量明显增加", "换用我们的产品已有两个月，三次面谈都提到效果稳定"),
    verdict="门诊量核对过，潜力上调。",
    wrong_title="副主任医师",
    stays="官网上仍是现在的职称，先不改。",
    feedback=(
        (9, "资料讲得清楚，不耽误时间"),
        (8, "问题当天就有答复"),
        (6, "希望少讲产品，多讲病例"),
        (10, "随访研究的文献很有用"),
        (4, "来的时间总赶上查房"),
    ),
    facts=("科室准备建立动态血糖门诊", "要肾功能不全患者的用药文献", "下周带剂量调整表"),
    side_effect="医生说有位患者用药后第二天头晕、恶心",
    scenario="我们区的月末缺口",
)

_EN = StoryWords(
    past=Meeting(topic="Reading continuous glucose curves", room="lecture hall"),
    coming=Meeting(topic="Kidney disease in type 2 diabetes", room="seminar room 2"),
    closed=Company(
        goal="Find out why it is used in the second line only",
        happened="The worry is low glucose in older patients; the study figures were explained clearly",
        next_time="Bring the figures for older patients, and hear a case first",
        reply="Printed them. Next time I listen to the case first.",
    ),
    shared=Company(
        goal="Understand the doubts about changing the dose",
        happened="Two steps were described; Jordan heard them out and asked twice before answering",
        next_time="Ask how the dose was changed last time, then show the dosing table",
    ),
    plans=(
        Swot(
            strengths="The endocrinologists know the long-term safety data",
            weaknesses="Too few visits to the clinics; many have not been met yet",
            opportunities="Two hospitals are renewing their follow-up pathways",
            threats="Competitors update their follow-up material faster",
        ),
        Swot(
            strengths="Fixed times after clinic make visits easy to plan",
            weaknesses="Too much is explained and too little is asked",
            opportunities="Nephrology begins to look at early patients",
            threats="Several hospitals receive nobody on Wednesday afternoons",
        ),
    ),
    plan_comment="Sound goals. Begin with three clinics that lie on one way.",
    evidence=(
        "Brought six colleagues to the department meeting; the clinic has grown since",
        "Has used our product for two months now, and said so in three visits",
    ),
    verdict="Checked the size of the clinic: the potential goes up.",
    wrong_title="Associate professor",
    stays="The hospital's page still has the present title; it stays for now.",
    feedback=(
        (9, "Clear material that does not cost time"),
        (8, "Questions are answered the same day"),
        (6, "Less about products and more about cases"),
        (10, "The follow-up study was very useful"),
        (4, "Always comes during ward rounds"),
    ),
    facts=(
        "The department is setting up a glucose monitoring clinic",
        "Papers on use with reduced kidney function",
        "Bring the dosing table next week",
    ),
    side_effect="A patient felt dizzy and sick the day after the first dose, the doctor says",
    scenario="Our month-end gap",
)

STORY: Mapping[Language, StoryWords] = {"zh": _ZH, "en": _EN}
