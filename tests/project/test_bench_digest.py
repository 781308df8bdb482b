"""The figures of a region at a tiny size: what is measured really happens."""

import json
from datetime import date

from bot.bench.digest import DigestFigures
from bot.bench.regions import Region
from bot.bench.run import _digest_lines, bench

TINY = Region(reps=3, customers_each=20, visits_a_day=4, first=date(2026, 7, 1), last=date(2026, 7, 31))


def test_bench_digest_reckons_a_region_and_watches_the_loop(capsys):
    assert bench("digest", as_json=True, region=TINY) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert (figures["reps"], figures["within_limit"]) == (3, True)
    assert 50 < figures["customers"] <= 60
    assert figures["visits"] > 100
    assert 0 < figures["longest_wait"] / 1000 < figures["seconds"] < figures["limit_seconds"]


def test_the_lines_for_people_say_whether_the_limit_is_kept():
    def lines(within):
        return "\n".join(_digest_lines(DigestFigures(200, 24000, 99476, 5.2, 4.4, 120.4, None, 5.0, within)))

    assert "figures in 5.2 s (4.4 s of the processor): NOT under 5 s." in lines(within=False)
    assert ": under 5 s." in lines(within=True)
    assert "waits at most 120 ms; peak memory not told." in lines(within=True)
