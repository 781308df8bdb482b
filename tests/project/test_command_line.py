"""`ninebox` at the command line: plain sentences, exit codes 0, 1 and 2."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support import town

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ninebox(tmp_path):
    """Runs one command in a folder of its own, without the settings of the machine."""

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "NINEBOX_DATA_DIR": str(tmp_path / "data"),
            "NINEBOX_MARKET": "cn",
            **{f"NINEBOX_{key}": value for key, value in settings.items()},
        }
        command = [sys.executable, "-m", "bot", *map(str, words)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture
def roster(tmp_path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(town.customers("en", broken=True).data())
    return path


def test_help_speaks_in_plain_words_and_an_unknown_word_ends_with_2(ninebox):
    helped, wrong = ninebox("--help"), ninebox("dance")
    assert helped.returncode == 0
    assert "Load a roster" in helped.stdout
    assert wrong.returncode == 2
    assert "dance" in wrong.stderr


def test_dry_run_stores_nothing_and_the_second_import_changes_nothing(ninebox, roster, tmp_path):
    rejected = tmp_path / "rejected.xlsx"
    dry = ninebox("import", roster, "--dry-run", "--rejected", rejected)
    assert dry.returncode == 0, dry.stderr
    assert "Customers: 27 new" in dry.stdout
    assert "row 29" in dry.stdout
    assert "Dry run: nothing was stored." in dry.stdout
    rows = list(load_workbook(rejected).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert "maybe" in rows[1]
    assert "Customers: 27 new" in ninebox("import", roster).stdout
    again = ninebox("import", roster)
    assert "Customers: 0 new, 0 changed, 27 unchanged" in again.stdout
    assert "0 tiers decided anew" in again.stdout


def test_what_cannot_be_guessed_is_asked_and_answered_with_map(ninebox, tmp_path):
    path = tmp_path / "digits.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("Name", "Hospital", "Support"), ("Ann Lee", "General", "1"), ("Bob Ray", "General", "3")]
        )
    asked = ninebox("import", path)
    assert asked.returncode == 1
    assert "which digit means the strongest support" in asked.stderr
    assert '--map "direction' in asked.stderr
    answered = ninebox("import", path, "--map", "direction=1")
    assert answered.returncode == 0, answered.stderr
    assert "Customers: 2 new" in answered.stdout
    later = ninebox("import", path, "--dry-run")
    assert later.returncode == 0, "the answer is remembered"


def test_invite_prints_a_start_line_without_a_token_and_refuses_unknown_managers(ninebox):
    invited = ninebox("invite", "--role", "admin", "--name", "Ann")
    assert invited.returncode == 0, invited.stderr
    assert invited.stdout.startswith("Send this to the bot: /start ")
    refused = ninebox("invite", "--role", "rep", "--name", "Li", "--manager", "Nobody")
    assert refused.returncode == 1
    assert "there is no manager called 'Nobody'" in refused.stderr


def test_template_can_be_imported_as_it_is(ninebox, tmp_path):
    for language in ("en", "zh"):
        path = tmp_path / f"{language}.xlsx"
        assert ninebox("template", path, "--language", language).returncode == 0
        read = ninebox("import", path, "--dry-run")
        assert read.returncode == 0, read.stderr
        assert "Rows rejected: 0" in read.stdout


def test_run_without_a_token_and_misspelt_settings_are_refused_in_one_sentence(ninebox):
    no_token = ninebox("run")
    assert no_token.returncode == 1
    assert no_token.stderr.count("\n") == 1
    assert "NINEBOX_TELEGRAM_TOKEN" in no_token.stderr
    misspelt = ninebox("migrate", TELEGRAM_TOKN="1:a")
    assert misspelt.returncode == 1
    assert "NINEBOX_TELEGRAM_TOKN" in misspelt.stderr
    assert "did you mean NINEBOX_TELEGRAM_TOKEN?" in misspelt.stderr


def test_check_content_lists_every_mistake_of_a_company_file(ninebox, tmp_path):
    (tmp_path / "own" / "params").mkdir(parents=True)
    (tmp_path / "own" / "params" / "today.yaml").write_text("versions: []\ncapacitty: 3\n")
    sound, broken = ninebox("check-content"), ninebox("check-content", CONTENT_DIR=str(tmp_path / "own"))
    assert sound.returncode == 0, sound.stderr
    assert broken.returncode == 1
    assert "params/today.yaml" in broken.stderr
    assert "capacitty" in broken.stderr


def test_a_file_that_is_not_there_is_one_sentence(ninebox):
    missing = ninebox("import", "nowhere.xlsx")
    assert (missing.returncode, missing.stderr) == (1, "ninebox: there is no file nowhere.xlsx\n")
