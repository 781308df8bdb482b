"""The most valuable flow through a small network, exactly.

Successive best augmenting paths: after k of them the flow is the most valuable one of size k, and what each
adds never grows (Ahuja, Magnanti, Orlin: Network Flows, 1993, chapter 9). Worths are whole numbers of any
size, so nothing is rounded.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

Path = Sequence[int]


@dataclass(slots=True)
class _Arc:
    """One direction of an arc: where it leads, what is left of it, what a unit of flow along it is worth."""

    start: int
    end: int
    left: int
    worth: int


class Network:
    """Arcs between nodes 0, 1, 2 ...; arc `2k` is the k-th that was added, `2k + 1` the way back along it."""

    def __init__(self, nodes: int) -> None:
        self._arcs: list[_Arc] = []
        self._from: list[list[int]] = [[] for _ in range(nodes)]

    def add(self, start: int, end: int, room: int, worth: int = 0) -> int:
        """Add an arc for at most `room` units; its number."""
        number = len(self._arcs)
        self._arcs += [_Arc(start, end, room, worth), _Arc(end, start, 0, -worth)]
        self._from[start].append(number)
        self._from[end].append(number + 1)
        return number

    def used(self, number: int) -> int:
        """How much flows along an arc."""
        return self._arcs[number + 1].left

    def is_full(self, number: int) -> bool:
        return self._arcs[number].left == 0

    def fill(self, source: int, sink: int, most: int) -> None:
        """Send at most `most` units from `source` to `sink`, as long as another one adds something.

        The network must have no flow yet, and no way round in a circle.
        """
        for _ in range(most):
            path = self.best_path(source, sink)
            if path is None or self.worth(path) <= 0:
                return
            for number in path:
                self._arcs[number].left -= 1
                self._arcs[number ^ 1].left += 1

    def best_path(self, source: int, sink: int) -> Path | None:
        """The arcs of the most valuable way with room from `source` to `sink`, None where there is none.

        Bellman and Ford's algorithm with a queue: what a flow of `fill` leaves has no circle that adds.
        """
        worth: dict[int, int] = {source: 0}
        reached_by: dict[int, int] = {}
        queue, waiting = deque([source]), {source}
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            for number in self._from[node]:
                arc = self._arcs[number]
                better = worth[node] + arc.worth
                if arc.left and (arc.end not in worth or better > worth[arc.end]):
                    worth[arc.end], reached_by[arc.end] = better, number
                    if arc.end not in waiting:
                        waiting.add(arc.end)
                        queue.append(arc.end)
        if sink not in worth:
            return None
        path: list[int] = []
        while sink != source:
            path.append(reached_by[sink])
            sink = self._arcs[path[-1]].start
        return path[::-1]

    def worth(self, path: Path) -> int:
        return sum(self._arcs[number].worth for number in path)
