"""Everything an import can change, by natural key, as it is stored now."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.mappers import to_half_days
from bot.db.statements import table_of
from bot.db.tables import (
    AssessmentRow,
    CustomerRow,
    InstitutionRow,
    Row,
    SaleRow,
    UsageRow,
    UserRow,
    VisitRow,
)
from domain.customers.model import CustomerStatus
from domain.importing.keys import customer_key, institution_key, sale_key, usage_key, visit_key
from domain.importing.model import Existing, Kind
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
    keys: dict[Kind, dict[str, int]] = field(default_factory=dict)

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
        self.keys = {kind: {key: number for number, key in keys.items()} for kind, keys in by_id.items()}

    def name_of(self, user_id: int | None) -> str | None:
        return None if user_id is None else self.users[user_id]["name"]

    def existing(self) -> Existing:
        """The same under the names and in the types of the drafts."""
        names = {
            kind: {number: key for key, number in self.keys[kind].items()}
            for kind in (Kind.INSTITUTION, Kind.CUSTOMER)
        }
        return Existing(
            {
                kind: {
                    key: self._fields(kind, number, self.tables[kind][number], names)
                    for key, number in self.keys[kind].items()
                }
                for kind in Kind
            }
        )

    def _fields(
        self, kind: Kind, number: int, row: Columns, names: Mapping[Kind, Mapping[int, str]]
    ) -> Mapping[str, Any]:
        fields = dict(row)
        if "institution_id" in row:
            fields["institution"] = names[Kind.INSTITUTION].get(row["institution_id"])
        if "customer_id" in row:
            fields["customer"] = names[Kind.CUSTOMER][row["customer_id"]]
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
    return await asyncio.to_thread(Stored, tables, users, assessed)


async def _rows(connection: AsyncConnection, row: type[Row]) -> dict[int, Columns]:
    table = table_of(row)
    found = await connection.execute(select(table).order_by(table.c.id))
    return {columns["id"]: columns for columns in found.mappings()}
