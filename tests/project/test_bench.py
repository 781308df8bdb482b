"""The benchmarks at a tiny size: what they measure really happens, and their figures are complete."""

import json
import os
from dataclasses import replace

import pytest

from bot.bench.figures import BenchError, Waits, peak_megabytes, processor_seconds, quantile
from bot.bench.importing import FileFigures, Measured, Pass
from bot.bench.rosters import MORNING, Territory, roster
from bot.bench.run import _import_lines, bench
from bot.bench.today import Scale
from bot.bench.traffic import answering, served
from domain.content.library import load_library

TINY = Scale(
    customers=30, visits=90, calls=3, people=3, customers_each=12, visits_each=24, rounds=2, great_rounds=2
)


@pytest.fixture
def measured(capsys):
    def measure(what, **sizes):
        assert bench(what, as_json=True, **sizes) == 0
        return json.loads(capsys.readouterr().out)

    return measure


def test_bench_import_takes_every_row_from_both_forms_once(measured):
    found = measured("import", customers=60, visits=120)
    assert set(found) == {"what", "python", "processors", "limit_seconds", "within_limit", "files"}
    assert [(each["form"], each["visits"]) for each in found["files"]] == [
        ("xlsx", 0),
        ("csv", 0),
        ("xlsx", 120),
        ("csv", 120),
    ]
    for each in found["files"]:
        first, again = each["measured"]["first"], each["measured"]["again"]
        assert each["rows"] == 60 + 2 + each["visits"]
        assert (first["new"], first["rejected"], first["tiers_decided"]) == (each["rows"], 0, 60)
        assert (again["new"], again["unchanged"], again["tiers_decided"]) == (0, each["rows"], 0)
        assert first["total"] == pytest.approx(first["read"] + first["dry_run"] + first["load"], abs=0.002)
        assert each["measured"]["storing"] > 0
        assert each["measured"]["tiers"] > 0


def test_bench_today_answers_everybody_as_often_as_they_ask(measured):
    found = measured("today", scale=TINY)
    assert set(found) == {"what", "python", "processors", "figures"}
    figures = found["figures"]
    for name in ("handler", "broken"):
        assert figures[name]["waits"]["count"] == 3
        assert figures[name]["processor_ms"] > 0
        assert 0 < figures[name]["pause_ms"] < 2000
    for name in ("echo", "help", "today"):
        assert (figures[name]["people"], figures[name]["replies"]) == (3, 6)
        assert figures[name]["waits"]["count"] == 6
    assert (figures["today_great"]["people"], figures["today_great"]["replies"]) == (1, 2)
    ratio = figures["today"]["a_second"] / figures["echo"]["a_second"]
    assert figures["today_to_echo"] == pytest.approx(ratio, abs=0.001)


@pytest.mark.parametrize(("seconds", "verdict"), [(9.9, "in 9.9 s at most: under 10 s"), (10.1, "NOT under")])
def test_the_table_for_people_says_whether_the_limit_is_kept(seconds, verdict):
    done = Pass(1, 2, 3, seconds, 102, 0, 0, 100)
    measured = Measured(done, done, storing=1, tiers=1, bot_peak=200.4, reader_peak=None)
    plain = FileFigures("xlsx", 100, 0, 102, 0.5, 10, measured)
    long = replace(plain, visits=400, measured=replace(measured, first=replace(done, total=99)))
    *table, _, last = _import_lines([plain, long])
    assert verdict in last
    assert "xlsx, 400 visits" in table[0]
    assert any(line.split() == ["peak", "memory,", "bot", "200", "MB", "200", "MB"] for line in table)
    assert any(line.endswith("not told") for line in table)
    assert len({len(line) for line in table}) == 1


async def test_people_read_the_list_and_not_something_else(tmp_path):
    async with served([1]) as server, answering(server, "bot.bench.echo", tmp_path) as audience:
        replies = await audience.ask([1], lambda _: "/today", rounds=3, within=60)
        said = [message.text for message in server.telegram.chat(1).messages if message.from_bot]
    assert replies.replies == 3
    assert said == ["/today"] * 3


async def test_a_bot_that_does_not_answer_fails_the_measurement_with_its_last_words(tmp_path):
    async with served([1]) as server:
        with pytest.raises(BenchError, match=r"0 of 1 questions(?s:.)*No module named"):
            async with answering(server, "bot.bench.nothing_of_the_kind", tmp_path) as audience:
                await audience.ask([1], lambda _: "?", rounds=1, within=1)


def test_a_roster_is_as_large_as_wanted_and_always_the_same():
    columns = load_library().columns
    territories = [Territory("Ann", 3, 7), Territory("Ben", 2, 2)]
    institutions, customers, visits = roster(territories, columns)
    assert (len(institutions.rows), len(customers.rows), len(visits.rows)) == (1, 5, 9)
    days = [row[list(visits.headers).index("Visit date")] for row in visits.rows]
    assert max(days) < MORNING.date()
    assert roster(territories, columns) == [institutions, customers, visits]
    assert len(roster([Territory("Ann", 3, 0)], columns)) == 2


def test_quantiles_are_values_that_were_measured():
    assert [quantile([4, 1, 3, 2], share) for share in (0.25, 0.5, 0.51, 1)] == [1, 2, 3, 4]
    assert Waits.of([0.2, 0.1]) == Waits(count=2, p50=100.0, p95=200.0)


def test_a_process_knows_its_memory_and_its_time():
    peak, used = peak_megabytes(), processor_seconds(os.getpid())
    assert peak is None or 10 < peak < 10_000
    assert used is None or used > 0
    assert processor_seconds(2**31 - 1) is None
