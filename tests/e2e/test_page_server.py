"""What the chat page's server refuses, and what it tells, without a browser."""

import asyncio
import json
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.conftest import Stage

LI, ANNA = 11, 12
HELLO = {"text": "hello", "language": "en"}


@pytest.fixture
async def client(stage: Stage):
    async with httpx.AsyncClient(base_url=stage.address) as opened:
        yield opened


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.", "", "[::2]:80"])
async def test_a_foreign_host_is_refused(client, host):
    answer = await client.get("/", headers={"host": host})
    assert answer.status_code in {400, 403}  # 400 is the server's own word for an empty host
    assert "script" not in answer.text


async def test_the_names_of_loopback_are_served(client, stage):
    port = urlsplit(stage.address).port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "localhost"):
        assert (await client.get("/api/cast", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
async def test_a_foreign_origin_is_refused(client, stage, origin):
    answer = await client.post(f"/api/chats/{LI}/messages", json=HELLO, headers={"origin": origin})
    assert answer.status_code == 403
    assert not stage.telegram.chat(LI).messages


async def test_the_own_origin_is_served(client, stage):
    own = stage.address.rstrip("/")
    answer = await client.post(f"/api/chats/{LI}/messages", json=HELLO, headers={"origin": own})
    assert answer.status_code == 200
    assert stage.telegram.chat(LI).messages[0].text == "hello"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_another_site_sends_is_refused_but_a_link_to_the_page_works(client, site):
    headers = {"sec-fetch-site": site}
    assert (await client.get("/api/cast", headers=headers)).status_code == 403
    assert (await client.get("/", headers=headers)).status_code == 200


async def test_a_form_of_another_site_could_not_say_it_in_json(client, stage):
    body = json.dumps(HELLO)
    answer = await client.post(
        f"/api/chats/{LI}/messages", content=body, headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 415
    assert not stage.telegram.chat(LI).messages


async def test_bodies_are_bounded_with_and_without_a_declared_length(client, stage):
    async def endless():
        for _ in range(21):
            yield b"x" * 1024 * 1024

    path, kind = (
        f"/api/chats/{LI}/documents?name=big.bin&language=en",
        {"content-type": "application/octet-stream"},
    )
    declared = await client.post(path, content=b"x" * (20 * 1024 * 1024 + 1), headers=kind)
    undeclared = await client.post(path, content=endless(), headers=kind)
    long_json = await client.post(f"/api/chats/{LI}/messages", json={**HELLO, "text": "x" * 70_000})
    assert [answer.status_code for answer in (declared, undeclared, long_json)] == [413, 413, 413]
    assert not stage.telegram.chat(LI).messages


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "language": "en"},
        {"text": "  \n", "language": "en"},
        {"text": "x" * 4097, "language": "en"},
        {"text": 5, "language": "en"},
        {"text": "x", "language": "xx"},
        {"text": "x", "language": "en", "more": 1},
        ["text"],
    ],
)
async def test_a_malformed_message_is_refused(client, stage, body):
    assert (await client.post(f"/api/chats/{LI}/messages", json=body)).status_code == 422
    assert not stage.telegram.chat(LI).messages


async def test_text_that_no_message_can_carry_is_refused(client):
    headers = {"content-type": "application/json"}
    for body in (b"{", b"\xff", b'{"text": "\\ud800", "language": "en"}'):
        answer = await client.post(f"/api/chats/{LI}/messages", content=body, headers=headers)
        assert answer.status_code == 422


async def test_an_empty_file_and_a_nameless_one_are_refused(client):
    kind = {"content-type": "application/octet-stream"}
    for query, body in (("name=a.csv&language=en", b""), ("language=en", b"x"), ("name=&language=en", b"x")):
        answer = await client.post(f"/api/chats/{LI}/documents?{query}", content=body, headers=kind)
        assert answer.status_code == 422


async def test_only_a_picture_is_taken_as_one_and_only_a_place_on_earth(client, stage):
    kind = {"content-type": "application/octet-stream"}
    path = f"/api/chats/{LI}/pictures?name=a.png&language=en"
    assert (await client.post(path, content=b"a,b", headers=kind)).status_code == 422
    for body in (
        '{"lat": 91, "lon": 0, "language": "en"}',
        '{"lat": 0, "lon": -180.1, "language": "en"}',
        '{"lat": NaN, "lon": 0, "language": "en"}',
        '{"lat": 0, "language": "en"}',
    ):
        headers = {"content-type": "application/json"}
        answer = await client.post(f"/api/chats/{LI}/places", content=body, headers=headers)
        assert answer.status_code == 422
    assert not stage.telegram.chat(LI).messages


