"""Erasing what is known about a customer who refuses data collection.

What is counted stays: on which days somebody was visited, in which cell, how much was used. Every other row
about the customer is deleted, also those of tables that this module does not know: a table is kept only if
it is named here.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, cast, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.images import Image, update_rows
from bot.db.merging import references
from bot.db.statements import portions, table_of
from bot.db.tables import (
    AppointmentRow,
    AwaitedWordsRow,
    CorrectionRow,
    CustomerMergeRow,
    CustomerRow,
    DismissalRow,
    FeedbackRow,
    HeldTextRow,
    ImportChangeRow,
    InstallationRow,
    InstitutionRow,
    JointCommentRow,
    JointVisitRow,
    RefusalRow,
    Row,
    ScenarioCandidateRow,
    SuggestionRow,
    TierDecisionRow,
    TierOverrideRow,
    TierProposalRow,
    TierQuestionRow,
    UsageRow,
    VisitAttachmentRow,
    VisitDraftRow,
    VisitRow,
    VisitVersionRow,
)
from bot.db.values import AppointmentState, Purpose
from domain.customers.model import CustomerStatus
from domain.ids import CustomerId
from domain.importing.keys import institution_key
from domain.importing.refusals import fingerprints
from domain.jointvisits.model import LAST, JointState
from domain.visits.suggestion import SuggestionState

ERASED: Mapping[type[Row], Mapping[str, Any]] = {
    CustomerRow: {
        "code": None,
        "name": "",
        "owner_id": None,
        "institution_id": None,
        "city": "",
        "district": "",
        "lat": None,
        "lon": None,
        "department": "",
        "title": "",
        "title_rank": None,
        "specialty": "",
        "best_times": [],
        "is_kol": False,
        "is_no_see": False,
        "status": CustomerStatus.FORGOTTEN.value,
        "note": "",
        "by_appointment": False,
        "merged_into": None,
    },
    VisitRow: {
        "next_step": "",
        "next_on": None,
        "note": "",
        "topics": None,
        "barrier": None,
        "support": None,
        "step_done_on": None,
    },
    UsageRow: {},
    DismissalRow: {},
    AppointmentRow: {},
    SuggestionRow: {"reasons": []},
    TierDecisionRow: {"reasons": []},
    TierProposalRow: {"reasons": []},
    TierOverrideRow: {"reason": ""},
    TierQuestionRow: {"evidence": "", "answer": ""},
    FeedbackRow: {"text": ""},
    CorrectionRow: {"value": "", "answer": "", "institution_id": None},
    ScenarioCandidateRow: {"customer_id": None},
    JointVisitRow: {"reasons": [], "goal": "", "happened": "", "next_time": ""},
}
"""The tables whose rows stay, each with what is written over their columns."""

SUBJECTS: Mapping[Purpose, type[Row] | None] = {
    Purpose.OVERRIDE: CustomerRow,
    Purpose.QUESTION: CustomerRow,
    Purpose.ANSWER: TierQuestionRow,
    Purpose.PROCUREMENT: CustomerRow,
    Purpose.APPOINTMENT: CustomerRow,
    Purpose.LATER: CustomerRow,
    Purpose.ADDED: None,
    Purpose.EVIDENCE: TierQuestionRow,
    Purpose.DAY_START: None,
    Purpose.QUALIFICATION: None,
    Purpose.VISIT_FIELD: VisitRow,
    Purpose.DRAFT_FIELD: VisitDraftRow,
    Purpose.VISIT_DAY: CustomerRow,
    Purpose.CORRECTION: CorrectionRow,
    Purpose.CORRECTION_NO: CorrectionRow,
    Purpose.FILE: CustomerRow,
    Purpose.FACT: CustomerRow,
    Purpose.CONSENT: CustomerRow,
    Purpose.FEEDBACK: FeedbackRow,
    Purpose.RELATION: CustomerRow,
    Purpose.PLAN_WORDS: None,
    Purpose.PLAN_COMMENT: None,
    Purpose.PLAN_RETURN: None,
    Purpose.EVENT_TOPIC: None,
    Purpose.EVENT_PLACE: None,
    Purpose.EVENT_VALUE: None,
    Purpose.EVENT_COMMENT: None,
    Purpose.JOINT_ANSWER: JointVisitRow,
    Purpose.JOINT_COMMENT: JointVisitRow,
    Purpose.SCENARIO: None,
    Purpose.SHOWN: CustomerRow,
}
"""What words that were asked for are about; None is nobody."""

_BY_TABLE = {table_of(row).name: columns for row, columns in ERASED.items()}
_customer, _visit, _change = table_of(CustomerRow), table_of(VisitRow), table_of(ImportChangeRow)


async def same_person(connection: AsyncConnection, customer_id: CustomerId) -> list[CustomerId]:
    """A customer with all entries that were merged into theirs."""
    found = [customer_id]
    for one in found:
        query = select(_customer.c.id).where(_customer.c.merged_into == one)
        found += [CustomerId(number) for number in (await connection.execute(query)).scalars()]
    return found


async def refuse(connection: AsyncConnection, customers: Collection[CustomerId], now: datetime) -> None:
    """Keep the fingerprints by which an import knows the customers again."""
    secret = (await connection.execute(select(table_of(InstallationRow).c.secret))).scalar_one()
    place = table_of(InstitutionRow)
    query = (
        select(_customer.c.code, _customer.c.name, place.c.code, place.c.name)
        .outerjoin(place, place.c.id == _customer.c.institution_id)
        .where(_customer.c.id.in_(customers))
    )
    found: set[str] = set()
    for code, name, place_code, place_name in await connection.execute(query):
        places = {institution_key(each, place_name) for each in (place_code, None)} if place_name else {""}
        found |= fingerprints(secret, code, name, places)
    refusal = table_of(RefusalRow)
    known = set((await connection.execute(select(refusal.c.fingerprint))).scalars())
    rows = [{"fingerprint": one, "noted_at": now} for one in sorted(found - known)]
    if rows:
        await connection.execute(insert(refusal), rows)


async def erase(connection: AsyncConnection, customers: Sequence[CustomerId], today: date) -> None:
    """Erase what is known about some customers, in every table and in every image of their rows."""
    visits = (
        await connection.execute(select(_visit.c.id).where(_visit.c.customer_id.in_(customers)))
    ).scalars()
    visit_ids = list(visits)
    await _erase_versions(connection, customers, visit_ids)
    await _delete_where(connection, VisitAttachmentRow, "visit_id", visit_ids)
    joint = table_of(JointVisitRow)
    joint_ids = await connection.execute(select(joint.c.id).where(joint.c.customer_id.in_(customers)))
    await _delete_where(connection, JointCommentRow, "joint_id", list(joint_ids.scalars()))
    await _erase_words(connection, customers, visit_ids)
    await _erase_images(connection, {_customer.name: customers, _visit.name: visit_ids})
    merge = table_of(CustomerMergeRow)
    both = or_(merge.c.kept_id.in_(customers), merge.c.gone_id.in_(customers))
    await connection.execute(delete(merge).where(both))
    await _call_off(connection, customers, today)
    for table, columns in references():
        if table.name not in _BY_TABLE:
            mine = or_(*(table.c[name].in_(customers) for name in columns))
            await connection.execute(delete(table).where(mine))
        elif values := _BY_TABLE[table.name]:
            mine = table.c.customer_id.in_(customers)
            await connection.execute(update(table).where(mine).values(**values))
    own = _customer.c.id.in_(customers)
    await connection.execute(update(_customer).where(own).values(**ERASED[CustomerRow]))


async def _call_off(connection: AsyncConnection, customers: Collection[CustomerId], today: date) -> None:
    """Take appointments to come out of the calendar, suggestions off the list, and call joint visits off."""
    appointment, suggestion = table_of(AppointmentRow), table_of(SuggestionRow)
    to_come = and_(
        appointment.c.customer_id.in_(customers),
        appointment.c.on >= today,
        appointment.c.state == AppointmentState.SET.value,
    )
    await connection.execute(delete(appointment).where(to_come))
    waits = and_(suggestion.c.customer_id.in_(customers), suggestion.c.state == SuggestionState.OPEN.value)
    withdrawn = {"state": SuggestionState.WITHDRAWN.value}
    await connection.execute(update(suggestion).where(waits).values(**withdrawn))
    joint = table_of(JointVisitRow)
    under_way = and_(
        joint.c.customer_id.in_(customers), joint.c.state.not_in([state.value for state in LAST])
    )
    called_off = {"state": JointState.CANCELLED.value}
    await connection.execute(update(joint).where(under_way).values(**called_off))


async def _erase_versions(
    connection: AsyncConnection, customers: Collection[CustomerId], visit_ids: Sequence[int]
) -> None:
    """Delete the versions of visits, and those of visits that were undone."""
    version = table_of(VisitVersionRow)
    await _delete_where(connection, VisitVersionRow, "visit_id", visit_ids)
    written = cast(version.c.before, String)
    for number in customers:
        told = or_(
            written.contains(f'"customer_id": {number},'), written.contains(f'"customer_id": {number}}}')
        )
        await connection.execute(delete(version).where(told))


async def _erase_words(
    connection: AsyncConnection, customers: Sequence[CustomerId], visit_ids: Sequence[int]
) -> None:
    """Delete drafts of visits, words that are waited for, and words held for drug safety.

    They are about the customer by what they were asked for, or because they name one of the entries.
    """
    rows = await connection.execute(
        select(_customer.c.name, _customer.c.code).where(_customer.c.id.in_(customers))
    )
    names = [word for row in rows for word in row if word]
    draft, held = table_of(VisitDraftRow), table_of(HeldTextRow)
    drafts = [
        row_id
        for row_id, fields in await connection.execute(select(draft.c.id, draft.c.fields))
        if not _named_in(fields).isdisjoint(customers) or any(name in str(fields) for name in names)
    ]
    about: dict[type[Row] | None, Sequence[int]] = {
        CustomerRow: customers,
        VisitRow: visit_ids,
        VisitDraftRow: drafts,
    }
    for row in (TierQuestionRow, CorrectionRow, FeedbackRow, JointVisitRow):
        table = table_of(row)
        ids = await connection.execute(select(table.c.id).where(table.c.customer_id.in_(customers)))
        about[row] = list(ids.scalars())
    for purpose, subject in SUBJECTS.items():
        for table in (table_of(AwaitedWordsRow), held):
            for portion in portions(about.get(subject, ())):
                mine = and_(table.c.purpose == purpose.value, table.c.subject_id.in_(portion))
                await connection.execute(delete(table).where(mine))
    for name in names:
        await connection.execute(delete(held).where(held.c.text.contains(name, autoescape=True)))
    await _delete_where(connection, VisitDraftRow, "id", drafts)


def _named_in(fields: Mapping[str, Any]) -> set[int]:
    """Whom a draft of a visit is about, or may be."""
    candidates = (number for _said, found in fields.get("names", ()) for number in found)
    return {*fields.get("customers", ()), *candidates}


async def _erase_images(connection: AsyncConnection, rows: Mapping[str, Sequence[int]]) -> None:
    """Write the same over what imports have kept of the rows, so that they can still be taken back."""
    for name, ids in rows.items():
        for portion in portions(ids):
            query = select(_change.c.id, _change.c.before, _change.c.after).where(
                _change.c.table_name == name, _change.c.row_id.in_(portion)
            )
            erased = [
                (row_id, {"before": _erased(name, before), "after": _erased(name, after)})
                for row_id, before, after in await connection.execute(query)
            ]
            await update_rows(connection, _change, erased)


def _erased(table: str, image: Image | None) -> Image | None:
    columns = _BY_TABLE[table]
    return image and {name: columns.get(name, value) for name, value in image.items()}


async def _delete_where(connection: AsyncConnection, row: type[Row], column: str, ids: Sequence[int]) -> None:
    table: Table = table_of(row)
    for portion in portions(ids):
        condition: ColumnElement[bool] = table.c[column].in_(portion)
        await connection.execute(delete(table).where(condition))
