"""What may and may not stand in the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written apart, so that this file does not name what it looks for.
REGISTRIES = ["py" + "pi.", "python" + "hosted.", "registry." + "npmjs.", "deb." + "debian.org"]
MACHINE = re.compile(r"(?<![\w.:/-])/(?:root|home|work|Users)/[\w.]|\.\./shared|[A-Z]:\\Users\\")


def files() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_a_machine_or_the_host_of_a_registry():
    found = []
    for path in files():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        text = data.decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE.finditer(text)]
        found += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRIES if host in text]
    assert found == []


@pytest.mark.parametrize("text", ["see |home|ann|x", "'|work|main'", "(|root|.cache)", "..|shared|a.md"])
def test_a_path_of_a_machine_would_be_found(text):
    assert MACHINE.search(text.replace("|", "/"))


@pytest.mark.parametrize("text", ["https://example.org/work/x", "a/home/b", "domain/work/x", "/workday/"])
def test_other_paths_are_left_alone(text):
    assert not MACHINE.search(text)


def test_what_would_bite_is_absent():
    listed = {path.relative_to(ROOT).as_posix() for path in files()}
    assert "uv.lock" not in listed, "it names registries; constraints.txt holds the pins"
    assert ".python-version" not in listed, "uv would try to fetch that very Python"
    assert "alembic/__init__.py" not in listed, "it would hide the alembic library"
    assert ".env" not in listed, "it holds secrets"


def test_ci_runs_the_tests_and_the_checks_of_run_py():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "python3 run.py test" in script
    assert "python3 run.py check" in script
