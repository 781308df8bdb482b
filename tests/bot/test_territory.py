"""The sample territory as a roster: what its readers make of it, and whether it is lifelike."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from bot.local.territory import MARKETS, OURS, sheets
from bot.local.territory_words import WORDS
from domain.content.library import load_library
from domain.importing.mapping import Terms, recognise
from domain.importing.model import CustomerDraft, InstitutionDraft, SaleDraft, UsageDraft, VisitDraft
from domain.importing.rows import read_rows
from domain.tiering.model import Cell, Measures, Support, Tier
from domain.tiering.nine_box import decide_all
from domain.visits.model import Outcome

TODAY = date(2026, 11, 23)
LIBRARY = load_library()


@dataclass
class Territory:
    """A territory as the import reads it."""

    language: str
    recognised: object
    issues: tuple
    institutions: dict
    customers: dict
    visits: list
    usage: list
    sales: list
    cells: dict

    def visits_of(self, *cells):
        """How often customers of these cells were visited, one number per customer."""
        times = Counter(visit.customer for visit in self.visits)
        return [times[code] for code, cell in self.cells.items() if cell in cells]


def read(language, today=TODAY, seed=9):
    market = LIBRARY.markets[MARKETS[language]]
    terms = Terms(usage_allowed=market.usage_per_customer, asks_datum=market.asks_datum)
    roster = sheets(LIBRARY, language, today, seed=seed)
    recognised = recognise(roster, LIBRARY.columns, terms, ours_known=True)
    read = read_rows(recognised.sheets, LIBRARY.columns, LIBRARY.compliance("cn"), today=today)
    of = {
        kind: [draft for draft in read.drafts if type(draft) is kind]
        for kind in (InstitutionDraft, CustomerDraft, VisitDraft, UsageDraft, SaleDraft)
    }
    institutions = {draft.name: draft for draft in of[InstitutionDraft]}
    customers = {draft.code: draft for draft in of[CustomerDraft]}
    class_volume, ours = Counter(), Counter()
    for draft in of[UsageDraft]:
        class_volume[draft.customer] += draft.quantity
        ours[draft.customer] += draft.quantity * (draft.product == OURS)
    measures = {
        code: Measures(
            site_class=institutions[draft.institution].site_class,
            title_rank=draft.title_rank,
            quantity=class_volume.get(code),
            ours=ours[code] if code in class_volume else None,
            support=draft.support,
        )
        for code, draft in customers.items()
    }
    decisions = decide_all(measures, LIBRARY.tiering.at(today), market.methods)
    return Territory(
        language,
        recognised,
        read.issues,
        institutions,
        customers,
        of[VisitDraft],
        of[UsageDraft],
        of[SaleDraft],
        {code: decision.cell for code, decision in decisions.items()},
    )


@pytest.fixture(scope="module", params=["zh", "en"])
def territory(request):
    return read(request.param)


@pytest.fixture(scope="module")
def chinese():
    return read("zh")


@pytest.fixture(scope="module")
def english():
    return read("en")


def test_the_import_asks_nothing_drops_nothing_and_remarks_nothing(territory):
    assert territory.recognised.questions == ()
    assert territory.recognised.dropped == ()
    assert territory.recognised.remarks == ()
    assert territory.issues == ()


def test_four_reps_share_about_240_doctors_in_20_hospitals_of_one_city(territory):
    assert len(territory.institutions) == 20
    assert 230 <= len(territory.customers) <= 250
    owners = Counter(draft.owner for draft in territory.customers.values())
    assert set(owners) == set(WORDS[territory.language].reps)
    assert all(50 <= count <= 70 for count in owners.values())
    assert {draft.city for draft in territory.institutions.values()} == {WORDS[territory.language].city}
    assert len({draft.name for draft in territory.customers.values()}) == len(territory.customers)


def test_hospitals_lie_apart_and_within_a_city(territory):
    pins = {(draft.lat, draft.lon) for draft in territory.institutions.values()}
    assert len(pins) == 20
    for axis, kilometres in ((0, 111.2), (1, 96)):
        spread = kilometres * (max(pin[axis] for pin in pins) - min(pin[axis] for pin in pins))
        assert 8 < spread < 24


def test_some_hospitals_receive_on_set_days_and_no_visit_ignores_that(territory):
    strict = {name: draft.reception for name, draft in territory.institutions.items() if draft.reception}
    assert len(strict) == 6
    visits = [visit for visit in territory.visits if visit.institution in strict]
    assert visits
    for visit in visits:
        assert visit.on.weekday() in {window.weekday for window in strict[visit.institution]}


def test_letters_and_digits_are_spread_as_in_a_real_list(chinese):
    rated = [cell for cell in chinese.cells.values() if cell]
    letters = {tier: sum(cell.tier is tier for cell in rated) / len(rated) for tier in Tier}
    assert letters[Tier.A] == pytest.approx(0.20, abs=0.05)
    assert letters[Tier.B] == pytest.approx(0.32, abs=0.06)
    digits = {support: sum(cell.support is support for cell in rated) / len(rated) for support in Support}
    assert digits[Support.FIRST_CHOICE] == pytest.approx(0.25, abs=0.07)
    assert digits[Support.SECOND_CHOICE] == pytest.approx(0.35, abs=0.07)
    assert digits[Support.COMPETITOR_OR_NONE] == pytest.approx(0.40, abs=0.07)


def test_every_cell_is_there_and_six_per_cent_are_unrated(territory):
    assert {cell for cell in territory.cells.values() if cell} == set(Cell)
    unrated = sum(cell is None for cell in territory.cells.values())
    assert unrated / len(territory.cells) == pytest.approx(0.06, abs=0.01)


def test_a_few_are_opinion_leaders_a_few_see_no_rep_and_half_have_a_best_time(territory):
    customers = territory.customers.values()
    assert sum(bool(draft.is_kol) for draft in customers) == 8
    no_see = {code for code, draft in territory.customers.items() if draft.is_no_see}
    assert len(no_see) == 4
    assert not no_see & {visit.customer for visit in territory.visits}
    assert sum(bool(draft.best_times) for draft in customers) / len(customers) == pytest.approx(0.5, abs=0.08)


def test_hospitals_buy_for_a_year_and_a_half_and_some_have_stopped(chinese, english):
    for territory in (chinese, english):
        last = {}
        for sale in territory.sales:
            last[sale.institution] = max(last.get(sale.institution, sale.on), sale.on)
        assert set(last) == set(territory.institutions)
        assert max(last.values()) < TODAY
        assert min(sale.on for sale in territory.sales) < TODAY - timedelta(days=365 + 92)
        assert 1 <= sum(on < TODAY - timedelta(days=140) for on in last.values()) <= 6
        assert len({sale.product for sale in territory.sales}) == 2


def test_no_usage_goes_into_a_market_that_refuses_it(chinese):
    assert chinese.usage == []


def test_volumes_are_shaped_like_those_of_real_prescribers(english):
    total, ours = Counter(), Counter()
    for draft in english.usage:
        total[draft.customer] += draft.quantity
        ours[draft.customer] += draft.quantity * (draft.product == OURS)
    volumes = sorted(total.values())
    count = len(volumes)
    weighted = sum((2 * rank - count - 1) * volume for rank, volume in enumerate(volumes, 1))
    assert weighted / (count * sum(volumes)) == pytest.approx(0.4055, abs=0.02)  # Gini
    assert sum(volumes[-round(count / 5) :]) / sum(volumes) == pytest.approx(0.453, abs=0.02)
    assert sum(ours.values()) / sum(volumes) == pytest.approx(14_286 / 38_764, abs=0.05)
    assert sum(ours[code] == 0 for code in total) / count == pytest.approx(44 / 242, abs=0.05)
    assert sum(ours[code] == total[code] for code in total) / count == pytest.approx(26 / 242, abs=0.05)
    assert len({draft.product for draft in english.usage}) == 3


def test_visits_fill_three_months_of_working_days_up_to_yesterday(territory):
    calendar = LIBRARY.calendar(MARKETS[territory.language])
    days = {visit.on for visit in territory.visits}
    assert all(calendar.is_working_day(day) for day in days)
    assert TODAY - timedelta(days=92) < min(days) < TODAY - timedelta(days=84)
    assert max(days) == date(2026, 11, 20)  # the Friday before
    assert {visit.outcome for visit in territory.visits} == set(Outcome)


def test_visits_favour_high_cells_but_are_uneven(territory):
    def mean(*cells):
        times = territory.visits_of(*cells)
        return sum(times) / len(times)

    assert mean(Cell.A1, Cell.A2) > mean(Cell.B2) > mean(Cell.C2)
    assert mean(Cell.C1) > 3 * 1.5  # three months at one a month, and half as much again
    times = territory.visits_of(*(cell for cell in Cell if cell.tier is Tier.A))
    assert 0 in times
    last = {visit.customer: visit.on for visit in territory.visits if visit.outcome is Outcome.MET}
    late = [
        code
        for code, cell in territory.cells.items()
        if cell and cell.tier is Tier.A and code in last and TODAY - last[code] > timedelta(days=14)
    ]
    assert late


@pytest.mark.parametrize("today", [TODAY, date(2027, 2, 16), date(2026, 10, 9)])
def test_some_promises_are_due_today(territory, today):
    promised = [
        visit
        for visit in read(territory.language, today).visits
        if visit.next_step and visit.next_on == today
    ]
    assert promised


def test_the_same_seed_gives_the_same_cells_and_another_seed_others(territory):
    def cells(seed):
        return [sheet.frame.to_csv() for sheet in sheets(LIBRARY, territory.language, TODAY, seed=seed)]

    assert cells(9) == cells(9)
    assert cells(9) != cells(10)


def test_every_cell_of_a_sheet_is_text(territory):
    for sheet in sheets(LIBRARY, territory.language, TODAY):
        assert all(type(cell) is str for cell in sheet.frame.to_numpy().ravel())