async def test_a_voice_note_is_played_from_its_own_chat_alone(client, stage):
    message = stage.telegram.send_voice(LI, b"OggS")
    own = await client.get(f"/api/files/{LI}/{message.message_id}/{message.voice.file_id}")
    assert (own.content, own.headers["content-type"]) == (b"OggS", "audio/ogg")
    other = await client.get(f"/api/files/{ANNA}/{message.message_id}/{message.voice.file_id}")
    assert other.status_code == 404


async def test_nobody_outside_the_cast_can_be_acted_for(client):
    assert (await client.get("/api/chats/99?language=en")).status_code == 404
    assert (await client.post("/api/chats/99/messages", json=HELLO)).status_code == 404


async def test_a_file_is_found_only_in_its_own_chat_and_always_downloaded(client, stage):
    message = stage.telegram.send_document(LI, "page.html", b"<script>", "", "text/html")
    file_id = message.document.file_id
    own = await client.get(f"/api/files/{LI}/{message.message_id}/{file_id}")
    assert own.content == b"<script>"
    assert own.headers["content-type"] == "application/octet-stream"
    assert own.headers["content-disposition"] == "attachment; filename*=UTF-8''page.html"
    for path in (
        f"{ANNA}/{message.message_id}/{file_id}",
        f"{LI}/{message.message_id}/other",
        f"{LI}/99/{file_id}",
    ):
        assert (await client.get(f"/api/files/{path}")).status_code == 404


async def test_a_chat_never_holds_another_chats_messages(client, stage):
    stage.telegram.send_text(LI, "for Li")
    stage.telegram.send_text(ANNA, "for Anna")
    chat = (await client.get(f"/api/chats/{LI}?language=en")).json()
    assert [message["text"] for message in chat["messages"] if message["mine"]] == ["for Li"]
    assert "Anna" not in json.dumps(chat["messages"])


async def test_every_answer_carries_the_policy(client):
    for path in ("/", "/static/app.js", "/api/cast", "/nowhere"):
        headers = (await client.get(path)).headers
        assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


async def test_nothing_outside_the_static_folder_is_served(client):
    for path in ("/static/../page.py", "/static/%2e%2e/page.py", "/static//etc/passwd"):
        assert (await client.get(path)).status_code == 404


async def events(client: httpx.AsyncClient, path: str, *, until: str, headers=None) -> list[dict]:
    """The events of a stream, up to the first whose text contains `until`."""
    told = []
    async with asyncio.timeout(10), client.stream("GET", path, headers=headers) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line[6:]))
                if until in line:
                    break
    return [event for event in told if event["kind"] != "clock"]


async def test_a_reader_who_comes_back_gets_what_they_missed(client, stage):
    position = (await client.get("/api/cast")).json()["position"]
    stage.telegram.send_text(LI, "missed this")
    by_query = await events(client, f"/api/events?after={position}", until="You said: missed this")
    by_header = await events(
        client, "/api/events", until="You said: missed this", headers={"last-event-id": position}
    )
    assert by_query == by_header
    assert [event["message"]["text"] for event in by_query] == ["missed this", "You said: missed this"]


@pytest.mark.parametrize("position", ["", "other-3", "nonsense", "x-²"])
async def test_a_reader_from_another_run_is_told_to_look_again(client, position):
    assert await events(client, f"/api/events?after={position}", until="reload") == [{"kind": "reload"}]


async def test_the_stream_tells_the_clock(client, stage):
    async with client.stream("GET", "/api/events") as stream:
        async for line in stream.aiter_lines():
            if '"clock"' in line:
                told = json.loads(line[6:])["now"]
                break
    assert abs(told / 1000 - stage.clock.now().timestamp()) < 5


async def test_a_stop_ends_open_streams_at_once(client, stage):
    async with client.stream("GET", "/api/events") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        async with asyncio.timeout(3):
            await stage.stop()
            async for _ in lines:
                pass
    assert stage.running.done()
