"""Writing an import plan: many rows, few statements, and a record of every one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.images import image_of, update_rows
from bot.db.mappers import half_days_image
from bot.db.statements import insert_rows, new_ids, portions, table_of
from bot.db.stored import ROWS, Stored
from bot.db.tables import (
    NAME_KEY_LENGTH,
    AssessmentRow,
    ImportChangeRow,
    InstitutionRow,
    ReviewEventRow,
    Row,
    UserRow,
)
from domain.errors import DomainError
from domain.ids import BatchId, UserId
from domain.importing.keys import normal_name, sale_key
from domain.importing.model import (
    Action,
    Change,
    CustomerDraft,
    Draft,
    ImportPlan,
    InstitutionDraft,
    Kind,
    SaleDraft,
    UsageDraft,
    VisitDraft,
)
from domain.people.model import Role
from domain.tiering.review import EventKind, has_changed

_MEASURES = ("potential_score", "quantity", "support")

# What makes a review of potential due when it changes, by column.
_EVENTS = {
    "title": EventKind.TITLE,
    "institution_id": EventKind.TRANSFER,
    "department": EventKind.DEPARTMENT,
}

Values = dict[str, Any]


class Application:
    """One plan on its way into the database.

    What a row does is decided by what is stored at this moment: a row that has come into being since
    the plan was made is changed, not doubled.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        stored: Stored,
        batch_id: BatchId,
        author_id: UserId | None,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._stored = stored
        self._batch_id = batch_id
        self._author_id = author_id
        self._now = now
        self._people: dict[str, int] = {}

    async def run(self, plan: ImportPlan) -> None:
        work = [change for change in plan.changes if change.action is not Action.UNCHANGED]
        await self._find_people(work)
        for kind in Kind:
            for portion in portions([change for change in work if change.kind is kind]):
                await self._write(kind, portion)
                if kind is Kind.CUSTOMER:
                    await self._assess(portion)

    async def _find_people(self, work: Sequence[Change]) -> None:
        """Find the owners and reps that the plan names, and take on those whom nobody knows yet."""
        names = {name for change in work for name in _people_in(change.draft)}
        named = {normal_name(name): name for name in sorted(names)}
        for user in self._stored.users.values():
            key = normal_name(user["name"])
            if key in named and key in self._people:
                raise DomainError("ambiguous_name", name=named[key])
            self._people[key] = user["id"]
        new = {key: name for key, name in named.items() if key not in self._people}
        rows = [
            blank(UserRow) | {"role": Role.REP.value, "name": name, "created_at": self._now}
            for name in new.values()
        ]
        self._people |= dict(zip(new, await self._insert(UserRow, rows), strict=True))

    async def _write(self, kind: Kind, changes: Sequence[Change]) -> None:
        keys = self._stored.keys[kind]
        defaults = blank(ROWS[kind])
        new: dict[str, Values] = {}
        changed: list[tuple[int, Values, Values]] = []
        for change in changes:
            columns = self._columns(change)
            row_id = keys.get(change.key)
            if row_id is None:
                new[change.key] = defaults | columns
                continue
            row = self._stored.tables[kind][row_id]
            after = {name: value for name, value in columns.items() if row[name] != value}
            if after:
                changed.append((row_id, {name: row[name] for name in after}, after))
        if kind is Kind.VISIT:
            for row_values in new.values():
                row_values["created_at"] = self._now
        keys.update(zip(new, await self._insert(ROWS[kind], list(new.values())), strict=True))
        await self._update(ROWS[kind], changed)
        if kind is Kind.CUSTOMER:
            await self._note_events(changed)

    async def _note_events(self, changed: Sequence[tuple[int, Values, Values]]) -> None:
        """Whose title, institution or department is another one from now on is to be reviewed."""
        news = [
            (row_id, column, before[column], after[column])
            for row_id, before, after in changed
            for column in _EVENTS
            if after.get(column)
        ]
        institutions = await self._institutions() if any(one[1] == "institution_id" for one in news) else {}
        rows = []
        for row_id, column, *values in news:
            before, after = (
                institutions.get(each, "") if column == "institution_id" else each for each in values
            )
            if has_changed(before, after):
                rows.append(
                    blank(ReviewEventRow)
                    | {
                        "customer_id": row_id,
                        "kind": _EVENTS[column].value,
                        "on": self._now.date(),
                        "noted_at": self._now,
                        "before": before,
                        "after": after,
                        "author_id": self._author_id,
                        "batch_id": self._batch_id,
                    }
                )
        await insert_rows(self._connection, table_of(ReviewEventRow), rows)

    async def _institutions(self) -> Mapping[int | None, str]:
        """The names of all institutions, those of this plan too."""
        table = table_of(InstitutionRow)
        return {row.id: row.name for row in await self._connection.execute(select(table.c.id, table.c.name))}

    async def _assess(self, changes: Sequence[Change]) -> None:
        """Measures are never overwritten: what the file says anew is a dated row of its own."""
        rows = [
            {
                "customer_id": customer_id,
                "kind": kind,
                "value": float(value),
                "on": self._now.date(),
                "author_id": self._author_id,
                "batch_id": self._batch_id,
            }
            for change in changes
            for customer_id in (self._stored.keys[Kind.CUSTOMER][change.key],)
            for kind in _MEASURES
            if (value := getattr(change.draft, kind)) is not None
            and self._stored.assessed.get(customer_id, {}).get(kind) != value
        ]
        await insert_rows(self._connection, table_of(AssessmentRow), rows)

    async def _insert(self, row: type[Row], rows: Sequence[Values]) -> list[int]:
        if not rows:
            return []
        table = table_of(row)
        ids = await new_ids(self._connection, table, len(rows))
        numbered = [{"id": row_id, **values} for row_id, values in zip(ids, rows, strict=True)]
        await insert_rows(self._connection, table, numbered)
        await self._record(
            row, [(row_id, None, image_of(values)) for row_id, values in zip(ids, rows, strict=True)]
        )
        return ids

    async def _update(self, row: type[Row], changed: Sequence[tuple[int, Values, Values]]) -> None:
        if not changed:
            return
        await update_rows(self._connection, table_of(row), [(row_id, after) for row_id, _, after in changed])
        await self._record(
            row, [(row_id, image_of(before), image_of(after)) for row_id, before, after in changed]
        )

    async def _record(self, row: type[Row], images: Sequence[tuple[int, Values | None, Values]]) -> None:
        name = table_of(row).name
        await insert_rows(
            self._connection,
            table_of(ImportChangeRow),
            [
                {
                    "batch_id": self._batch_id,
                    "table_name": name,
                    "row_id": row_id,
                    "before": before,
                    "after": after,
                }
                for row_id, before, after in images
            ],
        )

    def _columns(self, change: Change) -> Values:
        """The columns that a draft speaks about."""
        match change.draft:
            case InstitutionDraft() as draft:
                columns = _given(
                    draft, "code", "name", "site_class", "grade", "city", "district", "lat", "lon"
                )
                columns["name_key"] = normal_name(draft.name)[:NAME_KEY_LENGTH]
                if draft.reception is not None:
                    columns["reception"] = half_days_image(draft.reception)
            case CustomerDraft() as draft:
                columns = self._customer_columns(draft)
            case VisitDraft() as draft:
                columns = _given(draft, "on", "next_step", "next_on", "note")
                columns["customer_id"] = self._id(Kind.CUSTOMER, draft.customer)
                columns["rep_id"] = self._people[normal_name(draft.rep)] if draft.rep else None
                if draft.channel is not None:
                    columns["channel"] = draft.channel.value
                if draft.outcome is not None:
                    columns["outcome"] = draft.outcome.value
            case UsageDraft() as draft:
                columns = _given(draft, "period", "product", "quantity")
                columns["customer_id"] = self._id(Kind.CUSTOMER, draft.customer)
            case SaleDraft() as draft:
                columns = _given(draft, "department", "on", "product", "quantity", "amount")
                columns["institution_id"] = self._id(Kind.INSTITUTION, draft.institution)
                columns["ordinal"] = _ordinal(draft, change.key)
        return columns

    def _customer_columns(self, draft: CustomerDraft) -> Values:
        columns = _given(
            draft,
            "code",
            "name",
            "city",
            "district",
            "lat",
            "lon",
            "department",
            "title",
            "title_rank",
            "specialty",
            "is_kol",
            "is_no_see",
            "by_appointment",
            "note",
        )
        if draft.institution is not None:
            columns["institution_id"] = self._id(Kind.INSTITUTION, draft.institution)
        if draft.owner is not None:
            columns["owner_id"] = self._people[normal_name(draft.owner)]
        if draft.best_times is not None:
            columns["best_times"] = half_days_image(draft.best_times)
        if draft.status is not None:
            columns["status"] = draft.status.value
        return columns

    def _id(self, kind: Kind, key: str) -> int:
        """The row that a draft refers to; gone since the plan was made = the plan is out of date."""
        try:
            return self._stored.keys[kind][key]
        except KeyError:
            raise DomainError("plan_out_of_date") from None


def blank(row: type[Row]) -> Values:
    """A new row with nothing but its defaults, without its id."""
    values = row()
    return {column.name: getattr(values, column.name) for column in table_of(row).c if column.name != "id"}


def _given(draft: Draft, *names: str) -> Values:
    return {name: value for name in names if (value := getattr(draft, name)) is not None}


def _people_in(draft: Draft) -> Iterator[str]:
    if isinstance(draft, CustomerDraft) and draft.owner:
        yield draft.owner
    if isinstance(draft, VisitDraft) and draft.rep:
        yield draft.rep


def _ordinal(draft: SaleDraft, key: str) -> int:
    """The number among equal sales that makes the key what it is (a key itself is opaque)."""
    return next(
        number
        for number in count()
        if sale_key(draft.institution, draft.department, draft.on, draft.product, number) == key
    )
