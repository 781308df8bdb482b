"""constraints.txt and pyproject.toml say the same."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
PINS = [Requirement(line) for line in LINES]


def asked() -> list[Requirement]:
    """What pyproject.toml asks for, in all extras, ourselves left out."""
    lists = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [one for line in chain(*lists) if (one := Requirement(line)).name != PROJECT["name"]]


def holds_here(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in (extras or {""}))


def reached() -> tuple[set[str], set[str]]:
    """Names that the requirements lead to on this Python and system, and those not installed here."""
    names: set[str] = set()
    absent: set[str] = set()
    done: set[tuple[str, frozenset[str]]] = set()
    waiting = asked()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        names.add(name)
        if (step := (name, frozenset(one.extras))) in done:
            continue
        done.add(step)
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            absent.add(name)
            continue
        waiting += [child for child in map(Requirement, requires) if holds_here(child, one.extras | {""})]
    return names, absent


def pins_here() -> Iterator[tuple[str, str]]:
    for pin in PINS:
        if holds_here(pin, set()):
            yield canonicalize_name(pin.name), str(pin.specifier).removeprefix("==")


def test_every_line_is_one_exact_pin_and_none_is_an_address():
    for line, pin in zip(LINES, PINS, strict=True):
        assert [one.operator for one in pin.specifier] == ["=="], line
        assert pin.url is None, line
        assert "/" not in line, line
    assert len(dict(pins_here())) == len(list(pins_here()))
    assert sorted(LINES, key=lambda line: line.partition("==")[0]) == LINES


def test_every_pin_satisfies_what_the_project_asks_for():
    pins = dict(pins_here())
    for one in asked():
        assert canonicalize_name(one.name) in pins, f"{one.name} has no pin"
        assert one.specifier.contains(pins[canonicalize_name(one.name)]), str(one)


def test_everything_that_is_needed_is_pinned_and_installed_as_pinned():
    pins = dict(pins_here())
    names, absent = reached()
    assert names - pins.keys() == set()
    installed = {name: distribution(name).version for name in names - absent}
    assert installed == {name: pins[name] for name in installed}


def test_nothing_is_pinned_that_is_not_needed():
    names, absent = reached()
    if absent:
        pytest.skip(f"{', '.join(sorted(absent))} not installed: `python3 run.py check` installs all")
    assert dict(pins_here()).keys() - names == set()
