import io
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import structlog
from telegram.error import InvalidToken
from telegram.ext import ApplicationBuilder

from bot.logging import set_up
from bot.settings import Settings

TOKEN = "7654321:AAtoken-of-a-test_bot"


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self):
        body = b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002
        pass


def fail(value):
    raise ValueError(value)


@pytest.fixture(scope="module")
def api():
    """A Bot API on loopback that knows no bot."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def stream():
    """Where the log goes; afterwards everything is as before."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook)
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    yield io.StringIO()
    root.handlers[:], root.level, sys.excepthook = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.parametrize("style", ["text", "json"])
async def test_no_token_is_logged_by_real_requests_of_httpx_and_of_the_bot_library(level, style, api, stream):
    set_up(Settings(log_level=level, log_format=style), stream=stream)
    async with httpx.AsyncClient() as client:
        await client.post(f"{api}/bot{TOKEN}/getMe")
    app = ApplicationBuilder().token(TOKEN).base_url(f"{api}/bot").build()
    try:
        await app.initialize()
    except InvalidToken:
        logging.getLogger("ninebox").exception("refused")
    written = stream.getvalue()
    assert "refused" in written
    assert "Traceback" in written
    assert "<secret>" in written  # the library's own error names the token
    assert TOKEN not in written
    assert "AAtoken" not in written
    assert "HTTP Request" not in written


async def test_even_a_noisy_httpx_is_masked(api, stream):
    set_up(Settings(), stream=stream)
    logging.getLogger("httpx").setLevel(logging.INFO)
    async with httpx.AsyncClient() as client:
        await client.post(f"{api}/bot{TOKEN}/getMe")
    assert f"POST {api}/bot<secret>/getMe" in stream.getvalue()


@pytest.mark.parametrize("style", ["text", "json"])
def test_messages_arguments_values_and_tracebacks_are_masked(style, stream):
    secret = "42:short"
    set_up(Settings(telegram_token=secret, log_format=style), stream=stream)
    logging.getLogger("a").warning("to %s and bot%s", secret, TOKEN)
    structlog.get_logger("b").warning(
        "calls", url=f"https://x/file/bot{TOKEN.replace(':', '%3A')}/y", key=secret
    )
    try:
        fail(f"refused {TOKEN} {secret}")
    except ValueError:
        structlog.get_logger("c").exception("failed")
    written = stream.getvalue()
    assert written.count("<secret>") == 6
    assert "ValueError: refused <secret> <secret>" in written
    assert "AAtoken" not in written
    assert secret not in written


def test_an_uncaught_error_is_logged_and_masked(stream):
    set_up(Settings(), stream=stream)
    error = RuntimeError(f"at bot{TOKEN}")
    sys.excepthook(RuntimeError, error, None)
    assert "RuntimeError: at bot<secret>" in stream.getvalue()


def test_json_lines_hold_what_was_bound_and_when(stream):
    set_up(Settings(log_format="json"), stream=stream)
    with structlog.contextvars.bound_contextvars(update_id=7):
        structlog.get_logger("ninebox").info("answered", 处="武汉")
        logging.getLogger("telegram").info("from a library %d", 1)
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["update_id"], ours["level"], ours["处"]) == ("answered", 7, "info", "武汉")
    assert (theirs["event"], theirs["update_id"], theirs["logger"]) == ("from a library 1", 7, "telegram")
    assert ours["timestamp"].endswith("Z")


def test_tracebacks_show_no_local_variables(stream):
    set_up(Settings(), stream=stream)
    customer = "张" * 3
    try:
        fail(len(customer))
    except ValueError:
        structlog.get_logger().exception("failed")
    assert "ValueError: 3" in stream.getvalue()
    assert "张张张" not in stream.getvalue()


def test_the_level_holds_for_ours_and_theirs_and_a_second_call_replaces_the_first(stream):
    set_up(Settings(log_level="DEBUG"), stream=io.StringIO())
    set_up(Settings(log_level="WARNING"), stream=stream)
    structlog.get_logger("x").info("quiet")
    logging.getLogger("y").info("quiet")
    structlog.get_logger("x").warning("loud")
    logging.getLogger("y").warning("loud")
    assert stream.getvalue().count("loud") == 2
    assert "quiet" not in stream.getvalue()
