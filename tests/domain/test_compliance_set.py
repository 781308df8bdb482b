"""The labelled notes: figures that must not fall, and lines for and against every rule."""

from collections import Counter
from dataclasses import astuple

import pytest

from bot.bench.compliance import LIMIT_MS, PRECISION, RECALL, measure_compliance, read_lines
from domain.compliance.rules import Level
from domain.content.library import load_library

LIBRARY = load_library()
LINES = read_lines()
MET = [(line, LIBRARY.compliance(line.market).check_text(line.text, line.place).rules) for line in LINES]
READING = sorted(
    {rule.id for gate in LIBRARY.gates.values() for rule in gate.rules.values() if rule.reads_text}
)


def test_figures_hold_on_the_part_that_nobody_tuned_on():
    found = measure_compliance(LIBRARY, LINES)
    assert found.held_out.recall >= RECALL
    assert found.held_out.precision >= PRECISION
    assert found.held_out.holds >= 0.9
    assert found.tuned.recall >= 0.98
    assert found.tuned.precision >= 0.98
    # Busy machines are slower than ours; `ninebox bench compliance` prints the true figure.
    assert found.ms_long < 4 * LIMIT_MS


def test_the_set_is_large_and_a_third_of_it_is_held_out():
    held_out = sum(line.held_out for line in LINES)
    assert len(LINES) >= 400
    assert 0.28 < held_out / len(LINES) < 0.39
    assert len({(line.text, line.market) for line in LINES}) == len(LINES)


@pytest.mark.parametrize("rule", READING)
def test_every_rule_has_three_lines_that_set_it_off_and_three_that_must_not(rule):
    fires = [line.text for line, met in MET if rule in line.rules and rule in met]
    passes = [line.text for line, met in MET if rule in line.tempts and rule not in met]
    assert len(fires) >= 3
    assert len(passes) >= 3


def test_every_trick_has_its_lines():
    kinds = Counter(line.kind for line in LINES)
    tricks = {
        "spacing",
        "dots",
        "zero_width",
        "full_width",
        "traditional",
        "homophone",
        "pinyin",
        "mixed",
        "leet",
        "euphemism",
        "negation",
        "refusal",
        "report",
        "deed_despite",
        "look_alike",
    }
    assert tricks <= set(kinds)


def test_labels_name_rules_that_exist():
    for line in LINES:
        known = LIBRARY.compliance(line.market).rules
        assert {*line.rules, *line.tempts} <= set(known), line.text
        assert (line.level is Level.NONE) == (not line.rules), line.text


def test_figures_are_shares():
    found = measure_compliance(LIBRARY, LINES[:40])
    assert all(0 <= share <= 1 for share in astuple(found.tuned)[2:])
