"""Questions about who has left are reports from 0011 on, and questions again on the way back."""

from alembic import command
from sqlalchemy import text

from bot.db.migrate import locked, upgrade
from tests.migrations.test_migrations import SCRIPTS, step

PEOPLE = (
    """INSERT INTO "user" (id, role, name, is_active, created_at)"""
    " VALUES (1, 'rep', 'Li Na', true, '2026-11-01'), (2, 'manager', 'Boss', true, '2026-11-01')"
)
CUSTOMER = (
    "INSERT INTO customer (id, name, city, department, title, specialty, best_times, is_kol, is_no_see,"
    " status, note) VALUES (1, 'Shaw', '', '', '', '', '[]', false, false, 'active', '')"
)
QUESTIONS = (
    "INSERT INTO tier_question (customer_id, rep_id, doubt, evidence, asked_at, state, answer, answered_by)"
    " VALUES (1, 1, 'moved', 'the ward says so', '2026-11-02', 'accepted', 'checked', 2),"
    " (1, 1, 'support', 'asks for us', '2026-11-03', 'open', '', NULL),"
    " (1, 1, 'retired', '', '2026-11-04', 'open', '', NULL)"
)
ASKED = "SELECT doubt, evidence, state, answer, answered_by FROM tier_question ORDER BY asked_at"
REPORTED = "SELECT kind, value, state, answer, answered_by FROM correction ORDER BY asked_at"


async def test_questions_about_who_has_left_become_reports_and_back(empty_url):
    await upgrade(empty_url, "0010")
    async with locked(empty_url) as connection:
        for statement in (PEOPLE, CUSTOMER, QUESTIONS):
            await connection.execute(text(statement))
        before = (await connection.execute(text(ASKED))).all()
    async with locked(empty_url) as connection:
        await connection.run_sync(step(SCRIPTS, command.upgrade, "0011"))
        assert (await connection.execute(text(ASKED))).all() == [("support", "asks for us", "open", "", None)]
        assert (await connection.execute(text(REPORTED))).all() == [
            ("moved", "the ward says so", "approved", "checked", 2),
            ("retired", "", "open", "", None),
        ]
        await connection.run_sync(step(SCRIPTS, command.downgrade, "0010"))
        assert (await connection.execute(text(ASKED))).all() == before
