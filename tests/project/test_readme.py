"""Both READMEs name everything that a person can set or say."""

import re
from pathlib import Path

import pytest

from bot.__main__ import parser
from bot.commands import COMMANDS
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
both = pytest.mark.parametrize("name", ["README.md", "README.zh.md"])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def words_of_the_command() -> list[str]:
    """What `ninebox` can be asked for, as its own help lists it."""
    listed = parser().format_help().partition("\ncommands:\n")[2]
    return re.findall(r"^    ([a-z][a-z-]*)(?=\s|$)", listed, re.MULTILINE)


@both
def test_readme_names_every_setting(name):
    text = read(name)
    assert [key for field in Settings.model_fields if (key := PREFIX + field.upper()) not in text] == []


@both
def test_readme_names_every_word_of_the_ninebox_command(name):
    words = words_of_the_command()
    assert {"demo", "run", "migrate", "import", "template", "invite", "check-content"} <= set(words)
    assert [word for word in words if not re.search(rf"(?:ninebox|run\.py) {word}\b", read(name))] == []


@both
def test_readme_names_every_command_of_the_bot(name):
    text = read(name)
    assert [one.name for one in COMMANDS if f"/{one.name}" not in text] == []


@both
def test_readme_names_the_two_commands_of_a_fresh_machine_and_what_debian_lacks(name):
    text = read(name)
    for words in ("python3 run.py demo", "python3 run.py test", "python3-venv"):
        assert words in text
