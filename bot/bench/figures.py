"""What a measurement brings back, and how a process measures itself."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path


class BenchError(Exception):
    """The measurement failed, so there are no figures; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long something took, in milliseconds, `count` times."""

    count: int
    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        """From the single times."""
        return cls(len(seconds), milliseconds(quantile(seconds, 0.50)), milliseconds(quantile(seconds, 0.95)))


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    return sorted(values)[ceil(share * len(values)) - 1]


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, as exact as they are worth printing."""
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
    user, system = line.rpartition(")")[2].split()[11:13]  # fields 14 and 15 of proc(5)
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
