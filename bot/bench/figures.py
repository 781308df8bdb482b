"""What a measurement brings back, and how a process measures itself."""

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BenchError(Exception):
    """The measurement failed, so there are no figures; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long something took, in milliseconds; `first` is the first time, when nothing is warm."""

    count: int
    first: float
    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        """From the single times in the order in which they were taken."""
        return cls(
            len(seconds),
            milliseconds(seconds[0]),
            milliseconds(quantile(seconds, 0.50)),
            milliseconds(quantile(seconds, 0.95)),
        )


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    ranks = sorted(values)
    return ranks[max(0, -int(-share * len(ranks) // 1) - 1)]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def peak_megabytes() -> float | None:
    """The most memory that this process has had so far, in MB; None where the system does not tell.

    On Linux from /proc: the peak that `resource` gives there is handed down by the parent process.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        pass
    else:
        found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
        return round(int(found[1]) * 1024 / 1e6, 1) if found else None
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def processor_seconds(process_id: int) -> float | None:
    """The processor time that a running process has used so far; None where the system does not tell."""
    try:
        line = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    import os

    user, system = line.rpartition(")")[2].split()[11:13]  # fields 14 and 15 of proc(5)
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def as_json(figures: Any) -> str:
    """Figures for a program."""
    return json.dumps(figures, indent=2)
