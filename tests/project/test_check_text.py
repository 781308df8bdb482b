"""`ninebox check-text`: level and rules of every line."""

import json

import pytest

from bot.__main__ import main

NOTES = "给主任带了月饼\n聊了新指南\n\n有个病人用药后起了皮疹\n王主任上月开了120盒\n"


@pytest.fixture
def notes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # no .env of the machine
    path = tmp_path / "notes.txt"
    path.write_text(NOTES, encoding="utf-8")
    return path


def test_every_line_gets_its_level_and_rules(notes, capsys):
    assert main(["check-text", str(notes), "--market", "cn", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "market": "cn",
        "place": "note",
        "lines": [
            {"line": 1, "level": "block", "rules": ["R-GIFT"]},
            {"line": 2, "level": "none", "rules": []},
            {"line": 3, "level": "none", "rules": []},
            {"line": 4, "level": "hold", "rules": ["R-AE"]},
            {"line": 5, "level": "block", "rules": ["R-DATA-1"]},
        ],
    }


def test_people_read_the_rule_in_their_language_and_other_markets_have_other_rules(notes, capsys):
    assert main(["check-text", str(notes), "--market", "us", "--language", "zh"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "   1  block"
    assert said[1].startswith("      R-GIFT (block): 不得向客户赠送礼品")
    assert said[-1] == "   5  none"


def test_a_file_that_is_missing_or_no_text_is_told(notes, capsys):
    assert main(["check-text", "nowhere.txt"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    notes.write_bytes(b"\xff\xfe\x00\xd8")
    assert main(["check-text", str(notes)]) == 1
    assert "not UTF-8" in capsys.readouterr().err
