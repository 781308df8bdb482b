from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

import domain.content
from domain.content.library import check_content, load_library
from domain.content.reading import ContentErrors
from domain.planning.params import CadenceParams, TodayParams
from domain.tiering.model import Cell
from domain.tiering.params import TieringParams

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
SHIPPED = Path(domain.content.__path__[0])
TODAY_2027 = """
versions:
  - {from: 2021-01-01, source: us, note: old, to_profile: 3, later: [1, 3], product_days: 5, broken: [60]}
  - {from: 2027-01-01, source: us, note: slower, to_profile: 3, later: [1, 3], product_days: 10, broken: [60]}
"""


def company(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_content_is_sound_and_whole():
    assert check_content() == []
    library = load_library()
    assert set(library.markets) == {"cn", "us", "generic"}
    assert set(library.playbooks) == set(library.lexicons) == {"zh", "en"}
    day = date(2026, 11, 17)
    assert isinstance(library.tiering.at(day), TieringParams)
    assert isinstance(library.cadence.at(day), CadenceParams)
    assert isinstance(library.today.at(day), TodayParams)
    assert library.cadence.at(day).cells[Cell.A2].target == 5
    assert not library.markets["cn"].usage_per_customer
    assert library.markets["us"].usage_per_customer


def test_every_shipped_set_of_numbers_names_its_source_and_date():
    library = load_library()
    dated = [
        *library.tiering.versions,
        *library.cadence.versions,
        *library.today.versions,
        *library.markets.values(),
    ]
    assert len(dated) >= 6
    assert all(one.source and one.note and one.start <= date(2026, 1, 1) for one in dated)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_explained_to_somebody_who_is_no_programmer(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    notes = [line.removeprefix("# ").partition(": ") for line in text.splitlines() if line.startswith("# ")]
    (name,) = (words for key, _, words in notes if key == "as")
    expected = [words for key, _, words in notes if key == "expect"]
    assert expected
    problems = [str(problem) for problem in check_content(company(tmp_path, name, text))]
    assert len(problems) == len(expected), problems
    for problem, words in zip(problems, expected, strict=True):
        assert problem.startswith(name)
        assert problem.endswith(words)
    with pytest.raises(ContentErrors) as refused:
        load_library(tmp_path)
    assert str(refused.value).splitlines() == problems


def test_mistakes_of_several_files_are_told_together(tmp_path):
    company(tmp_path, "params/calendar.yaml", "days_off: x\nworkdays: []\n")
    company(tmp_path, "markets/cn.yaml", "from: never\n")
    files = {problem.file for problem in check_content(tmp_path)}
    assert files == {"params/calendar.yaml", "markets/cn.yaml"}


def test_a_companys_file_takes_the_place_of_the_shipped_one(tmp_path):
    library = load_library(company(tmp_path, "params/today.yaml", TODAY_2027))
    assert library.today.at(date(2026, 12, 31)).product_days == 5
    assert library.today.at(date(2027, 1, 1)).product_days == 10
    assert library.today.at(date(1999, 1, 1)).product_days == 5
    assert library.cadence == load_library().cadence


def test_a_company_adds_a_market(tmp_path):
    german = (SHIPPED / "markets" / "generic.yaml").read_text(encoding="utf-8")
    company(tmp_path, "markets/de.yaml", german.replace("country: null", "country: DE"))
    assert load_library(tmp_path).markets["de"].country == "DE"


def test_a_language_needs_its_playbook_its_words_and_its_facts(tmp_path):
    cards = (SHIPPED / "playbooks" / "en" / "cells.yaml").read_text(encoding="utf-8")
    found = check_content(company(tmp_path, "playbooks/fr/cells.yaml", cards))
    assert [problem.file for problem in found] == ["understanding/fr.yaml", "facts/fr.yaml"]
    assert {problem.what for problem in found} == {"the file is missing"}


def test_cards_of_two_languages_have_the_same_number_of_lines(tmp_path):
    cards = yaml.safe_load((SHIPPED / "playbooks" / "zh" / "cells.yaml").read_text(encoding="utf-8"))
    cards["cells"]["A2"]["do"].pop()
    company(tmp_path, "playbooks/zh/cells.yaml", yaml.safe_dump(cards, allow_unicode=True))
    (problem,) = check_content(tmp_path)
    assert (problem.file, problem.path) == ("playbooks/zh/cells.yaml", "cells.A2.do")
    assert "Bring both languages to the same lines" in str(problem)


def test_a_folder_in_the_place_of_a_file_is_a_mistake_like_any_other(tmp_path):
    (tmp_path / "params" / "today.yaml").mkdir(parents=True)
    (problem,) = check_content(tmp_path)
    assert str(problem).startswith("params/today.yaml: the file cannot be read")


def test_the_version_follows_every_byte_of_the_content(tmp_path):
    shipped = load_library().version
    assert load_library().version == shipped
    same = (SHIPPED / "params" / "today.yaml").read_text(encoding="utf-8")
    assert load_library(company(tmp_path, "params/today.yaml", same)).version == shipped
    assert load_library(company(tmp_path, "params/today.yaml", same + "# more\n")).version != shipped


def test_hidden_files_and_notes_in_a_companys_folder_are_passed_over(tmp_path):
    company(tmp_path, ".git/config.yaml", "x")
    company(tmp_path, "README.md", "ours")
    assert check_content(tmp_path) == []


def test_a_file_that_nothing_reads_is_named(tmp_path):
    (problem,) = check_content(company(tmp_path, "markets/cn.yml", "x"))
    assert "markets/cn.yaml" in problem.how


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    (problem,) = check_content(tmp_path / "none")
    assert problem.what == "the content folder does not exist"


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"days_off: \xff\xfe", "the file is not saved as UTF-8"),
        (b"days_off: []\nworkdays: []\n# " + b"x" * 1_000_000, "the file is larger than 1,000,000 bytes"),
        (b"days_off: " + b"[" * 300_000, "the file is nested deeper than 20 levels"),
        (b"days_off: []\x01", "the file holds control characters"),
        (b"a: 1\n---\nb: 2\n", "a second document begins with ---"),
    ],
    ids=["encoding", "size", "nesting", "control", "two documents"],
)
def test_a_hostile_file_is_refused_in_words(raw, what, tmp_path):
    path = company(tmp_path, "params/calendar.yaml", "") / "params" / "calendar.yaml"
    path.write_bytes(raw)
    (problem,) = check_content(tmp_path)
    assert problem.what == what


def test_words_stay_the_words_that_were_written(tmp_path):
    text = "days_off:\n  - {on: 2026-12-31, why: no}\n  - {on: 2026-12-30, why: 12:30}\nworkdays: []\n"
    own = load_library(company(tmp_path, "params/calendar.yaml", text)).own_days
    assert [day.why for day in own.days_off] == ["no", "12:30"]
    assert own.by_date() == {date(2026, 12, 31): False, date(2026, 12, 30): False}


def test_the_library_cannot_be_changed():
    library = load_library()
    with pytest.raises(FrozenInstanceError):
        library.version = "x"
    with pytest.raises(ValidationError, match="frozen"):
        library.today.versions[0].product_days = 1
