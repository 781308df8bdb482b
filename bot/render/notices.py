"""What each reminder is called, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.render.catalogues import marked
from domain.reminders.kinds import Reminder


@dataclass(frozen=True, slots=True)
class About:
    """A reminder in words, to be translated where they are said."""

    name: str
    tells: str


REMINDERS: Mapping[Reminder, About] = {
    Reminder.MORNING: About(
        marked("Morning list"), marked("Today's visits in order, on working days; pinned all day.")
    ),
    Reminder.PROMISES: About(
        marked("Promises"), marked("What is promised to customers, on the day it is due.")
    ),
    Reminder.SLIPPING: About(
        marked("Soon overdue"),
        marked("A and B customers who are soon overdue and not on today's list, in one message."),
    ),
    Reminder.APPOINTMENT: About(
        marked("Appointments"), marked("Each appointment, shortly before it begins.")
    ),
    Reminder.SCENARIO: About(marked("Scenario of the day"), marked("Something to practise, a few minutes.")),
    Reminder.NUDGE: About(
        marked("Evening question"), marked("How the visits went that have no answer yet, once a day.")
    ),
    Reminder.WEEK: About(
        marked("Next week"), marked("The plan of the next week, on the last working day of a week.")
    ),
    Reminder.REVIEW: About(
        marked("Month-end review"), marked("The six questions, on the last working day of a month.")
    ),
    Reminder.DIGEST: About(
        marked("Weekly digest"),
        marked("The team's week as text, chart and workbook, on the first working day of a week."),
    ),
    Reminder.MISSED: About(
        marked("Missed A customers"), marked("Whose visit is overdue for more than a day, each told once.")
    ),
    Reminder.WAITING: About(
        marked("Waits for you"), marked("Questions and reports that wait for your answer, once a day.")
    ),
    Reminder.LEDGER: About(
        marked("Sent and not sent"),
        marked("What was sent, late, unknown or dead, and what imports could not read, once a day."),
    ),
    Reminder.NEWS: About(
        marked("Answers and news"), marked("Answers to what you asked, and what colleagues decided.")
    ),
    Reminder.SAFETY: About(
        marked("Safety reports"),
        marked(
            "A note that waits for a safety report, before it is due and then; it cannot be switched off."
        ),
    ),
}
