from datetime import date
from pathlib import Path

import pytest

import domain.content
from domain.content.library import check_content, load_library

SHIPPED = (Path(domain.content.__path__[0]) / "params" / "analysis.yaml").read_text(encoding="utf-8")


def problems(folder, old, new):
    assert SHIPPED.count(old) == 1
    path = folder / "params" / "analysis.yaml"
    path.parent.mkdir()
    path.write_text(SHIPPED.replace(old, new), encoding="utf-8")
    return [(problem.path, problem.what) for problem in check_content(folder)]


def test_the_shipped_numbers_name_their_source_and_date():
    (version,) = load_library().analysis.versions
    assert version.source
    assert version.note
    assert version.start <= date(2026, 1, 1)
    assert version.version.startswith("2021-01-01-")


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        (
            "{recency: [5, 5], frequency: [1, 1], monetary: [1, 5]}",
            "{recency: [4, 5], frequency: [1, 1], monetary: [2, 5]}",
            "rfm",
            (
                "of the 125 score cells 1 have no segment (e.g. 5-1-1) "
                "and 4 more than one (e.g. 4-1-2, 4-1-3, 4-1-4)"
            ),
        ),
        (
            "recency: [4, 5], frequency: [2, 3]",
            "recency: [5, 4], frequency: [2, 3]",
            "rfm.segments",
            "a range runs downwards",
        ),
        (
            "by_value: {A: 0.80, B: 0.95}",
            "by_value: {A: 0.95, B: 0.80}",
            "abc.by_value",
            "A ends at 0.95 and B at 0.8",
        ),
        ("flat_share: 0.30", "flat_share: 0.1", "concentration", "flat_share 0.1 is less than top 0.2"),
        (
            "frequency: [2, 4, 8, 12]",
            "frequency: [2, 4, 4, 12]",
            "rfm.breakpoints",
            "the cut points of frequency do not rise",
        ),
        (
            "{recency: 1, frequency: 1, monetary: 1}",
            "{recency: 0, frequency: 0, monetary: 0}",
            "rfm.weights",
            "all weights are 0",
        ),
        (
            "{high: 4, ordinary: 2.5}",
            "{high: 2, ordinary: 2.5}",
            "rfm.levels",
            "high does not lie above ordinary",
        ),
        ("{potential: 0.40, ", "{", "priority", "potential has no weight"),
        ("at_once: 0.15", "at_once: 0.05", "hysteresis", "sustained is not less than at_once"),
        (
            "new_frequency: 3",
            "new_frequency: 6",
            "rfm.new_frequency",
            "`6` is too large, it must be at most 5",
        ),
    ],
)
def test_a_mistake_is_explained(old, new, path, what, tmp_path):
    found = problems(tmp_path, old, new)
    assert len(found) == 1
    assert found[0][0].startswith(f"versions.0.{path}")
    assert found[0][1] == what
