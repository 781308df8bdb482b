"""Every function of the command list, asked for by a sentence: each role, both languages."""

import pytest

from bot.buttons.corrections import Forget
from bot.commands import COMMANDS, commands_for
from domain.people.model import Role
from tests.support import town
from tests.support.world import world

SENTENCES = {
    "today": ("今天该拜访谁", "who should I see today"),
    "week": ("周计划给我看看", "show me my weekly plan"),
    "month": ("打开月度计划", "open the monthly plan"),
    "grid": ("看看我的九宫格", "show my nine-box grid"),
    "abc": ("谁买得最多", "who buys most"),
    "rfm": ("看看RFM模型", "show the RFM analysis"),
    "lorenz": ("销售集中度怎么样", "how concentrated is the business"),
    "customer": ("查一下张敏", "show Ida Novak"),
    "tiers": ("打开分级管理", "open the tier overview"),
    "overdue": ("谁超期了", "who is overdue"),
    "pace": ("进度怎么样", "am I on track"),
    "capacity": ("我的产能", "what's my capacity"),
    "effort": ("精力应该怎么分配", "how should effort be shared out"),
    "joint": ("我该陪谁去拜访", "show my joint visits"),
    "event": ("会议名额怎么分", "show the events"),
    "digest": ("团队周报", "show me the team digest"),
    "team": ("团队覆盖率", "team coverage"),
    "plan": ("打开区域业务计划", "show my territory plan"),
    "corrections": ("有哪些更正申请", "show the open corrections"),
    "forget": ("张敏不同意我们保存她的信息", "Ida Novak refuses data collection"),
    "feedback": ("客户满意度", "customer satisfaction"),
    "visits": ("我要写拜访记录", "log a visit"),
    "appointments": ("我的预约", "my appointments"),
    "leave": ("我的假期", "my days off"),
    "coach": ("来一道情景题", "practise a scenario"),
    "scenario_new": ("我要给团队写一个情景", "write a scenario for my team"),
    "review": ("我要做月度自评", "my monthly self-review"),
    "time": ("我的时间都花在哪了", "where does my time go"),
    "import": ("我要导入客户名单", "import a roster"),
    "invite": ("邀请一个新代表", "invite a new rep"),
    "users": ("用户列表", "list of users"),
    "deliveries": ("哪些消息没有送达", "what was not delivered"),
    "rules": ("有什么合规规定", "show the compliance rules"),
    "settings": ("打开设置", "open settings"),
    "help": ("你会做什么", "what can you do"),
    "cancel": ("算了", "never mind"),
    "start": ("你好", "hello"),
}
"""What is said for each command, in Chinese and English."""
PEOPLE = {Role.REP: "Li Na", Role.MANAGER: "Boss", Role.ADMIN: "Root"}
WORDS = {"customer": ("张敏", "Ida Novak")}
"""What is typed behind a command that takes words."""


def test_every_command_has_a_sentence_in_both_languages():
    assert set(SENTENCES) == {command.name for command in COMMANDS}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", list(Role))
async def test_a_sentence_shows_what_the_command_shows(sqlite_database_url, tmp_path, role, language):
    number = ("zh", "en").index(language)
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await place.joins("Boss", Role.MANAGER, language=language)
        await place.joins("Root", Role.ADMIN, language=language)
        await place.joins("Li Na", manager="Boss", language=language)
        await place.loads(town.hospitals(language), town.customers(language), town.visits())
        await place.loads(town.sales(language))
        await place.loads(town.namesakes(language))
        person = place.people[PEOPLE[role]]
        wrong = []
        for name in [command.name for command in commands_for(role)]:
            await person.sends(SENTENCES[name][number])
            asked = (person.text, person.buttons)
            packed = [button.callback_data or "" for button in person.keyboard]
            if name == "forget":
                if not any(data.startswith(f"{Forget.code}:") for data in packed):
                    wrong.append((name, asked))
                continue
            await person.sends(f"/{name} {WORDS.get(name, ('', ''))[number]}".strip())
            if asked != (person.text, person.buttons):
                wrong.append((name, asked, person.text))
        assert wrong == []
