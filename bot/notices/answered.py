"""An answer to what a rep has asked or reported."""

from datetime import timedelta

from bot.buttons.corrections import ShowCorrection
from bot.buttons.tiers import ShowQuestion
from bot.db.values import Owed
from bot.handlers.home import home_row
from bot.handlers.tiers import show_question
from bot.notices.model import Notice
from bot.screens import Button, Screen
from bot.services import reminding
from bot.turn import Turn
from domain.ids import CorrectionId, QuestionId


async def _question(turn: Turn, owed: Owed) -> Screen | None:
    found = await reminding.question(turn.deps, turn.viewer, QuestionId(owed.params["id"]))
    return None if found is None else await show_question(turn, ShowQuestion(found.id))


async def _report(turn: Turn, owed: Owed) -> Screen | None:
    """That there is an answer; what it is says the report itself, which counts as read then."""
    found = await reminding.correction(turn.deps, turn.viewer, CorrectionId(owed.params["id"]))
    if not found.is_news:
        return None
    rows = [[Button(turn.words._("The answer"), ShowCorrection(found.id)), *home_row(turn)]]
    return Screen(turn.text("notice_report", found=found), rows)


QUESTION = Notice(code="question_answered", compose=_question, late_after=timedelta(days=30))
REPORT = Notice(code="report_answered", compose=_report, late_after=timedelta(days=30))
