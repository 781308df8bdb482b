"""`run.py` as a newcomer starts it: a copy in a folder of its own, with a project that needs no network."""

import ast
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "run.py"

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "ninebox"
version = "1"
"""

# The smallest build backend there is: an editable wheel with the commands that run.py starts.
BACKEND = """
import zipfile
from pathlib import Path

DIST = "ninebox-1.dist-info"
FILES = {
    "ninebox_here.pth": str(Path.cwd()),
    f"{DIST}/METADATA": "Metadata-Version: 2.1\\nName: ninebox\\nVersion: 1\\n"
    "Provides-Extra: test\\nProvides-Extra: e2e\\n",
    f"{DIST}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    f"{DIST}/entry_points.txt": "[console_scripts]\\nninebox = told:ninebox\\npytest = told:pytest\\n",
}

def build_wheel(folder, config_settings=None, metadata_directory=None):
    record = "".join(f"{name},,\\n" for name in [*FILES, f"{DIST}/RECORD"])
    with zipfile.ZipFile(Path(folder) / "ninebox-1-py3-none-any.whl", "w") as wheel:
        for name, text in {**FILES, f"{DIST}/RECORD": record}.items():
            wheel.writestr(name, text)
    return "ninebox-1-py3-none-any.whl"

build_editable = build_wheel
"""

TOLD = """
import json, os, sys

def tell(name):
    print(json.dumps({"name": name, "args": sys.argv[1:], "cwd": os.getcwd(), "pid": os.getpid()}))
    return 7 if "fail" in sys.argv else 0

def ninebox():
    return tell("ninebox")

def pytest():
    return tell("pytest")
