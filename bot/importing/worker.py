"""The child process that parses files: bytes in, tables or a refusal out, under hard limits.

Run as `python -m bot.importing.worker`. Standard input: a line of JSON `{"limits": {...}, "files":
[[name, size], ...]}`, then the files' bytes. Standard output: JSON `{"tables": [[file, sheet, rows],
...]}` or `{"code": ..., "params": {...}}`. JSON and not pickle: what a hostile file makes of this
process must not be able to act in the bot.
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from bot.importing.limits import Limits
from bot.importing.tables import read_tables
from domain.errors import DomainError


def request(files: list[tuple[str, bytes]], limits: Limits) -> bytes:
    """What the worker is to be told."""
    head = {"limits": asdict(limits), "files": [[name, len(data)] for name, data in files]}
    return b"".join((json.dumps(head).encode(), b"\n", *(data for _, data in files)))


def main() -> None:
    """Serve one request."""
    head = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**head["limits"])
    _restrain(limits)
    answer: dict[str, Any]
    name = ""
    try:
        tables = []
        for name, size in head["files"]:
            tables += read_tables(name, sys.stdin.buffer.read(size), limits)
        answer = {"tables": [[table.file, table.name, table.rows] for table in tables]}
        written = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    except DomainError as error:
        written = json.dumps({"code": error.code, "params": error.params}).encode()
    except MemoryError:
        params = {"file": name, "limit": limits.memory}
        written = json.dumps({"code": "workbook_too_large", "params": params}).encode()
    sys.stdout.buffer.write(written)


def _restrain(limits: Limits) -> None:
    """Limit memory and processor time where the system can; elsewhere the parent's clock must do."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor_seconds, limits.processor_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
