"""`ninebox demo` as a newcomer starts it: a process, a page, a bot that answers, a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.local.territory_words import WORDS

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; for a machine that has much else to do
REP, MANAGER, STRANGER = 1001, 1005, 1007
LINE = re.compile(r"(\d+)\. (\d\d:\d\d) (.+?) · ([ABC][123])(?: · .+)?")


@contextmanager
def demo(tmp_path, *words, **environment):
    """The process, with its address once it says one; killed when a test leaves it running."""
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", *words]
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("NINEBOX_", "LC_", "LANG"))
    }
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=known | {"TMPDIR": str(tmp_path / "tmp"), "PYTHONIOENCODING": "utf-8"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


def address_of(process):
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError(f"the demo said no address: {process.stderr.read()}")


class Page:
    """What the page does, by its HTTP interface."""

    def __init__(self, address, language):
        self._language = language
        self._http = httpx.Client(base_url=address, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._http.close()

    def opens(self):
        return self._http.get("/")

    def cast(self):
        return self._http.get("/api/cast").json()

    def answers(self, person, after=0):
        """The bot's messages to a person after message number `after`, once there is one."""
        for _ in range(600):
            messages = self._http.get(f"/api/chats/{person}", params={"language": self._language}).json()[
                "messages"
            ]
            if found := [each for each in messages if each["id"] > after and not each["mine"]]:
                return found
            time.sleep(0.1)
        raise AssertionError("the bot has not answered")

    def asks(self, person, text):
        said = {"text": text, "language": self._language}
        return self.answers(
            person, self._http.post(f"/api/chats/{person}/messages", json=said).json()["message"]
        )


def listed(text):
    """The visits of a today list: place, start, name and cell."""
    return [found.groups() for line in text.splitlines() if (found := LINE.fullmatch(line))]


@pytest.mark.parametrize(
    ("locale", "question", "greeting", "heading"),
    [
        ("zh_CN.UTF-8", "今天该拜访谁？", "欢迎，陈晓！", "今天"),
        ("en_US.UTF-8", "Who should I visit today?", "Welcome, Jordan Bell!", "Today, "),
    ],
)
def test_the_demo_opens_answers_in_the_language_of_the_terminal_and_stops(
    tmp_path, locale, question, greeting, heading
):
    language = locale[:2]
    with demo(tmp_path, "--port", "0", LANG=locale) as process:
        with Page(address_of(process), language) as page:
            assert page.opens().status_code == 200
            assert "<html" in page.opens().text

            people = page.cast()["people"]
            assert [person["role"] for person in people] == ["rep"] * 4 + ["manager", "admin", "stranger"]
            assert [person["name"] for person in people][:4] == list(WORDS[language].reps)
            assert all(person["about"][each] for person in people for each in ("zh", "en"))

            assert page.answers(REP)[0]["text"].startswith(greeting)
            assert page.answers(MANAGER)[0]["keyboard"]
            today = page.asks(REP, question)[-1]
            assert today["text"].startswith(heading)
            lines = listed(today["text"])
            assert len(lines) >= 3
            starts = [start for _place, start, _name, _cell in lines]
            assert starts == sorted(set(starts))

            turned_away = page.asks(STRANGER, question)[-1]
            assert turned_away["keyboard"] == []
            assert not listed(turned_away["text"])

        process.send_signal(signal.SIGTERM)
        _out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert errors == ""
        assert list((tmp_path / "tmp").iterdir()) == []


def test_it_opens_on_a_working_day_morning(tmp_path):
    with demo(tmp_path, "--port", "0", "--language", "en") as process:
        with Page(address_of(process), "en") as page:
            now = time.gmtime(page.cast()["now"] / 1000)
            text = page.asks(REP, "/today")[-1]["text"]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert now.tm_wday < 5
    assert now.tm_hour in {13, 14}  # half past eight in Chicago
    assert listed(text)
    assert process.returncode == 0


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(tmp_path, "--port", str(port)) as process:
            out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert out == ""
    assert errors.startswith(f"ninebox: port {port} cannot be used")
    assert "--port" in errors
    assert len(errors.splitlines()) == 1