"""

pip = pytest.param(
    "pip", marks=pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="no ensurepip")
)
uv = pytest.param("uv", marks=pytest.mark.skipif(not shutil.which("uv"), reason="no uv on the path"))
either_way = pytest.mark.parametrize("installer", [pip, uv])


class Checkout:
    """A folder with run.py and a tiny project; `installer` says whether a uv is on the path."""

    def __init__(self, folder: Path, installer: str) -> None:
        self.folder = folder
        folder.mkdir()
        shutil.copy(RUN, folder)
        (folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (folder / "constraints.txt").write_text("# none\n", encoding="utf-8")
        (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
        (folder / "told.py").write_text(TOLD, encoding="utf-8")
        nothing = folder / "nothing"
        nothing.mkdir()
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
            "PATH": os.environ["PATH"] if installer == "uv" else str(nothing),
            "PIP_NO_INDEX": "1",
            "UV_OFFLINE": "1",
        }

    def start(self, *words: str, before: str = "", cwd: Path | None = None) -> subprocess.Popen[str]:
        program = [str(self.folder / "run.py"), *words]
        if before:  # a Python in which something is different
            start = "runpy.run_path(sys.argv[0], run_name='__main__')"
            program = ["-c", f"import runpy, sys; sys.argv = {program!r}; {before}; {start}"]
        return subprocess.Popen(
            [sys.executable, *program],
            cwd=cwd or self.folder,
            env=self.env,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str, before: str = "", cwd: Path | None = None) -> tuple[int, str]:
        process = self.start(*words, before=before, cwd=cwd)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output


@pytest.fixture
def checkout(tmp_path, installer):
    return Checkout(tmp_path / "a checkout", installer)


def told(output: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(output.splitlines()[-1])
    return found


def pythons(venv: Path) -> list[Path]:
    return [*venv.glob("bin/python*"), *venv.glob("Scripts/python*.exe")]


@either_way
def test_the_first_start_installs_and_says_so_and_later_ones_begin_at_once(checkout, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    code, output = checkout.run("import", "a b.xlsx", "--dry-run", cwd=elsewhere)
    assert code == 0, output
    assert "Making" in output
    assert "Installing ninebox:" in output
    answer = told(output)
    assert answer["name"] == "ninebox"
    assert answer["args"] == ["import", "a b.xlsx", "--dry-run"]
    assert answer["cwd"] == str(elsewhere)

    process = checkout.start("demo", "fail")
    output, _ = process.communicate(timeout=60)
    assert len(output.splitlines()) == 1
    assert told(output)["pid"] == process.pid  # so that a signal to run.py reaches the bot
    assert process.returncode == 7


@either_way
def test_a_half_made_venv_is_made_anew(checkout):
    venv = checkout.folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (venv / "pyvenv.cfg").unlink()
    for python in pythons(venv):
        python.unlink()
    code, output = checkout.run("demo")
    assert code == 0, output
    assert "Making" in output


@pytest.mark.parametrize("installer", [uv])
def test_a_venv_whose_python_is_gone_is_made_anew(checkout):
    checkout.run("demo")
    for python in pythons(checkout.folder / ".venv"):
        python.unlink()
    code, output = checkout.run("demo")
    assert code == 0, output
    assert "Making" in output


@pytest.mark.parametrize("installer", [uv])
def test_a_venv_that_was_moved_is_made_anew(checkout, tmp_path):
    checkout.run("demo")
    checkout.folder = checkout.folder.rename(tmp_path / "moved")
    code, output = checkout.run("demo")
    assert code == 0, output
    assert f"Making {tmp_path / 'moved' / '.venv'}" in output


@pytest.mark.parametrize("installer", [uv])
def test_what_the_tests_need_is_added_once_and_kept(checkout, tmp_path):
    assert checkout.run("demo")[0] == 0
    code, output = checkout.run("test", "--e2e", "-k", "tiering", cwd=tmp_path)
    assert code == 0, output
    assert "Installing ninebox[e2e,test]:" in output
    assert "Making" not in output
    answer = told(output)
    assert (answer["name"], answer["args"], answer["cwd"]) == (
        "pytest",
        ["-k", "tiering"],
        str(checkout.folder),
    )
    for words in ("test", "--e2e"), ("test",), ("demo",):
        assert len(checkout.run(*words)[1].splitlines()) == 1


@pytest.mark.parametrize("installer", [uv])
def test_all_tests_run_on_every_core_and_chosen_ones_as_pytest_would(checkout):
    checkout.run("test", "--e2e")
    for cores, expected in ([0], []), ([0, 1, 2], ["--numprocesses", "3", "--dist", "worksteal"]):
        before = f"import os; os.sched_getaffinity = lambda pid: {set(cores)}"
        assert told(checkout.run("test", "--e2e", before=before)[1])["args"] == expected
    assert told(checkout.run("test", "tests/domain", "-x")[1])["args"] == ["tests/domain", "-x"]


@pytest.mark.parametrize("installer", [uv])
@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_pins_are_installed_again(checkout, name):
    checkout.run("demo")
    with (checkout.folder / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert "Installing" in checkout.run("demo")[1]
    assert "Installing" not in checkout.run("demo")[1]


@pytest.mark.parametrize("installer", [uv])
def test_an_installation_that_fails_says_what_to_do_and_is_tried_again(checkout):
    constraints = checkout.folder / "constraints.txt"
    constraints.write_text("ninebox==2\n", encoding="utf-8")
    code, output = checkout.run("demo")
    assert code == 1
    assert "The installation failed" in output.splitlines()[-1]
    constraints.write_text("", encoding="utf-8")
    code, output = checkout.run("demo")
    assert code == 0, output


@either_way
def test_of_two_starts_at_once_one_installs_and_the_other_waits(checkout):
    both = [checkout.start("demo", str(number)) for number in (1, 2)]
    outputs = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert sum("Installing" in output for output in outputs) == 1
    assert [told(output)["args"] for output in outputs] == [["demo", "1"], ["demo", "2"]]


@pytest.mark.parametrize("installer", ["pip"])
def test_without_venv_one_sentence_names_the_package_to_install(checkout):
    code, output = checkout.run("demo", before="sys.modules['ensurepip'] = None")
    assert code == 1
    assert output.splitlines() == [
        "Python's venv is missing here: on Debian or Ubuntu, run `sudo apt install python3-venv` first."
    ]


@pytest.mark.parametrize("installer", ["pip"])
def test_a_python_too_old_is_told_in_one_sentence(checkout):
    code, output = checkout.run("demo", before="sys.version_info = (3, 9, 2)")
    assert code == 1
    assert output.splitlines() == [
        "Ninebox needs Python 3.11 or newer and this is 3.9: install one and start with it."
    ]
    ast.parse(
        RUN.read_text(encoding="utf-8"), feature_version=(3, 7)
    )  # it can be read by those that are refused


@pytest.mark.parametrize("installer", ["pip"])
@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_help_installs_nothing(checkout, words):
    code, output = checkout.run(*words)
    assert code == 0
    assert "python3 run.py demo" in output
    assert "python3 run.py test" in output
    assert not (checkout.folder / ".venv").exists()
