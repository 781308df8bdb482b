"""One number for all content, to see that an import taken back has left no trace."""

import json
from hashlib import sha256

from sqlalchemy import select

from bot.db.images import plain
from bot.db.statements import table_of
from bot.db.tables import (
    AppointmentRow,
    AssessmentRow,
    CadenceChoiceRow,
    CertificateRow,
    ConfirmedWeekRow,
    ConsentRow,
    CustomerFactRow,
    CustomerRow,
    DismissalRow,
    EffortDecisionRow,
    EffortJudgementRow,
    EventDecisionRow,
    EventRow,
    EventSeatRow,
    FeedbackRow,
    InstitutionRow,
    JointCommentRow,
    JointVisitRow,
    KeptVisitRow,
    LeaveRow,
    PinRow,
    QualificationRow,
    QuizPollRow,
    RelationRow,
    ReviewCardRow,
    ReviewEventRow,
    ReviewRow,
    Row,
    SaleRow,
    SegmentRow,
    TerritoryPlanRow,
    TierDecisionRow,
    TierOverrideRow,
    TimeEntryRow,
    UsageRow,
    UserRow,
    VisitRow,
    WorkingHoursRow,
)
from bot.db.uow import UnitOfWork

_CONTENT: tuple[type[Row], ...] = (
    UserRow,
    QualificationRow,
    InstitutionRow,
    CustomerRow,
    AssessmentRow,
    UsageRow,
    SaleRow,
    VisitRow,
    TierDecisionRow,
    TierOverrideRow,
    ReviewEventRow,
    SegmentRow,
    ConsentRow,
    CustomerFactRow,
    RelationRow,
    FeedbackRow,
    DismissalRow,
    AppointmentRow,
    LeaveRow,
    WorkingHoursRow,
    TimeEntryRow,
    EffortJudgementRow,
    EffortDecisionRow,
    EventRow,
    EventSeatRow,
    EventDecisionRow,
    CadenceChoiceRow,
    TerritoryPlanRow,
    ConfirmedWeekRow,
    KeptVisitRow,
    JointVisitRow,
    JointCommentRow,
    PinRow,
    ReviewCardRow,
    ReviewRow,
    QuizPollRow,
    CertificateRow,
)


async def digest(uow: UnitOfWork) -> str:
    """SHA-256 over every row of every content table: equal content, equal digest, on any database."""
    total = sha256()
    for row in _CONTENT:
        table = table_of(row)
        total.update(f"{table.name}\n".encode())
        for columns in await uow.session.execute(select(table).order_by(table.c.id)):
            line = json.dumps([plain(value) for value in columns], sort_keys=True)
            total.update(f"{line}\n".encode())
    return total.hexdigest()
