"""Everything an import can change, by natural key, as it is stored now."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import false, null, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.images import values_of
from bot.db.mappers import to_half_days
from bot.db.repositories.profile import COLUMNS
from bot.db.statements import table_of
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    ImportBatchRow,
    ImportChangeRow,
    InstallationRow,
    InstitutionRow,
    ProfileChangeRow,
    RefusalRow,
    Row,
    SaleRow,
    UsageRow,
    UserRow,
    VisitRow,
)
from bot.db.values import BatchStatus
from domain.customers.model import CustomerStatus
from domain.importing.keys import customer_key, institution_key, sale_key, usage_key, visit_key
from domain.importing.model import Alias, Existing, Kind
from domain.importing.refusals import Refusals
from domain.tiering.model import Support
from domain.visits.model import Channel, Outcome

ROWS: Mapping[Kind, type[Row]] = {
    Kind.INSTITUTION: InstitutionRow,
    Kind.CUSTOMER: CustomerRow,
    Kind.VISIT: VisitRow,
    Kind.USAGE: UsageRow,
    Kind.SALE: SaleRow,
}

Columns = Mapping[Any, Any]  # by column name


@dataclass(slots=True)
class Stored:
    """The tables in memory, by id; `keys` lead from kind and natural key to the id."""

    tables: dict[Kind, dict[int, Columns]]
    users: dict[int, Columns]
    assessed: dict[int, dict[str, float]]  # customer -> kind -> latest value
    merged: dict[int, Columns]  # customers who were merged into another
    refusals: Refusals
    replaced: dict[int, dict[str, Any]]  # customer -> column -> what imports said before somebody's edit
    keys: dict[Kind, dict[str, int]] = field(default_factory=dict)
    names: dict[Kind, dict[int, str]] = field(default_factory=dict)  # the way back: several may share a key

    def __post_init__(self) -> None:
        institutions = {
            number: institution_key(row["code"], row["name"])
            for number, row in self.tables[Kind.INSTITUTION].items()
        }
        customers = {
            number: customer_key(
                row["code"], row["name"], institutions.get(row["institution_id"]), row["department"]
            )
            for number, row in self.tables[Kind.CUSTOMER].items()
        }
        by_id = {
            Kind.INSTITUTION: institutions,
            Kind.CUSTOMER: customers,
            Kind.VISIT: {
                number: visit_key(customers[row["customer_id"]], self.name_of(row["rep_id"]), row["on"])
                for number, row in self.tables[Kind.VISIT].items()
            },
            Kind.USAGE: {
                number: usage_key(customers[row["customer_id"]], row["period"], row["product"])
                for number, row in self.tables[Kind.USAGE].items()
            },
            Kind.SALE: {
                number: sale_key(
                    institutions[row["institution_id"]],
                    row["department"],
                    row["on"],
                    row["product"],
                    row["ordinal"],
                )
                for number, row in self.tables[Kind.SALE].items()
            },
        }
        self.names = {Kind.INSTITUTION: institutions, Kind.CUSTOMER: customers}
        self.keys = {kind: {key: number for number, key in keys.items()} for kind, keys in by_id.items()}

    def name_of(self, user_id: int | None) -> str | None:
        return None if user_id is None else self.users[user_id]["name"]

    def existing(self) -> Existing:
        """The same under the names and in the types of the drafts."""
        rows = {
            kind: {
                key: self._fields(kind, number, self.tables[kind][number])
                for key, number in self.keys[kind].items()
            }
            for kind in Kind
        }
        return Existing(rows, self._replaced(), self._aliases(), self.refusals)

    def _aliases(self) -> list[Alias]:
        """Who was merged into a customer, under the key of who is kept in the end."""
        found = []
        for number, row in self.merged.items():
            kept = row["merged_into"]
            while kept in self.merged:
                kept = self.merged[kept]["merged_into"]
            if kept in self.tables[Kind.CUSTOMER]:
                fields = self._fields(Kind.CUSTOMER, number, dict(row))
                found.append(Alias(self.names[Kind.CUSTOMER][kept], fields))
        return found

    def _replaced(self) -> dict[str, dict[str, Any]]:
        found = {}
        for number, columns in self.replaced.items():
            key = self.names[Kind.CUSTOMER][number]
            if self.keys[Kind.CUSTOMER][key] == number:
                row = {**self.tables[Kind.CUSTOMER][number], **columns}
                fields = self._fields(Kind.CUSTOMER, number, row)
                found[key] = {COLUMNS[name].value: fields[COLUMNS[name].value] for name in columns}
        return found

    def _fields(self, kind: Kind, number: int, row: Columns) -> Mapping[str, Any]:
        fields = dict(row)
        if "institution_id" in row:
            fields["institution"] = self.names[Kind.INSTITUTION].get(row["institution_id"])
        if "customer_id" in row:
            fields["customer"] = self.names[Kind.CUSTOMER][row["customer_id"]]
        match kind:
            case Kind.INSTITUTION:
                fields["reception"] = to_half_days(row["reception"])
            case Kind.CUSTOMER:
                assessed = self.assessed.get(number, {})
                support = assessed.get("support")
                fields |= {
                    "owner": self.name_of(row["owner_id"]),
                    "best_times": to_half_days(row["best_times"]),
                    "status": CustomerStatus(row["status"]),
                    "support": None if support is None else Support(int(support)),
                    "potential_score": assessed.get("potential_score"),
                    "quantity": assessed.get("quantity"),
                }
            case Kind.VISIT:
                fields |= {
                    "rep": self.name_of(row["rep_id"]),
                    "channel": Channel(row["channel"]),
                    "outcome": Outcome(row["outcome"]) if row["outcome"] else None,
                }
        return fields


async def load(connection: AsyncConnection) -> Stored:
    """Read it all: an import compares whole lists, so whole lists are what it needs."""
    assessed: dict[int, dict[str, float]] = {}
    assessment = table_of(AssessmentRow)
    for row in await connection.execute(select(assessment).order_by(assessment.c.on, assessment.c.id)):
        assessed.setdefault(row.customer_id, {})[row.kind] = row.value
    tables = {kind: await _rows(connection, row) for kind, row in ROWS.items()}
    users = await _rows(connection, UserRow)
    replaced = await _replaced(connection)
    merged = _take_out(tables)
    replaced = {number: one for number, one in replaced.items() if number in tables[Kind.CUSTOMER]}
    refusals = await refusals_of(connection)
    return await asyncio.to_thread(Stored, tables, users, assessed, merged, refusals, replaced)


def _take_out(tables: dict[Kind, dict[int, Columns]]) -> dict[int, Columns]:
    """Take out whoever is no person any more, with what is kept about them; those who were merged."""
    customers = tables[Kind.CUSTOMER]
    gone = {number for number, row in customers.items() if not CustomerStatus(row["status"]).is_person}
    merged = {number: customers[number] for number in gone if customers[number]["merged_into"] is not None}
    tables[Kind.CUSTOMER] = {number: row for number, row in customers.items() if number not in gone}
    for kind in (Kind.VISIT, Kind.USAGE):
        tables[kind] = {number: row for number, row in tables[kind].items() if row["customer_id"] not in gone}
    return merged


async def refusals_of(connection: AsyncConnection) -> Refusals:
    """Who refuses data collection."""
    secret = (await connection.execute(select(table_of(InstallationRow).c.secret))).scalars().first()
    found = (await connection.execute(select(table_of(RefusalRow).c.fingerprint))).scalars()
    return Refusals(secret or "", frozenset(found))


async def _replaced(connection: AsyncConnection) -> dict[int, dict[str, Any]]:
    """What imports said of customers where somebody has written something else since, by column."""
    edit, brought, batch = (table_of(row) for row in (ProfileChangeRow, ImportChangeRow, ImportBatchRow))
    customer = table_of(CustomerRow)
    edits = select(edit.c.customer_id, edit.c.before, edit.c.after, edit.c.at, true()).where(
        edit.c.undone_at.is_(None), edit.c.field.in_([field.value for field in COLUMNS.values()])
    )
    imports = (
        select(brought.c.row_id, brought.c.before, brought.c.after, batch.c.created_at, false())
        .join(batch, batch.c.id == brought.c.batch_id)
        .where(
            brought.c.table_name == customer.name,
            brought.c.row_id.in_(select(edit.c.customer_id)),
            brought.c.before.is_not(null()),
            batch.c.status == BatchStatus.APPLIED.value,
        )
    )
    both = [*await connection.execute(imports), *await connection.execute(edits)]
    replaced: dict[int, dict[str, Any]] = {}
    for number, before, after, _at, is_edit in sorted(both, key=lambda one: one[3]):
        columns = replaced.setdefault(number, {})
        for name in COLUMNS.keys() & after.keys():
            if not is_edit or columns.get(name, before[name]) == after[name]:
                columns.pop(name, None)
            else:
                columns.setdefault(name, before[name])
    return {number: values_of(customer, columns) for number, columns in replaced.items() if columns}


async def _rows(connection: AsyncConnection, row: type[Row]) -> dict[int, Columns]:
    table = table_of(row)
    found = await connection.execute(select(table).order_by(table.c.id))
    return {columns["id"]: columns for columns in found.mappings()}
