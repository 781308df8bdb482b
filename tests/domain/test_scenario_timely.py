"""Which scenarios a week makes timely, and the first of them."""

from datetime import date

from domain.coaching.scenario import Scenario, Trigger
from domain.coaching.timely import Happening, is_worse, slip, timely
from domain.content.reading import read_text
from domain.tiering.model import Cell
from tests.support.scenarios import SMALL

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def about(name: str, *triggers: str) -> Scenario:
    text = SMALL.replace("id: small", f"id: {name}").replace("[refused, slipped]", f"[{', '.join(triggers)}]")
    return read_text(text.encode(), Scenario, name=f"{name}.yaml")


def happened(trigger: Trigger, on: date, name: str = "Font") -> Happening:
    return Happening(trigger=trigger, on=on, name=name)


def test_what_happened_last_comes_first_and_then_what_happened_most_often():
    scenarios = [about("price", "price"), about("refused", "refused"), about("absent", "absent")]
    week = [
        happened(Trigger.PRICE, MONDAY),
        happened(Trigger.ABSENT, TUESDAY),
        happened(Trigger.REFUSED, MONDAY),
        happened(Trigger.REFUSED, TUESDAY),
        happened(Trigger.REFUSED, TUESDAY, "Gray"),
    ]
    found = timely(scenarios, week)
    assert [one.scenario_id for one in found] == ["refused", "absent", "price"]
    assert found[0].reason.code == "week_refused"
    assert found[0].reason.params == {"name": "Font", "times": 2, "on": "2026-11-24"}


def test_a_week_in_which_nothing_happened_asks_for_nothing():
    assert timely([about("refused", "refused")], []) == []
    assert timely([about("refused", "refused")], [happened(Trigger.PRICE, MONDAY)]) == []


def test_a_slip_out_of_a_cell_is_also_a_slip():
    scenarios = [about("any", "slipped"), about("from_a1", "slipped_A1"), about("from_a2", "slipped_A2")]
    found = timely(scenarios, [slip(Cell.A1, "Font", MONDAY)])
    assert [one.scenario_id for one in found] == ["any", "from_a1"]
    assert found[0].reason.code == "week_slipped"
    assert found[0].reason.params["cell"] == "A1"
    assert [one.scenario_id for one in timely(scenarios, [slip(Cell.C1, "Font", MONDAY)])] == ["any"]


def test_less_support_or_less_potential_is_worse_and_more_is_not():
    assert is_worse(Cell.A1, Cell.A2)
    assert is_worse(Cell.A1, Cell.B1)
    assert not is_worse(Cell.A2, Cell.A1)
    assert not is_worse(Cell.B2, Cell.B2)
