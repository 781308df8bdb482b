"""Import plans as the planner makes them, written briefly."""

from datetime import date
from typing import Any

from domain.importing.keys import customer_key, institution_key, sale_key, usage_key, visit_key
from domain.importing.model import (
    Action,
    Change,
    CustomerDraft,
    Draft,
    Existing,
    ImportPlan,
    InstitutionDraft,
    Kind,
    SaleDraft,
    Source,
    UsageDraft,
    VisitDraft,
)

_SOURCE = Source("roster.xlsx", "sheet", 2)
NOTHING = Existing({kind: {} for kind in Kind})


def institution(name: str, **fields: Any) -> tuple[str, InstitutionDraft]:
    """An institution and its key."""
    return institution_key(fields.get("code"), name), InstitutionDraft(source=_SOURCE, name=name, **fields)


def customer(name: str, **fields: Any) -> tuple[str, CustomerDraft]:
    """A customer and its key; `institution` is a key."""
    key = customer_key(fields.get("code"), name, fields.get("institution"), fields.get("department"))
    return key, CustomerDraft(source=_SOURCE, name=name, **fields)


def visit(customer: str, on: date, rep: str | None = None, **fields: Any) -> tuple[str, VisitDraft]:
    """A visit and its key; `customer` is a key."""
    draft = VisitDraft(source=_SOURCE, customer=customer, on=on, rep=rep, **fields)
    return visit_key(customer, rep, on), draft


def usage(customer: str, period: str, product: str, quantity: float) -> tuple[str, UsageDraft]:
    """A usage figure and its key; `customer` is a key."""
    draft = UsageDraft(source=_SOURCE, customer=customer, period=period, product=product, quantity=quantity)
    return usage_key(customer, period, product), draft


def sale(institution: str, on: date, product: str, ordinal: int = 0, **fields: Any) -> tuple[str, SaleDraft]:
    """A sale and its key; `institution` is a key."""
    draft = SaleDraft(source=_SOURCE, institution=institution, on=on, product=product, **fields)
    return sale_key(institution, fields.get("department"), on, product, ordinal), draft


_KINDS: dict[type[Draft], Kind] = {
    InstitutionDraft: Kind.INSTITUTION,
    CustomerDraft: Kind.CUSTOMER,
    VisitDraft: Kind.VISIT,
    UsageDraft: Kind.USAGE,
    SaleDraft: Kind.SALE,
}


def plan_of(*drafts: tuple[str, Draft], existing: Existing = NOTHING) -> ImportPlan:
    """The plan that brings these drafts into what exists."""
    return ImportPlan(tuple(_change(key, draft, existing) for key, draft in drafts), (), ())


def _change(key: str, draft: Draft, existing: Existing) -> Change:
    kind = _KINDS[type(draft)]
    stored = existing.rows[kind].get(key)
    if stored is None:
        return Change(kind, Action.NEW, key, draft)
    fields = tuple(
        name
        for name in type(draft).__slots__
        if name not in {"source", "held"}
        and getattr(draft, name) is not None
        and getattr(draft, name) != stored.get(name)
    )
    return Change(kind, Action.CHANGED if fields else Action.UNCHANGED, key, draft, fields)
