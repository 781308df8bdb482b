"""Which scenarios a person's own week makes timely: what happened, and the scenarios that are about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.coaching.scenario import Scenario, Trigger
from domain.explain import Reason
from domain.tiering.model import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something of the week: a no to a suggestion, a visit in vain, a barrier, a customer who slipped.

    `name` is whom it was about, `cell` the cell that was left.
    """

    trigger: Trigger
    on: date
    name: str
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Timely:
    """A scenario, and what makes it timely: `week_<trigger>` with `name`, `times` in the week and `on`."""

    scenario_id: str
    reason: Reason


def slip(before: Cell, name: str, on: date) -> Happening:
    """A customer has fallen out of a cell."""
    known = {one.value: one for one in Trigger}
    return Happening(
        trigger=known.get(f"slipped_{before.value}", Trigger.SLIPPED), on=on, name=name, cell=before
    )


def is_worse(before: Cell, after: Cell) -> bool:
    """Whether a customer supports us less, or has less potential, than before."""
    return after.support > before.support or after.tier > before.tier


def timely(scenarios: Iterable[Scenario], week: Sequence[Happening]) -> list[Timely]:
    """The scenarios that the week asks for, each once, first those of what happened last and most often."""
    found: dict[str, tuple[tuple[int, int, int], Timely]] = {}
    for place, scenario in enumerate(scenarios):
        about = [one for one in week if _is_about(scenario, one.trigger)]
        if not about:
            continue
        last = max(about, key=lambda one: one.on)
        same = [one for one in week if one.trigger is last.trigger and one.name == last.name]
        params = {"name": last.name, "times": len(same), "on": last.on.isoformat()}
        if last.cell is not None:
            params["cell"] = last.cell.value
        code = "week_slipped" if last.cell is not None else f"week_{last.trigger.value}"
        key = (-last.on.toordinal(), -len(about), place)
        found[scenario.id] = key, Timely(scenario.id, Reason(code, params))
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])]


def _is_about(scenario: Scenario, trigger: Trigger) -> bool:
    general = Trigger.SLIPPED if trigger.value.startswith(Trigger.SLIPPED.value) else trigger
    return trigger in scenario.triggers or general in scenario.triggers
