"""Every place that asks the compliance gate stands in the table of CONTRIBUTING, and the other way round."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKS = re.compile(r"(?<!def )\b(?:screen|take|screening\.screen|_gate\.check_text)\(")
GATE = {
    "bot/checking.py",
    "bot/bench/compliance.py",
    "bot/services/screening.py",
}  # the gate itself, and its figures


def asking() -> set[str]:
    """The modules that let texts pass the gate."""
    found = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "domain").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if (
            "services.screening import" in text or "import Gate" in text or "screening" in text
        ) and ASKS.search(text):
            found.add(path.relative_to(ROOT).as_posix())
    return found - GATE


def table(after: str = "**Take words from a person.**", before: str = "Names of people") -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition(after)[2].partition(before)[0]


def of_facts() -> str:
    return table("**Plan something, or let somebody do it.**", "\n## ")


def asking_about_facts() -> set[str]:
    """The modules that let plans, events and people pass the gate."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "domain").rglob("*.py")]
        if "gate.check(" in path.read_text(encoding="utf-8")
    }
    return found - GATE


def test_whoever_asks_the_gate_about_facts_is_in_the_second_table():
    assert len(asking_about_facts()) >= 3
    assert [module for module in sorted(asking_about_facts()) if f"`{module}`" not in of_facts()] == []


def test_whoever_asks_the_gate_is_in_the_table():
    assert len(asking()) >= 6
    assert [module for module in sorted(asking()) if f"`{module}`" not in table()] == []


def test_what_the_table_names_exists():
    named = set(re.findall(r"`((?:bot|domain|tests)/[\w/.]+)`", table() + of_facts()))
    assert len(named) >= 8
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
