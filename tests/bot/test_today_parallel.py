"""Plans are made beside each other and beside everything else."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.importing.reading import UploadedFile
from bot.services import today
from bot.travel import Osrm
from tests.support.world import World, world

HOSPITALS = "医院名称,纬度,经度\nNorth,30.60,114.30\nSouth,30.50,114.35\n"
DOCTORS = "客户编号,姓名,医院,潜力分,支持度,负责代表\n"


class Meeting(Osrm):
    """A travel service that answers no plan before two are being made."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2)

    def minutes(self, points: Sequence[tuple[float, float]]) -> NDArray[np.float64] | None:
        self.barrier.wait(timeout=20)
        return np.full((len(points), len(points)), 10.0)


class Waiting(Meeting):
    """A travel service that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def minutes(self, points: Sequence[tuple[float, float]]) -> NDArray[np.float64] | None:
        self.asked.set()
        assert self.may_answer.wait(timeout=20)
        return np.full((len(points), len(points)), 10.0)


async def two_reps(place: World) -> None:
    rows = [
        f"{rep}{number},{rep} {number},{place_of},9,次选,{rep}\n"
        for rep in ("Li Na", "Wang Wu")
        for number, place_of in enumerate(("North", "South"))
    ]
    await place.loads(
        UploadedFile("hospitals.csv", HOSPITALS.encode()),
        UploadedFile("doctors.csv", (DOCTORS + "".join(rows)).encode()),
    )
    for rep in ("Li Na", "Wang Wu"):
        await place.joins(rep)


async def test_two_plans_are_made_at_the_same_time(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await two_reps(place)
        deps = replace(place.deps, osrm=Meeting())
        local = place.clock.now()
        days = [today.day_of(deps, await place.user(name), None, local) for name in ("Li Na", "Wang Wu")]
        one, other = await asyncio.gather(*days)
        assert [len(one.stops), len(other.stops)] == [2, 2]


async def test_the_bot_answers_others_while_a_plan_is_being_made(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path) as place:
        await two_reps(place)
        service = Waiting()
        deps = replace(place.deps, osrm=service)
        slow = asyncio.create_task(today.day_of(deps, await place.user("Li Na"), None, place.clock.now()))
        assert await asyncio.to_thread(service.asked.wait, 20)
        other = place.people["Wang Wu"]
        await other.sends("/today")
        assert "Wang Wu 1" in other.text
        assert not slow.done()
        service.may_answer.set()
        assert len((await slow).stops) == 2
