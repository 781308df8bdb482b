"""Ninebox from a fresh checkout. Needs Python 3.11 or newer and nothing else.

  python3 run.py demo             the bot in your browser, with a sample territory; no token needed
  python3 run.py test [--e2e] …   the tests, all at once on every core, or what more words ask of pytest
                                  (`-n 0`: in one process); --e2e adds those in a real Chromium
  python3 run.py check            lint, formatting, types, layers, content
  python3 run.py COMMAND …        any command of `ninebox`: run, import, template, invite, migrate, --help

The first start makes a folder .venv and installs into it what the command needs; later starts are at once.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036  (this is the file that an older Python gets to read)
    version = ".".join(map(str, sys.version_info[:2]))
    sys.exit("Ninebox needs Python 3.11 or newer and this is " + version + ": install one and start with it.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "installed.json"

CHECKS = {
    "lint": ["ruff", "check"],
    "formatting": ["ruff", "format", "--check"],
    "types": ["mypy"],
    "layers": ["lint-imports"],
    "content": ["ninebox", "check-content"],
    "pins": ["pytest", "-q", "tests/project/test_constraints.py"],
}


def main(words: list[str]) -> int:
    """Install what the first word needs, then do it."""
    if not words or words[0] in {"-h", "--help"}:
        say(__doc__.strip())
        return 0
    command, *rest = words
    if command == "test":
        install({"test", "e2e"} if "--e2e" in rest else {"test"})
        os.chdir(ROOT)
        return become("pytest", [word for word in rest if word != "--e2e"] or on_every_core())
    if command == "check":
        install({"dev"})
        return check()
    install(set())
    return become("ninebox", words)


def install(extras: set[str]) -> None:
    """Bring .venv up to date with pyproject.toml and constraints.txt and at least `extras`."""
    if installed(extras):
        return
    with one_at_a_time():
        if installed(extras):  # by the one we waited for
            return
        done = stamp()
        uv = working_uv()
        if not usable(uv, done):
            make_venv(uv)
        extras = extras | set(done.get("extras", ()))
        STAMP.unlink(missing_ok=True)
        chosen = f"[{','.join(sorted(extras))}]" if extras else ""
        say(f"Installing ninebox{chosen}: the first time this takes a minute or so …")
        what = ["--constraint", "constraints.txt", "--editable", f".{chosen}"]
        if uv:
            command = [uv, "pip", "install", "--python", str(PYTHON), *what]
        else:
            command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *what]
        # Compiled now, the first start is as fast as the second. pip's own `user` setting has no sense here.
        environment = {**os.environ, "UV_COMPILE_BYTECODE": "1", "PIP_USER": "0"}
        if subprocess.call(command, cwd=ROOT, env=environment):
            sys.exit(
                "The installation failed, as said above: see to that (often the network) and start again; "
                f"if it goes on, delete {VENV}."
            )
        STAMP.write_text(json.dumps({**wanted(), "extras": sorted(extras)}), encoding="utf-8")
        say("Installed.")


def wanted() -> dict[str, str]:
    """What an installation that is up to date was made from, and where: one that was moved does not work."""
    files = b"\0".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    return {"root": str(ROOT), "pins": hashlib.sha256(files).hexdigest()}


def stamp() -> dict[str, Any]:
    """What the last complete installation noted, empty if there was none."""
    try:
        done: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return done


def installed(extras: set[str]) -> bool:
    """Whether .venv is complete, up to date and in working order."""
    done = stamp()
    return (
        done == {**wanted(), "extras": done.get("extras")}
        and extras <= set(done["extras"])
        and runs(PYTHON, "from importlib.metadata import version; version('ninebox')")
    )


def usable(uv: str | None, done: dict[str, Any]) -> bool:
    """Whether .venv can be installed into: whole, of a Python that is new enough, and not moved here."""
    needs = "import sys; assert sys.version_info >= (3, 11)" + ("" if uv else "; import pip")
    return done.get("root", str(ROOT)) == str(ROOT) and runs(PYTHON, needs)


def make_venv(uv: str | None) -> None:
    """A new .venv in place of whatever is there."""
    if not uv and not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(
            "Python's venv is missing here: on Debian or Ubuntu, run `sudo apt install python3-venv` first."
        )
    say(f"Making {VENV} …")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    python = getattr(sys, "_base_executable", sys.executable)  # not that of the .venv just removed
    made = subprocess.call(
        [uv, "venv", "--quiet", "--python", python, VENV] if uv else [python, "-m", "venv", VENV]
    )
    if made:
        sys.exit(f"{VENV} could not be made, as said above: see to that and start again.")


def working_uv() -> str | None:
    """The uv on the path, if it is more than a stand-in that a version manager left there."""
    uv = shutil.which("uv")
    return uv if uv and runs(uv, None) else None


def runs(program: str | Path, code: str | None) -> bool:
    """Whether `program` starts and, as a Python, executes `code` without an error."""
    try:
        arguments = ["--version"] if code is None else ["-c", code]
        return (
            subprocess.run(
                [program, *arguments], capture_output=True, cwd=VENV.parent, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Only one process installs; the others wait for it.

    An SQLite transaction is the one lock of the standard library that works on every system and that the
    system itself releases when its holder dies.
    """
    with closing(sqlite3.connect(ROOT / ".venv.lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            say("Another run.py is installing; waiting for it …")
            lock.execute("PRAGMA busy_timeout = 1800000")
            lock.execute("BEGIN EXCLUSIVE")
        yield


def check() -> int:
    """Every check, whatever the ones before it found; 1 if any failed."""
    failed = []
    for name, (program, *arguments) in CHECKS.items():
        say(f"== {name}: {program} {' '.join(arguments)}")
        if subprocess.call([BIN / program, *arguments], cwd=ROOT):
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def on_every_core() -> list[str]:
    """How pytest shares all the tests out: half of what is left goes to whoever has none, in order.

    So the fixtures of a module, and what a process starts but once, are made on one core only.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ["--numprocesses", str(cores), "--dist", "worksteal"] if cores > 1 else []


def become(program: str, arguments: list[str]) -> int:
    """Run a program of .venv in place of this process, so that signals reach it; its exit code is ours.

    The installed script and not `-m`, which would take a folder `bot` of the current directory for ours.
    """
    command = [str(BIN / program), *arguments]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606  (no shell is what we want)
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the program has got it too and says when it is done
                continue


def say(text: str) -> None:
    """Print at once, also into a pipe, whatever the console's encoding."""
    sys.stdout.buffer.write((text + "\n").encode(sys.stdout.encoding or "utf-8", "replace"))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
