"""Driving times from an OSRM server, for those who run one; our own estimate wherever it says nothing.

Asked is the table service, `GET /table/v1/driving/{lon,lat;...}?sources=0;..&destinations=1;..`, which
answers `{"code": "Ok", "durations": [[seconds or null, ...], ...]}`, one row a source.
"""

import json
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from time import monotonic
from typing import Annotated, Literal

import httpx
import numpy as np
import structlog
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from domain.explain import Reason
from domain.planning.params import Travel
from domain.planning.travel import EstimatedTravel, Place, TravelTable, TravelTimes

log = structlog.get_logger()

_BLOCK = 50  # sources and as many destinations a request: OSRM's default limit is 100 places
_MOST_PAIRS = 100_000  # that are remembered
_MOST_BYTES = 4_000_000  # of an answer
_TIMEOUT = httpx.Timeout(2.0, connect=1.0)
_PAUSE = 60.0  # seconds without asking after a failure

_Point = tuple[float, float]
_Seconds = Annotated[float, Field(ge=0, le=1_000_000)]


class _Answer(BaseModel):
    code: Literal["Ok"]
    durations: list[list[_Seconds | None]]


class Osrm:
    """An OSRM server, with a memory for the newest pairs. May be asked from several threads at once."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=_TIMEOUT)
        self._known: OrderedDict[tuple[_Point, _Point], float] = OrderedDict()
        self._lock = Lock()
        self._silent_until = 0.0

    def close(self) -> None:
        self._client.close()

    def minutes(self, points: Sequence[_Point]) -> NDArray[np.float64] | None:
        """Driving minutes between all (lat, lon) points, NaN where there is no road; None: no answer."""
        found = self._remembered(points)
        if found is not None:
            return found
        if monotonic() < self._silent_until:
            return None
        try:
            found = self._ask(points)
        except (httpx.HTTPError, ValidationError, ValueError) as error:
            self._silent_until = monotonic() + _PAUSE
            log.warning("travel_service_failed", error=type(error).__name__)
            return None
        self._remember(points, found)
        return found

    def _ask(self, points: Sequence[_Point]) -> NDArray[np.float64]:
        minutes = np.full((len(points), len(points)), np.nan)
        blocks = [range(at, min(at + _BLOCK, len(points))) for at in range(0, len(points), _BLOCK)]
        for sources in blocks:
            for destinations in blocks:
                seconds = self._table([points[n] for n in sources], [points[n] for n in destinations])
                minutes[np.ix_(sources, destinations)] = seconds / 60
        return minutes

    def _table(self, sources: Sequence[_Point], destinations: Sequence[_Point]) -> NDArray[np.float64]:
        places = ";".join(f"{lon:.5f},{lat:.5f}" for lat, lon in (*sources, *destinations))
        first = len(sources)
        from_all = ";".join(map(str, range(first)))
        to_all = ";".join(map(str, range(first, first + len(destinations))))
        query = f"sources={from_all}&destinations={to_all}&annotations=duration"
        with self._client.stream("GET", f"/table/v1/driving/{places}?{query}") as answer:
            answer.raise_for_status()
            body = bytearray()
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise ValueError("the answer is too long")
        rows = _Answer.model_validate(json.loads(body)).durations
        if len(rows) != first or any(len(row) != len(destinations) for row in rows):
            raise ValueError("the answer is not of the size asked for")
        return np.array(rows, dtype=np.float64)

    def _remembered(self, points: Sequence[_Point]) -> NDArray[np.float64] | None:
        with self._lock:
            try:
                rows = [[self._known[one, other] for other in points] for one in points]
            except KeyError:
                return None
            return np.array(rows, dtype=np.float64).reshape(len(points), len(points))

    def _remember(self, points: Sequence[_Point], minutes: NDArray[np.float64]) -> None:
        with self._lock:
            for one, row in zip(points, minutes.tolist(), strict=True):
                for other, value in zip(points, row, strict=True):
                    self._known[one, other] = value
                    self._known.move_to_end((one, other))
            while len(self._known) > _MOST_PAIRS:
                self._known.popitem(last=False)


class OsrmTravel:
    """Travel times by a server's roads; a note says when it did not answer."""

    def __init__(self, osrm: Osrm, estimate: EstimatedTravel) -> None:
        self._osrm = osrm
        self._estimate = estimate

    def table(self, places: Sequence[Place]) -> TravelTable:
        located = [number for number, place in enumerate(places) if place.at is not None]
        points = list(dict.fromkeys(place.at for place in places if place.at is not None))
        if len(points) < 2:
            return self._estimate.table(places)
        minutes = self._osrm.minutes(points)
        if minutes is None:
            return TravelTable(self._estimate.minutes(places), (Reason("travel_estimated"),))
        index = {point: number for number, point in enumerate(points)}
        rows = [index[at] for place in places if (at := place.at) is not None]
        driving = np.full((len(places), len(places)), np.nan)
        driving[np.ix_(located, located)] = minutes[np.ix_(rows, rows)]
        return TravelTable(self._estimate.minutes(places, driving))


def travel_times(osrm: Osrm | None, params: Travel) -> TravelTimes:
    """Where the travel times of plans come from: the server if there is one, else our own estimate."""
    estimate = EstimatedTravel(params)
    return estimate if osrm is None else OsrmTravel(osrm, estimate)
