"""Customers' files: every edit is kept with what stood there before. Every query takes a scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.images import Image, image_of, values_of
from bot.db.mappers import maybe_user, to_institution
from bot.db.scope import within
from bot.db.statements import REP, table_of
from bot.db.tables import (
    ConsentRow,
    CustomerFactRow,
    CustomerRow,
    ImportBatchRow,
    ImportChangeRow,
    InstitutionRow,
    ProfileChangeRow,
    RelationRow,
    Row,
    UserRow,
    VisitRow,
)
from bot.db.values import BatchStatus
from domain.customers.model import Institution
from domain.customers.profile import (
    Basis,
    Consent,
    Fact,
    FactKind,
    FileChange,
    FileField,
    Relation,
    RelationKind,
)
from domain.errors import DomainError
from domain.ids import BatchId, ChangeId, CustomerId, FactId, InstitutionId, RelationId, UserId
from domain.people.model import Scope
from domain.visits.model import Channel

_ELSEWHERE: Mapping[FileField, type[Row]] = {
    FileField.RECEPTION: InstitutionRow,
    FileField.CONSENT: ConsentRow,
    FileField.FACT: CustomerFactRow,
    FileField.RELATION: RelationRow,
    FileField.STEP: VisitRow,
}
"""The fields that are no columns of the customer."""

_TELLING: Mapping[FileField, tuple[str, ...]] = {
    FileField.CONSENT: ("channel", "basis", "given_on", "withdrawn_on"),
    FileField.FACT: ("kind", "text", "on", "due", "ended_on"),
    FileField.RELATION: ("other_id", "kind"),
    FileField.STEP: ("next_step", "step_done_on"),
}
"""The columns without which a change could not be told: they are kept with it, changed or not."""

COLUMNS: Mapping[str, FileField] = {
    **{field.value: field for field in FileField if field not in _ELSEWHERE},
    "institution_id": FileField.INSTITUTION,
}
"""The columns of a customer that people edit."""

_IMPORTS_SHOWN = 50


class Profile:
    """What is known about customers, and who has said so. The viewer of a scope is the author of an edit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # Edits

    async def add(
        self,
        customer_id: CustomerId,
        scope: Scope,
        field: FileField,
        values: Mapping[str, Any],
        now: datetime,
    ) -> ChangeId:
        """Add a consent, fact or relation to a file. Raises `not_found` outside the scope."""
        await self._institution_of(customer_id, scope)
        table, columns = _table(field), {"customer_id": customer_id, **values}
        made = await self._session.execute(insert(table).values(**columns).returning(table.c.id))
        return await self._keep((customer_id, field, made.scalar_one()), None, image_of(columns), scope, now)

    async def change(
        self,
        customer_id: CustomerId,
        scope: Scope,
        field: FileField,
        row_id: int,
        values: Mapping[str, Any],
        now: datetime,
    ) -> ChangeId | None:
        """Write columns of a row of the field; None when they stand there already.

        Raises `not_found` outside the scope, or for the row of another customer.
        """
        row = await self._row(customer_id, scope, field, row_id)
        after = {name: value for name, value in values.items() if row[name] != value}
        if not after:
            return None
        table = _table(field)
        await self._session.execute(update(table).where(table.c.id == row_id).values(**after))
        told = {*after, *_TELLING.get(field, ())}
        before = image_of({name: row[name] for name in told})
        subject = customer_id, field, row_id
        return await self._keep(subject, before, before | image_of(after), scope, now)

    async def remove(
        self, customer_id: CustomerId, scope: Scope, field: FileField, row_id: int, now: datetime
    ) -> ChangeId:
        """Take a row out of a file. Raises as `change`."""
        row = await self._row(customer_id, scope, field, row_id)
        table = _table(field)
        await self._session.execute(delete(table).where(table.c.id == row_id))
        return await self._keep((customer_id, field, row_id), image_of(row), None, scope, now)

    async def take_back(self, change_id: ChangeId, scope: Scope, now: datetime) -> None:
        """Make a row what it was before an edit, once.

        Raises `not_found` outside the scope or for an edit that was taken back, and `edit_overtaken` when
        the row has been changed since.
        """
        edit = await self._edit(change_id, scope)
        table = _table(FileField(edit.field))
        found = (await self._session.execute(select(table).where(table.c.id == edit.row_id))).mappings()
        row = found.one_or_none()
        if not _stands(row, edit.after):
            raise DomainError("edit_overtaken")
        if edit.before is None:
            await self._session.execute(delete(table).where(table.c.id == edit.row_id))
        else:
            await self._restore(edit)
        await self._session.execute(
            update(ProfileChangeRow)
            .where(col(ProfileChangeRow.id) == change_id)
            .values(undone_at=now, undone_by=scope.viewer)
        )
        self._session.expire_all()

    # History

    async def get(self, change_id: ChangeId, scope: Scope) -> FileChange:
        """One edit that was not taken back. Raises `not_found` for others."""
        row = await self._edit(change_id, scope)
        return _to_change(row, "", None)

    async def history(self, customer_id: CustomerId, scope: Scope) -> list[FileChange]:
        """All edits of a file, and what imports changed of its fields, the newest first."""
        remover = aliased(UserRow)
        query = (
            select(ProfileChangeRow, col(UserRow.name), col(remover.name))
            .join(UserRow, col(UserRow.id) == col(ProfileChangeRow.author_id))
            .outerjoin(remover, col(remover.id) == col(ProfileChangeRow.undone_by))
            .where(_visible(ProfileChangeRow.customer_id, customer_id, scope))
            .order_by(col(ProfileChangeRow.id))
            .execution_options(populate_existing=True)
        )
        said = [_to_change(*found) for found in await self._session.execute(query)]
        imported = (
            select(
                col(ImportChangeRow.before),
                col(ImportChangeRow.after),
                col(ImportBatchRow.id),
                col(ImportBatchRow.created_at),
                col(ImportBatchRow.author_id),
                col(UserRow.name),
            )
            .join(ImportBatchRow, col(ImportBatchRow.id) == col(ImportChangeRow.batch_id))
            .outerjoin(UserRow, col(UserRow.id) == col(ImportBatchRow.author_id))
            .where(
                col(ImportChangeRow.table_name) == table_of(CustomerRow).name,
                _visible(ImportChangeRow.row_id, customer_id, scope),
                col(ImportChangeRow.before).is_not(null()),
                col(ImportBatchRow.status) == BatchStatus.APPLIED.value,
            )
            .order_by(col(ImportChangeRow.id).desc())
            .limit(_IMPORTS_SHOWN)
        )
        brought = [
            change
            for found in (await self._session.execute(imported)).all()[::-1]
            for change in _imported(customer_id, *found)
        ]
        return sorted([*brought, *said], key=lambda one: one.at)[::-1]

    # What is known

    async def consents(self, customer_id: CustomerId, scope: Scope) -> dict[Channel, Consent]:
        """What a customer has said to the channels."""
        query = select(ConsentRow).where(_visible(ConsentRow.customer_id, customer_id, scope))
        found = await self._session.scalars(query.execution_options(populate_existing=True))
        return {Channel(row.channel): _to_consent(row) for row in found}

    async def consents_of(self, rep_id: UserId) -> dict[CustomerId, dict[Channel, Consent]]:
        """What the customers of a rep have said to the channels; those who said nothing are left out."""
        said: dict[CustomerId, dict[Channel, Consent]] = {}
        for row in await self._session.scalars(_consents(), {"rep": rep_id}):
            said.setdefault(CustomerId(row.customer_id), {})[Channel(row.channel)] = _to_consent(row)
        return said

    async def say(self, customer_id: CustomerId, scope: Scope, said: Consent, now: datetime) -> None:
        """Keep what a customer says to a channel. Raises `not_found` outside the scope."""
        known = select(col(ConsentRow.id)).where(
            col(ConsentRow.customer_id) == customer_id, col(ConsentRow.channel) == said.channel.value
        )
        row_id = (await self._session.execute(known)).scalar_one_or_none()
        values = {
            "channel": said.channel.value,
            "basis": said.basis.value,
            "given_on": said.given_on,
            "withdrawn_on": said.withdrawn_on,
        }
        if row_id is None:
            await self.add(customer_id, scope, FileField.CONSENT, values, now)
        else:
            await self.change(customer_id, scope, FileField.CONSENT, row_id, values, now)

    async def facts(self, customer_id: CustomerId, scope: Scope) -> list[Fact]:
        """The facts that hold, and the promises that are open, in the order in which they were told."""
        query = (
            select(CustomerFactRow)
            .where(
                _visible(CustomerFactRow.customer_id, customer_id, scope),
                col(CustomerFactRow.ended_on).is_(None),
            )
            .order_by(col(CustomerFactRow.id))
            .execution_options(populate_existing=True)
        )
        return [
            Fact(id=FactId(row.id), kind=FactKind(row.kind), text=row.text, on=row.on, due=row.due)
            for row in await self._session.scalars(query)
        ]

    async def relations(self, customer_id: CustomerId, scope: Scope) -> list[Relation]:
        """The relations of a customer, told here or there, to those others whom the viewer may see."""
        ends = (RelationRow.customer_id, RelationRow.other_id)
        found: list[Relation] = []
        for here, there in (ends, ends[::-1]):
            query = (
                select(RelationRow, col(CustomerRow.id), col(CustomerRow.name))
                .join(CustomerRow, col(CustomerRow.id) == col(there))
                .where(_visible(here, customer_id, scope), within(scope))
                .order_by(col(RelationRow.id))
            )
            found += [
                Relation(
                    id=RelationId(row.id),
                    kind=RelationKind(row.kind),
                    other=CustomerId(number),
                    name=name,
                    is_told_there=here is ends[1],
                )
                for row, number, name in await self._session.execute(query)
            ]
        return found

    async def used(
        self, field: FileField, institution_id: InstitutionId | None, scope: Scope, limit: int
    ) -> list[str]:
        """What stands in a written field of the scope's customers, first what is usual at the institution."""
        column = table_of(CustomerRow).c[field.value]
        here = func.count(case((col(CustomerRow.institution_id) == institution_id, 1)))
        query = (
            select(column)
            .where(within(scope), column != "")
            .group_by(column)
            .order_by(here.desc(), func.count().desc(), column)
            .limit(limit)
        )
        return list((await self._session.execute(query)).scalars())

    async def institutions(self, only: Sequence[InstitutionId] | None = None) -> list[Institution]:
        """The institutions by name, all of them or only some; who works there is another question."""
        query = select(InstitutionRow).order_by(col(InstitutionRow.name), col(InstitutionRow.id))
        if only is not None:
            query = query.where(col(InstitutionRow.id).in_(only))
        return [to_institution(row) for row in await self._session.scalars(query)]

    async def names(self, customers: Sequence[CustomerId], scope: Scope) -> dict[CustomerId, str]:
        """The names of customers, as far as the viewer may see them."""
        query = select(col(CustomerRow.id), col(CustomerRow.name)).where(
            col(CustomerRow.id).in_(customers), within(scope)
        )
        return {CustomerId(number): name for number, name in await self._session.execute(query)}

    # Inside

    async def _institution_of(self, customer_id: CustomerId, scope: Scope) -> int | None:
        query = select(col(CustomerRow.institution_id)).where(
            col(CustomerRow.id) == customer_id, within(scope)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise DomainError("not_found")
        return found[0]

    async def _row(
        self, customer_id: CustomerId, scope: Scope, field: FileField, row_id: int
    ) -> Mapping[str, Any]:
        """A row of a field as it stands, if it belongs to the file."""
        institution_id = await self._institution_of(customer_id, scope)
        table = _table(field)
        found = (await self._session.execute(select(table).where(table.c.id == row_id))).mappings()
        row = found.one_or_none()
        belongs = {"customer": row_id == customer_id, "institution": row_id == institution_id}
        if row is None or not belongs.get(table.name, row.get("customer_id") == customer_id):
            raise DomainError("not_found")
        return {str(name): value for name, value in row.items()}

    async def _keep(
        self,
        subject: tuple[CustomerId, FileField, int],
        before: Image | None,
        after: Image | None,
        scope: Scope,
        now: datetime,
    ) -> ChangeId:
        customer_id, field, row_id = subject
        row = ProfileChangeRow(
            customer_id=customer_id,
            field=field.value,
            row_id=row_id,
            before=before,
            after=after,
            at=now,
            author_id=scope.viewer,
        )
        self._session.add(row)
        await self._session.flush()
        number = ChangeId(row.id)
        self._session.expire_all()
        return number

    async def _edit(self, change_id: ChangeId, scope: Scope) -> ProfileChangeRow:
        query = (
            select(ProfileChangeRow)
            .join(CustomerRow, col(CustomerRow.id) == col(ProfileChangeRow.customer_id))
            .where(
                col(ProfileChangeRow.id) == change_id,
                col(ProfileChangeRow.undone_at).is_(None),
                within(scope),
            )
            .execution_options(populate_existing=True)
        )
        row = (await self._session.scalars(query)).one_or_none()
        if row is None:
            raise DomainError("not_found")
        return row

    async def _restore(self, edit: ProfileChangeRow) -> None:
        """Write what stood there before; a row that is gone comes back with its id."""
        table = _table(FileField(edit.field))
        values = values_of(table, edit.before or {})
        if edit.after is not None:
            await self._session.execute(update(table).where(table.c.id == edit.row_id).values(**values))
            return
        try:
            async with self._session.begin_nested():
                await self._session.execute(insert(table).values(id=edit.row_id, **values))
        except IntegrityError:
            raise DomainError("edit_overtaken") from None


def _table(field: FileField) -> Any:
    return table_of(_ELSEWHERE.get(field, CustomerRow))


def _visible(column: Any, customer_id: CustomerId, scope: Scope) -> ColumnElement[bool]:
    """The condition that a column is this customer, and the customer within the scope."""
    mine = select(col(CustomerRow.id)).where(col(CustomerRow.id) == customer_id, within(scope))
    return col(column).in_(mine.correlate(None))


def _stands(row: Mapping[Any, Any] | None, after: Image | None) -> bool:
    if row is None or after is None:
        return row is None and after is None
    return image_of({name: row[name] for name in after}) == after


@cache
def _consents() -> Select[ConsentRow]:
    return (
        select(ConsentRow)
        .join(CustomerRow, col(CustomerRow.id) == col(ConsentRow.customer_id))
        .where(col(CustomerRow.owner_id) == REP)
    )


def _to_consent(row: ConsentRow) -> Consent:
    return Consent(
        channel=Channel(row.channel),
        basis=Basis(row.basis),
        given_on=row.given_on,
        withdrawn_on=row.withdrawn_on,
    )


def _to_change(row: ProfileChangeRow, author: str, remover: str | None) -> FileChange:
    return FileChange(
        id=ChangeId(row.id),
        customer_id=CustomerId(row.customer_id),
        field=FileField(row.field),
        before=row.before,
        after=row.after,
        at=row.at,
        author_id=UserId(row.author_id),
        author=author,
        taken_back_by=remover,
    )


def _imported(
    customer_id: CustomerId,
    before: Image,
    after: Image,
    batch: int,
    at: datetime,
    author_id: int | None,
    author: str | None,
) -> list[FileChange]:
    """What one import changed of the fields of a customer, one change per field."""
    return [
        FileChange(
            id=None,
            customer_id=customer_id,
            field=field,
            before={name: before[name]},
            after={name: after[name]},
            at=at,
            author_id=maybe_user(author_id),
            author=author or "",
            batch=BatchId(batch),
        )
        for name, field in COLUMNS.items()
        if name in after
    ]
