"""Routes for the phone's own map, and our own map of a day."""

import io
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from matplotlib.image import imread

from bot.buttons.weeks import ShowMap
from bot.render import maps
from bot.render.charts import Charts
from bot.render.drawing import PIN, WAY
from bot.render.maps import Halt, MapPicture, map_picture
from bot.render.renderer import words
from bot.services import weeks
from domain.content.library import load_library
from domain.geo import distance_m, gcj02_to_wgs84
from domain.planning.directions import Point, route_links
from tests.bot.test_week_chat import MONDAY, team
from tests.support import town
from tests.support.world import world

MARKETS = load_library().markets
TOUR: list[Point] = [(31.20 + n / 100, 121.40 + n / 50) for n in range(9)]


def asked(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


def point(said: str) -> Point:
    first, second = said.split(",")
    return float(first), float(second)


@pytest.mark.parametrize("market", ["us", "generic"])
def test_google_gets_three_places_on_the_way_at_most_and_every_part_begins_where_the_last_ended(market):
    link = MARKETS[market].map
    assert link is not None
    parts = [asked(one) for one in route_links(TOUR, link)]
    visited: list[Point] = []
    for number, part in enumerate(parts):
        via = part.get("waypoints", "").split("|") if "waypoints" in part else []
        assert len(via) <= 3
        assert part["api"] == "1"
        assert ("origin" in part) == (number > 0)
        if number:
            assert point(part["origin"]) == visited[-1]
        visited += [point(one) for one in (*via, part["destination"])]
    assert visited == [pytest.approx(one) for one in TOUR]
    assert all(len(one) < 2048 for one in route_links(TOUR, link))


def test_amap_gets_one_place_on_the_way_longitude_first_and_moved_to_its_own_datum():
    link = MARKETS["cn"].map
    assert link is not None
    links = route_links(TOUR, link)
    assert all(one.startswith("https://uri.amap.com/navigation?") for one in links)
    visited = []
    for one in links:
        part = asked(one)
        for said in filter(None, (part.get("via"), part["to"])):
            lon, lat = point(said)
            visited.append(gcj02_to_wgs84(lat, lon))
    assert len(visited) == len(TOUR)
    for (lat, lon), want in zip(visited, TOUR, strict=True):
        assert distance_m(lat, lon, *want) < 1
    assert distance_m(*reversed(point(asked(links[0])["to"])), *TOUR[1]) > 100


def test_no_places_no_link_and_one_place_one_link_without_a_beginning():
    link = MARKETS["us"].map
    assert link is not None
    assert route_links([], link) == ()
    (one,) = route_links(TOUR[:1], link)
    assert asked(one).keys() == {"api", "travelmode", "destination"}


# The picture


def drawn(halts: list[Halt], way: list[Point], base: Point | None = None) -> MapPicture:
    return map_picture(words("en"), halts, way, title="Mon, Nov 23", subtitle="2 visits", base=base)


def test_north_is_up_east_is_right_and_the_scale_is_true():
    south, east = Halt("1", "South", 31.20, 121.40), Halt("2", "East", 31.25, 121.50)
    found = drawn([south, east], [(31.20, 121.40), (31.25, 121.50)])
    one, other = found.pins
    assert other.x > one.x
    assert other.y < one.y
    pixels = np.hypot(other.x - one.x, other.y - one.y)
    metres = distance_m(31.20, 121.40, 31.25, 121.50)
    length, means = found.bar
    assert means == "2 km"
    assert pixels / metres == pytest.approx(length / 2000, rel=0.002)
    for pin in found.pins:
        assert maps.LEFT < pin.x < maps.LEFT + maps.WIDTH
        assert maps.TOP < pin.y < maps.TOP + maps.HEIGHT


def test_a_single_place_is_in_the_middle_with_a_scale_in_metres():
    found = drawn([Halt("1", "Only", 31.2, 121.4)], [(31.2, 121.4)])
    assert (found.pins[0].x, found.pins[0].y) == (
        maps.LEFT + maps.WIDTH / 2,
        maps.TOP + maps.HEIGHT / 2,
    )
    assert found.bar[1] == "100 m"


async def test_the_picture_has_a_pin_at_each_place_and_a_line_between_them():
    halts = [Halt("1·3", "江城第一医院", 31.20, 121.40), Halt("2", "Lake Hospital <&>" * 9, 31.25, 121.50)]
    found = drawn(halts, [(31.20, 121.40), (31.25, 121.50)], base=(31.22, 121.38))
    png = await Charts().draw(found)
    assert png == await Charts().draw(found)
    image = (imread(io.BytesIO(png))[..., :3] * 255).round().astype(int)
    assert image.shape == (1080, 1080, 3)
    for pin in found.pins:
        assert tuple(image[round(pin.y) - 19, round(pin.x)]) == tuple(bytes.fromhex(PIN[1:]))
    (x1, y1), (x2, y2) = found.way
    assert tuple(image[round((y1 + y2) / 2), round((x1 + x2) / 2)]) == tuple(bytes.fromhex(WAY[1:]))


# In the chat


@pytest.mark.parametrize(("market", "host"), [("cn", "uri.amap.com"), ("us", "www.google.com")])
async def test_the_map_of_the_day_names_its_stops_and_opens_the_phones_map(
    sqlite_database_url, tmp_path, market, host
):
    async with world(sqlite_database_url, tmp_path, market=market, time_zone="Asia/Shanghai") as place:
        rep = await team(place)
        await rep.sends("/today")
        await rep.taps("Map")
        assert rep.photo is not None
        assert len(rep.text) <= 1024
        user = await place.user("Li Na")
        day = (await weeks.one_day(place.deps, user, None, MONDAY, MONDAY)).day
        for number, (hospital, stops) in enumerate(day.blocks, 1):
            assert hospital is not None
            assert f"{number}. {stops[0].start:%H:%M} {hospital.name} · {len(stops)}" in rep.text
        assert "Nowhere" not in rep.text or "not on the map" in rep.text
        links = [button.url for button in rep.keyboard if button.url]
        assert links
        assert {urlsplit(link).hostname for link in links} == {host}
        assert not any("Doctor" in link or "Hospital" in link for link in links)
        await rep.taps("Back")
        assert rep.text.startswith("Today, ")


async def test_without_any_coordinates_the_stops_are_told_without_a_picture(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await place.joins("Li Na")
        await place.loads(town.hospitals("en"), town.customers("en"))
        rep = place.people["Li Na"]
        await rep.sends("/week")
        await rep.presses(ShowMap().pack())
        assert rep.photo is None
        assert "not on the map" in rep.text
        assert not [button for button in rep.keyboard if button.url]
