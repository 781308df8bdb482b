"""What the author of an expert case reads when it is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from domain.content.reading import ContentErrors
from tests.support.cases import KINDS, CaseFailedError, read_cases

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRONG_CELL = """
cases:
  - name: A resident of a clinic is an A1
    input: {customers: {Li: {hospital: 社区, title: 住院医师, support: 首选}}}
    expected: {customers: {Li: {cell: A1, zone: blue}}}
    why: A wish.
"""
WRONG_ORDER = """
cases:
  - name: The A2 comes before the A1
    on: 2026-11-17
    input:
      customers:
        Loyal: {cell: A1, last_visit: 2026-11-02}
        Undecided: {cell: A2, last_visit: 2026-11-02}
    expected: {order: [Undecided, Loyal], points: {Loyal: 2.5}}
    why: What can be won first.
"""


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def words_of_failure(path):
    (case,) = read_cases(path)
    with pytest.raises(CaseFailedError) as failed:
        case.check()
    return str(failed.value).splitlines()


def test_there_are_at_least_forty_cases_and_some_of_every_kind():
    found = {path.stem: read_cases(path) for path in (HERE / "cases").glob("*.yaml")}
    assert found.keys() == KINDS.keys()
    assert sum(map(len, found.values())) >= 40
    assert min(map(len, found.values())) >= 5


def test_a_wrong_cell_names_the_case_what_was_expected_and_what_was_found(tmp_path):
    assert words_of_failure(written(tmp_path, "nine_box.yaml", WRONG_CELL)) == [
        "Case: A resident of a clinic is an A1",
        "  customers, Li, cell: expected A1, found C1",
        "Why it is expected: A wish.",
    ]


def test_a_wrong_order_and_a_wrong_number_are_told_together(tmp_path):
    assert words_of_failure(written(tmp_path, "today.yaml", WRONG_ORDER)) == [
        "Case: The A2 comes before the A1",
        "  order: expected [Undecided, Loyal], found [Loyal, Undecided]",
        "  points, Loyal: expected 2.5, found 1.8",
        "Why it is expected: What can be won first.",
    ]


def test_an_expected_nothing_is_compared_too(tmp_path):
    text = WRONG_CELL.replace("cell: A1, zone: blue", "cell: null")
    assert "  customers, Li, cell: expected nothing, found C1" in words_of_failure(
        written(tmp_path, "nine_box.yaml", text)
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("nine_box.yaml", WRONG_CELL.replace("zone:", "zona:"), "Perhaps `zone` is meant"),
        ("nine_box.yaml", WRONG_CELL.replace("cell: A1", "cell: A4"), "`A4` is not one of the values"),
        ("nine_box.yaml", WRONG_CELL.replace("{Li: {cell", "{Lee: {cell"), "Lee is expected but not in"),
        ("nine_box.yaml", WRONG_CELL.replace("    why: A wish.\n", ""), "`why` is missing"),
        ("nine_box.yaml", WRONG_CELL + WRONG_CELL.replace("\ncases:", ""), "two cases are called"),
        ("today.yaml", WRONG_ORDER.replace("2026-11-02", "2 November"), "Write year-month-day"),
        ("today.yaml", "cases: []", "fewer than 1"),
        ("tomorrow.yaml", WRONG_ORDER, "Call the file nine_box.yaml, today.yaml"),
    ],
)
def test_a_mistake_in_a_file_is_a_sentence_for_its_author(tmp_path, name, text, told):
    with pytest.raises(ContentErrors, match=told) as mistakes:
        read_cases(written(tmp_path, name, text))
    assert str(mistakes.value).startswith(f"{name}")


def test_pytest_shows_the_sentence_and_no_trace_of_the_program(tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    written(tmp_path, "conftest.py", (HERE / "conftest.py").read_text(encoding="utf-8"))
    written(cases, "nine_box.yaml", WRONG_CELL)
    written(cases, "today.yaml", WRONG_ORDER.replace("why:", "because:"))
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--continue-on-collection-errors",
            "-c",
            ROOT / "pyproject.toml",
            cases,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert "customers, Li, cell: expected A1, found C1" in ran.stdout
    assert "at cases.0.because: `because` is not known here" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert ".py:" not in ran.stdout
