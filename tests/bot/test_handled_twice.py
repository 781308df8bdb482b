"""An update may be handled twice, when its process was killed after the first time: it is stored once."""

from datetime import date

from bot.buttons.appointments import SetAppointment
from bot.buttons.corrections import ReportWrong
from bot.buttons.dismissals import Dismiss, PutOff
from bot.buttons.feedback import GiveFeedback
from bot.buttons.profile import SetConsent, SetRelation, ShowFacts
from bot.buttons.timelog import TellDay
from bot.buttons.visits import SetResult
from bot.buttons.worktime import TakeLeave
from bot.db.tables import (
    AppointmentRow,
    ConsentRow,
    CorrectionRow,
    CustomerFactRow,
    CustomerRow,
    DismissalRow,
    FeedbackRow,
    LeaveRow,
    RelationRow,
    TimeEntryRow,
    VisitRow,
)
from domain.customers.corrections import CorrectionKind
from domain.customers.profile import Basis, Channel, FactKind, RelationKind
from domain.visits.dismissal import DismissReason
from domain.visits.states import Result
from tests.support import town
from tests.support.team import team

TODAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)


async def test_what_was_tapped_and_said_is_stored_once(sqlite_database_url, tmp_path):
    async with team(sqlite_database_url, tmp_path) as place:
        rep, boss = place.people["Li Na"], place.people["Boss"]
        customers = len(await place.rows(CustomerRow))
        place.chatter.times = 2
        await rep.presses(SetResult(4, TODAY, Result.MET).pack())
        await rep.sends("saw Gray 5, asked for the study, back on Thursday")
        await rep.taps("Save")
        await rep.presses(SetAppointment(6, THURSDAY, 600).pack())
        await rep.presses(TakeLeave(THURSDAY, THURSDAY).pack())
        await rep.presses(ShowFacts(7, FactKind.STRENGTH).pack())
        await rep.sends("reads every study")
        await rep.presses(GiveFeedback(8, 9).pack())
        await rep.sends("likes short visits")
        await rep.presses(SetConsent(9, Channel.PHONE, Basis.SAID, given=True, on=TODAY).pack())
        await rep.presses(SetRelation(10, 11, RelationKind.SUPERIOR).pack())
        await rep.presses(Dismiss(12, DismissReason.NOT_TODAY).pack())
        await rep.presses(PutOff(13, date(2026, 12, 7)).pack())
        await rep.presses(ReportWrong(14, CorrectionKind.MOVED).pack())
        await rep.sends("Lake Hospital")
        await rep.presses(TellDay(TODAY, 240, 60, 120, 60).pack())
        await boss.sends("/import")
        await boss.uploads("more.csv", town.customers("en", first=500, owner="Wang Wei").data())
        await boss.taps("Load it")
        once = (AppointmentRow, LeaveRow, FeedbackRow, ConsentRow, RelationRow, CorrectionRow, TimeEntryRow)
        assert {kind.__name__: len(await place.rows(kind)) for kind in once} == {
            kind.__name__: 1 for kind in once
        }
        assert [visit.customer_id for visit in await place.rows(VisitRow)] == [4, 5]
        assert [fact.text for fact in await place.rows(CustomerFactRow)] == ["reads every study"]
        standing = [one.customer_id for one in await place.rows(DismissalRow) if one.ended_at is None]
        assert standing == [12, 13, 14]
        assert len(await place.rows(CustomerRow)) == customers + 27
