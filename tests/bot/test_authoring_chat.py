"""/scenario_new: a manager's own scenario, from its first mistakes to the team that plays it."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from bot.buttons.authoring import PublishScenario, ShowOwnScenario
from bot.buttons.coaching import StartScenario
from bot.db.tables import OwnScenarioRow, ReviewCardRow
from domain.people.model import Role
from tests.support import town
from tests.support.world import World, world

CHOICE = """\
id: mine
version: 1
audience: rep
skills: [selling]
sources:
  - {title: Our own method, on: 2026-01-01}
title: First words
situation: You meet somebody new.
start: hello
nodes:
  hello:
    ask: What do you say first?
    options:
      name: {text: My name, grade: 3, why: They want to know who you are, next: then}
      price: {text: The price, grade: 0, why: Nobody asked, next: then}
  then:
    ask: And then?
    options:
      listen: {text: I listen, grade: 3, why: It is about them, next: done}
      talk: {text: I talk, grade: 1, why: Less is more, next: done}
ends:
  done: {text: Well met., todo: Listen twice.}
"""


async def teams(place: World, language: str = "en") -> None:
    await place.joins("Boss", Role.MANAGER, language=language)
    await place.joins("Other", Role.MANAGER, language=language)
    await place.joins("Li Na", manager="Boss", language=language)
    await place.joins("Wang Wei", manager="Other", language=language)
    await place.loads(town.hospitals(language), town.customers(language))


async def test_a_scenario_is_mended_tried_out_published_played_raised_and_retired(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, rep, stranger = (place.people[name] for name in ("Boss", "Li Na", "Wang Wei"))
        await boss.sends("/scenario_new")
        broken = CHOICE.replace("next: then}", "next: nowhere}", 1).replace(
            "grade: 3, why: It is", "grade: 2, why: It is"
        )
        await boss.uploads("mine.yaml", broken.encode())
        assert "line 14, nodes.hello.options.name.next: there is no `nowhere` to lead to." in boss.text
        assert "line 18, nodes.then.options: no answer has the grade 3. Grade the best one 3." in boss.text
        await place.chatter.restart()
        await boss.uploads("mine.yaml", CHOICE.encode())
        assert boss.text.startswith("First words\nmine · version 1 · ✏️ draft")
        await boss.taps("Try it out")
        for label in ("A", "›", "A", "›"):
            await boss.taps(label)
        assert "Well met." in boss.text
        assert "Score: 100 %" in boss.text
        await rep.presses(StartScenario("mine").pack())
        assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."  # not out yet
        await boss.taps("My scenarios")
        await boss.taps("First words")
        await boss.taps("Publish for the team")
        await rep.presses(StartScenario("mine").pack())
        assert "What do you say first?" in rep.text
        await stranger.presses(StartScenario("mine").pack())
        assert stranger.last_answer == "I cannot find that. Perhaps it is no longer there."

        await boss.sends("/scenario_new")
        await boss.uploads("mine.yaml", CHOICE.replace("And then?", "And after that?").encode())
        assert "mine · version 2 · ✏️ draft" in boss.text
        await boss.taps("Publish for the team")
        await rep.taps("A")
        await rep.taps("›")
        assert "And then?" in rep.text  # on the version with which it began
        await rep.taps("B")
        await rep.taps("›")
        assert "Score: 67 %" in rep.text
        await rep.presses(StartScenario("mine").pack())
        await rep.taps("A")
        await rep.taps("›")
        assert "And after that?" in rep.text

        await boss.taps("Retire")
        await rep.taps("A")
        await rep.taps("›")
        assert "Score: 100 %" in rep.text  # what has begun can be finished
        await rep.presses(StartScenario("mine").pack())
        assert rep.last_answer == "I cannot find that. Perhaps it is no longer there."
        async with place.deps.db.read() as uow:
            states = list(await uow.session.scalars(select(OwnScenarioRow.state).order_by(OwnScenarioRow.id)))
            learners = set(await uow.session.scalars(select(ReviewCardRow.user_id)))
        assert states == ["retired", "retired"]
        assert learners == {(await place.user("Li Na")).id}  # a preview teaches nobody


@pytest.mark.parametrize(
    ("language", "example", "told"),
    [("en", "Example as a spreadsheet", "7` is too large"), ("zh", "表格样例", "`7`太大，最多3")],
)
async def test_the_example_as_a_spreadsheet_is_taken_and_its_mistakes_are_told_with_the_row(
    sqlite_database_url, tmp_path, language, example, told
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place, language)
        boss = place.people["Boss"]
        await boss.sends("/scenario_new")
        await boss.taps(example)
        name, data = boss.file
        assert name == "my_scenario.xlsx"
        book = openpyxl.load_workbook(BytesIO(data))
        sheet = book.active
        row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value in {"answer", "回答"})
        number, right = row[0].row, row[3].value
        row[3].value = 7
        await boss.uploads("mine.xlsx", saved(book))
        assert told in boss.text
        assert (f"line {number}," if language == "en" else f"第{number}行") in boss.text
        row[3].value = right
        await boss.uploads("mine.xlsx", saved(book))
        assert "my_scenario" in boss.text
        assert "✏️" in boss.text


def saved(book: openpyxl.Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


async def test_what_a_manager_writes_passes_the_gate_and_belongs_to_them(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await teams(place)
        boss, other, rep = (place.people[name] for name in ("Boss", "Other", "Li Na"))
        await boss.sends("/scenario_new")
        await boss.uploads("mine.yaml", CHOICE.replace("I listen", "I give the doctor a gift card").encode())
        assert "this goes against the rule R-GIFT" in boss.text
        await boss.uploads("mine.yaml", CHOICE.replace("id: mine", "id: speaker_training").encode())
        assert "there is a scenario `speaker_training` of somebody else's" in boss.text
        await boss.uploads("mine.yaml", CHOICE.encode())
        await boss.taps("As a file")
        assert boss.file[0] == "mine.yaml"
        assert "What do you say first?" in boss.file[1].decode()
        await other.sends("/scenario_new")
        assert "First words" not in " ".join(other.buttons)
        await other.uploads("theirs.yaml", CHOICE.encode())
        assert "there is a scenario `mine` of somebody else's" in other.text
        for button in (ShowOwnScenario(1), PublishScenario(1)):
            await other.presses(button.pack())
            assert other.last_answer == "I cannot find that. Perhaps it is no longer there."
        await rep.uploads("mine.yaml", CHOICE.encode())
        assert rep.text == "Your role does not include this."
        await boss.sends("/scenario_new")
        await boss.uploads("mine.yaml", b"x" * 300_000)
        assert "is too large" in boss.text
