"""Driving times from a server that answers as OSRM documents it, and plans when it does not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from bot import travel as osrm_travel
from bot.settings import Settings, SettingsError
from bot.travel import Osrm, travel_times
from domain.content.library import load_library
from domain.customers.model import Customer, Institution
from domain.planning.model import RepCalendar, VisitTarget
from domain.planning.plan import plan_day
from domain.planning.travel import EstimatedTravel, Place
from domain.tiering.model import Support, Tier

LIBRARY = load_library()
MONDAY = date(2026, 11, 2)
PARAMS = LIBRARY.planning_at(MONDAY)
TRAVEL = PARAMS.planning.travel
A, B, C = Place(1, "", (30.5, 114.3)), Place(2, "", (30.6, 114.4)), Place(3, "", (30.7, 114.2))


class Server:
    """A road network where driving from one place to another takes 600 s and 60 s for each degree west."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.answer: bytes | None = None
        self.status = 200
        self.no_road: set[tuple[str, str]] = set()

    def table(self, path: str) -> bytes:
        self.paths.append(path)
        if self.answer is not None:
            return self.answer
        url = urlsplit(path)
        service, version, profile, coordinates = url.path.strip("/").split("/")
        assert (service, version, profile) == ("table", "v1", "driving")
        places = coordinates.split(";")
        assert len(places) <= 100, "TooBig"
        query = {name: values[0].split(";") for name, values in parse_qs(url.query).items()}
        assert query["annotations"] == ["duration"]
        sources, destinations = (
            [places[int(n)] for n in query[name]] for name in ("sources", "destinations")
        )
        rows = [[self.seconds(one, other) for other in destinations] for one in sources]
        points = [{"hint": "", "location": list(map(float, one.split(",")))} for one in places]
        return json.dumps(
            {"code": "Ok", "durations": rows, "sources": points, "destinations": points}
        ).encode()

    def seconds(self, one: str, other: str) -> float | None:
        if (one, other) in self.no_road:
            return None
        (lon, _), (to, _) = (map(float, place.split(",")) for place in (one, other))
        return 0.0 if one == other else round(600 + 60 * max(0.0, lon - to), 1)


