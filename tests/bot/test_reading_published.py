"""Real prescriber data (see tests/data/nc_glp1/PROVENANCE.md) from file to plan."""

from pathlib import Path

import pytest

from bot.importing.reading import UploadedFile, read_files
from domain.importing.model import Action, CustomerDraft, Kind, UsageDraft
from tests.support.rosters import CN, US, columns, plan, stored, understand

FOLDER = Path(__file__).parents[1] / "data" / "nc_glp1"


@pytest.fixture(scope="module")
def sheets():
    return read_files([UploadedFile(path.name, path) for path in sorted(FOLDER.glob("*.csv"))], columns())


def test_only_our_product_is_asked_and_the_total_of_all_drugs_is_no_potential(sheets):
    found = understand(*sheets, terms=US)
    assert [question.code for question in found.questions] == ["ours"]
    assert understand(*sheets, terms=US, answers={"ours": "DULAGLUTIDE"}).ours == ("Dulaglutide",)
    assert {remark.column for remark in found.remarks} == {
        "state",
        "zip",
        "total_claims_all_drugs",
        "brand",
        "cost",
    }


def test_the_published_totals_come_out(sheets):
    done = plan(*sheets, terms=US)
    usage = [change.draft for change in done.changes if isinstance(change.draft, UsageDraft)]
    assert sum(draft.quantity for draft in usage) == 38_764
    assert sum(draft.quantity for draft in usage if draft.product == "Dulaglutide") == 14_286
    customers = [change.draft for change in done.changes if isinstance(change.draft, CustomerDraft)]
    assert len(customers) == 242
    assert all(draft.quantity is None and draft.name == draft.code for draft in customers)
    assert done.rejected == 0


def test_importing_it_twice_changes_nothing(sheets):
    again = plan(*sheets, terms=US, existing=stored(plan(*sheets, terms=US)))
    assert {change.action for change in again.changes} == {Action.UNCHANGED}


def test_in_china_every_count_is_refused(sheets):
    done = plan(*sheets, terms=CN)
    assert {(column.header, column.rule) for column in done.dropped} == {
        ("total_claims_all_drugs", "R-DATA-1"),
        ("", "R-DATA-1"),
    }
    assert done.count(Kind.USAGE, Action.NEW) == 0
