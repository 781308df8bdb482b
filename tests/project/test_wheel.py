"""The wheel carries everything and runs where the checkout is out of sight."""

import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import venv
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CARRIED = {
    "bot": "bot",
    "domain": "domain",
    "templates": "bot/_data/templates",
    "alembic": "bot/_data/alembic",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True
    )
    return next(folder.glob("*.whl"))


class Elsewhere:
    """The wheel and today's libraries, started in an empty folder, with the checkout out of sight."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        uv = shutil.which("uv")
        home = folder / "venv"
        venv.create(home, with_pip=not uv)
        self.bin = home / ("Scripts" if os.name == "nt" else "bin")
        python = self.bin / "python"
        install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        subprocess.run([*install, "--quiet", "--no-deps", wheel], check=True)
        packages = next(home.glob("Lib/site-packages"), None) or next(home.glob("lib/*/site-packages"))
        # Of a folder named in a .pth file, its own .pth files (the editable install) are not read.
        (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
        self.env = {
            name: value for name, value in os.environ.items() if not name.startswith(("NINEBOX_", "PYTHON"))
        }
        self.env["PYTHONSAFEPATH"] = "1"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "empty").mkdir(exist_ok=True)
        return subprocess.run(
            [self.bin / program, *arguments],
            cwd=self.folder / "empty",
            env=self.env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory) -> Elsewhere:
    return Elsewhere(tmp_path_factory.mktemp("elsewhere"), wheel)


def test_the_wheel_carries_every_file_of_the_product_and_nothing_else(wheel):
    expected = {
        f"{target}/{path.relative_to(ROOT / source).as_posix()}"
        for source, target in CARRIED.items()
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as packed:
        carried = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert carried == expected
    for name in (
        "bot/_data/alembic/env.py",
        "bot/_data/alembic/script.py.mako",
        "bot/local/static/index.html",
        "bot/render/fonts/NotoSansSC-GBK.ttf",
        "domain/content/params/tiering.yaml",
        "domain/content/playbooks/zh/cells.yaml",
    ):
        assert name in carried
    assert any(name.startswith("bot/_data/alembic/versions/") for name in carried)
    assert any(name.endswith(".html.j2") for name in carried)
    assert any(name.endswith("zh/LC_MESSAGES/messages.po") for name in carried)


def test_what_is_installed_is_the_wheel_and_not_the_checkout(elsewhere):
    code = (
        "import bot, domain; from bot.paths import data_dir; "
        "print(bot.__file__, domain.__file__, data_dir('templates'), data_dir('alembic'), sep='\\n')"
    )
    found = elsewhere.run("python", "-c", code)
    assert found.returncode == 0, found.stderr
    paths = [Path(line) for line in found.stdout.splitlines()]
    assert len(paths) == 4
    assert all(path.is_relative_to(elsewhere.folder) for path in paths), paths
    assert [path.name for path in paths[2:]] == ["templates", "alembic"]


def test_a_folder_that_was_not_packed_is_an_error_and_no_neighbour_is_taken_for_it(elsewhere):
    found = elsewhere.run("python", "-c", "from bot.paths import data_dir; data_dir('domain')")
    assert found.returncode == 1
    assert "FileNotFoundError: The folder domain is missing" in found.stderr


@pytest.mark.parametrize("words", [["--help"], ["check-content"]])
def test_the_installed_command_runs_where_there_is_no_checkout(elsewhere, words):
    done = elsewhere.run("ninebox", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def test_the_installed_command_makes_a_database_from_its_own_migrations(elsewhere):
    done = elsewhere.run("ninebox", "migrate")
    assert done.returncode == 0, done.stdout + done.stderr
    with closing(sqlite3.connect(elsewhere.folder / "empty" / "data" / "ninebox.db")) as database:
        assert database.execute("select count(*) from alembic_version").fetchone() == (1,)
