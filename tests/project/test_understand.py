"""`ninebox understand` and `ninebox bench understand`, as those who extend the lexicon run them."""

import json

import pytest

from bot.__main__ import main
from bot.bench.figures import BenchError
from bot.bench.understanding import Confusion, Part, UnderstandingFigures, read_sentences
from bot.bench.understanding import confusion_table as confused
from bot.bench.understanding import understanding_lines as lines
from bot.bench.understanding import understanding_table as table


def test_every_line_of_a_file_is_shown_with_intent_slots_and_confidence(tmp_path, capsys):
    file = tmp_path / "said.txt"
    file.write_text("哪些A类还没去\n\nmove Dr Li to Thursday\nbuy some milk\n", encoding="utf-8")
    assert main(["understand", str(file), "--on", "2026-11-18", "--json"]) == 0
    asked, moved, milk = json.loads(capsys.readouterr().out)
    assert (asked["intent"], asked["slots"], asked["confidence"]) == ("unseen", {"tier": "A"}, 1)
    assert moved["slots"] == {"name": "Dr Li", "when": "2026-11-19"}
    assert milk["intent"] is None
    assert len(milk["nearest"]) >= 2
    assert main(["understand", str(file), "--on", "2026-11-18"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[1].split()[-4:] == ["move", "name=Dr", "Li", "when=2026-11-19"]
    assert "did you mean" in shown[2]


def test_one_lexicon_alone_can_be_tried(tmp_path, capsys):
    file = tmp_path / "said.txt"
    file.write_text("who should I see today\n", encoding="utf-8")
    assert main(["understand", str(file), "--locale", "zh", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["intent"] is None


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["understand", str(tmp_path / "none.txt")]) == 1
    assert "none.txt cannot be read" in capsys.readouterr().err


def test_the_set_comes_with_the_source(tmp_path):
    with pytest.raises(BenchError, match="run this in the source folder"):
        read_sentences(tmp_path)


def test_figures_are_told_as_tables_and_a_sentence():
    part = Part("zh", is_held_out=True, lines=200, accuracy=0.955, wrong=0.005)
    found = UnderstandingFigures((part,), (Confusion("day", "week", 2),), 500, 1.2, 2.5, 9.0)
    assert table(found)[1] == ("zh, held out", "200", "95.5%", "0.5%")
    assert confused(found)[1] == ("day", "week", "2")
    assert lines(found) == [
        "A sentence beside 500 names: 1.2 ms on average, p95 2.5 ms, 9.0 ms at most: p95 under 5 ms."
    ]