@contextmanager
def serving(server: Server) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = server.table(self.path)
            self.send_response(server.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def osrm(server):
    with serving(server) as url:
        client = Osrm(url)
        yield client
        client.close()


def minutes(osrm, *places):
    return travel_times(osrm, TRAVEL).table(places)


def test_driving_times_and_the_minutes_of_a_change(osrm, server):
    table = minutes(osrm, A, B, A)
    assert table.notes == ()
    assert table.minutes[0].tolist() == [4, 16, 4]
    assert table.minutes[1, 0] == pytest.approx(16.1, abs=0.01)
    (path,) = server.paths
    assert path.endswith(
        ";114.30000,30.50000;114.40000,30.60000?sources=0;1&destinations=2;3&annotations=duration"
    )


def test_no_road_and_no_coordinates_are_estimated(osrm, server):
    server.no_road.add(("114.30000,30.50000", "114.40000,30.60000"))
    places = (A, B, Place(9, ""))
    table, estimate = minutes(osrm, *places), EstimatedTravel(TRAVEL).table(places)
    assert table.minutes[0, 1] == estimate.minutes[0, 1]
    assert table.minutes[1, 0] != estimate.minutes[1, 0]
    assert table.minutes[0, 2] == TRAVEL.same_city
    assert table.notes == ()


def test_known_pairs_are_not_asked_again(osrm, server):
    minutes(osrm, A, B, C)
    minutes(osrm, C, A)
    assert len(server.paths) == 1


def test_one_place_or_none_needs_no_server(osrm, server):
    minutes(osrm, A, Place(9, ""))
    minutes(osrm)
    assert server.paths == []


def test_many_places_are_asked_in_blocks(osrm, server):
    places = [Place(n, "", (30.0, 114 + n / 100)) for n in range(1, 121)]
    table = minutes(osrm, *places)
    assert len(server.paths) == 9
    assert table.minutes[119, 0] == pytest.approx(10 + 1.19 + 6, abs=0.01)
    assert table.minutes[0, 119] == 16
    assert np.isfinite(table.minutes).all()


def test_the_memory_is_bounded(osrm, server, monkeypatch):
    monkeypatch.setattr(osrm_travel, "_MOST_PAIRS", 4)
    minutes(osrm, A, B)
    minutes(osrm, A, C)
    minutes(osrm, A, C)
    assert len(server.paths) == 2
    minutes(osrm, A, B)
    assert len(server.paths) == 3


BROKEN = {
    "no json": b"<html>",
    "its own error": b'{"code": "NoSegment", "message": "x"}',
    "too few rows": b'{"code": "Ok", "durations": [[0]]}',
    "negative": b'{"code": "Ok", "durations": [[0, -1], [1, 0]]}',
    "not a number": b'{"code": "Ok", "durations": [[0, NaN], [1, 0]]}',
    "text": b'{"code": "Ok", "durations": [["a", 1], [1, 0]]}',
    "too long": b'{"code": "Ok", "durations": [' + b" " * 4_100_000 + b"]}",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_a_useless_answer_means_our_own_estimate_and_a_note(osrm, server, answer):
    server.answer = answer
    table = minutes(osrm, A, B)
    assert [note.code for note in table.notes] == ["travel_estimated"]
    assert table.minutes.tolist() == EstimatedTravel(TRAVEL).table([A, B]).minutes.tolist()


def test_after_a_failure_the_server_is_left_alone_for_a_minute(osrm, server, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(osrm_travel, "monotonic", lambda: now)
    server.status = 503
    minutes(osrm, A, B)
    server.status = 200
    assert minutes(osrm, A, B).notes
    assert len(server.paths) == 1
    now += 61
    assert minutes(osrm, A, B).notes == ()


def test_nobody_there_is_our_own_estimate():
    with serving(Server()) as url:
        gone = url
    client = Osrm(gone)
    assert minutes(client, A, B).notes
    client.close()


def test_a_plan_goes_by_the_roads_and_says_when_it_cannot(osrm, server):
    targets = [
        VisitTarget(
            customer=Customer(
                id=n,
                code=str(n),
                name=str(n),
                owner_id=1,
                institution=Institution(id=n, name=str(n), lat=30.5 + n / 20, lon=114.3),
            ),
            tier=Tier.A,
            support=Support.SECOND_CHOICE,
        )
        for n in (1, 2)
    ]
    known = {"on": MONDAY, "rep": RepCalendar(start=time(9), end=time(17)), "params": PARAMS, "seed": 1}
    known |= {"calendar": LIBRARY.calendar("generic"), "iterations": 5}
    by_road = plan_day(targets, travel=travel_times(osrm, TRAVEL), **known)
    assert by_road.stops[1].travel_minutes == 16
    assert "travel_estimated" not in {reason.code for reason in by_road.lacking}
    broken = Server()
    broken.status = 500
    with serving(broken) as url:
        client = Osrm(url)
        estimated = plan_day(targets, travel=travel_times(client, TRAVEL), **known)
        client.close()
    assert estimated.stops == plan_day(targets, **known).stops
    assert "travel_estimated" in {reason.code for reason in estimated.lacking}


def test_without_a_server_times_are_estimated():
    assert isinstance(travel_times(None, TRAVEL), EstimatedTravel)


def test_the_setting_is_an_address_or_nothing():
    assert Settings.load({}, None).osrm_url is None
    assert (
        Settings.load({"NINEBOX_OSRM_URL": "http://127.0.0.1:5000/"}, None).osrm_url
        == "http://127.0.0.1:5000"
    )
    with pytest.raises(SettingsError, match="NINEBOX_OSRM_URL"):
        Settings.load({"NINEBOX_OSRM_URL": "roads"}, None)
