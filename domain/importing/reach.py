"""How far a person's import may reach: a manager loads the customers of the own team only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.importing.keys import normal_name
from domain.importing.model import (
    Change,
    CustomerDraft,
    Existing,
    ImportPlan,
    Kind,
    RowIssue,
    UsageDraft,
    VisitDraft,
)


@dataclass(frozen=True, slots=True)
class Reach:
    """The names of the people whose customers an import may touch."""

    owners: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Reach":
        return cls(frozenset(normal_name(name) for name in names))

    def covers(self, owner: Any) -> bool:
        return isinstance(owner, str) and normal_name(owner) in self.owners


def within_reach(plan: ImportPlan, existing: Existing, reach: Reach) -> ImportPlan:
    """The plan without the rows about other people's customers, each rejected with a reason.

    Codes: `other_team` (the customer is somebody else's), `owner_outside` (the file gives a
    customer, or a visit, to somebody outside). Hints that would name other people's customers
    are taken out of the issues that were there before.
    """
    stored = existing.rows.get(Kind.CUSTOMER, {})
    owners = {key: fields.get("owner") for key, fields in stored.items()}
    drafted = {
        change.key: change.draft.owner
        for change in plan.changes
        if isinstance(change.draft, CustomerDraft) and change.draft.owner is not None
    }
    kept: list[Change] = []
    issues = [_discreet(issue, stored, reach) for issue in plan.issues]
    for change in plan.changes:
        code = _against(change, owners, drafted, reach)
        if code is None:
            kept.append(change)
        else:
            issues.append(RowIssue(change.draft.source, "", code))
    issues.sort(key=lambda issue: (issue.source.file, issue.source.sheet, issue.source.row))
    return ImportPlan(tuple(kept), tuple(issues), plan.dropped)


def with_owner(drafts: tuple[Any, ...], owner: str) -> tuple[Any, ...]:
    """The drafts with `owner` for every customer whose owner the file does not say."""
    return tuple(
        replace(draft, owner=owner) if isinstance(draft, CustomerDraft) and draft.owner is None else draft
        for draft in drafts
    )


def _against(
    change: Change, owners: Mapping[str, Any], drafted: Mapping[str, str], reach: Reach
) -> str | None:
    """What keeps a row out, None when it may pass."""
    draft = change.draft
    if isinstance(draft, CustomerDraft):
        customer = change.key
    elif isinstance(draft, VisitDraft | UsageDraft):
        customer = draft.customer
    else:
        return None  # institutions and their sales are the whole company's
    if customer in owners and not reach.covers(owners[customer]):
        return "other_team"
    owner = drafted.get(customer, owners.get(customer))
    if not reach.covers(owner):
        return "owner_outside"
    if isinstance(draft, VisitDraft) and draft.rep is not None and not reach.covers(draft.rep):
        return "owner_outside"
    return None


def _discreet(issue: RowIssue, stored: Mapping[str, Mapping[str, Any]], reach: Reach) -> RowIssue:
    """The issue without names of customers outside the reach."""
    if not issue.params.get("near"):
        return issue
    own = {normal_name(str(one.get("name"))) for one in stored.values() if reach.covers(one.get("owner"))}
    near = tuple(name for name in issue.params["near"] if normal_name(str(name).split(" @ ")[0]) in own)
    return replace(issue, params={**issue.params, "near": near})
