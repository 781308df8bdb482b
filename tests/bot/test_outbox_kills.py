"""The bot's process is killed at random moments, on both databases, before a bad network."""

from bot.bench.outbox import Trial, measure_outbox


async def test_what_is_owed_arrives_through_kills_and_faults(empty_url, tmp_path):
    found = await measure_outbox(tmp_path, Trial(kills=7, life=0.5, speed=60, database_url=empty_url))
    assert found.kills == 7
    assert found.faults > 0
    assert found.at_least.owed > 0
    assert found.at_least.never == 0
    assert found.at_most.owed > 0
    assert found.at_most.twice == 0
    assert found.at_most.once > 0
    assert found.said > 0
    assert found.unheard == 0
    assert found.open_rows == 0
    assert set(found.states) <= {"sent", "unknown", "dead", "skipped"}
    assert found.recovery_seconds > 0  # how long depends on the machine: `ninebox bench outbox` tells
