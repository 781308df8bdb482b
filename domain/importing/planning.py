"""Drafts against what is stored: the dry run.

The order of rows never matters. Rows about the same thing are put together when they agree (one says
the title, another the support); when they contradict each other none of them is believed and all are
rejected, because nothing tells which is right. What a file does not say stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from math import fsum, isclose
from typing import Any

from rapidfuzz import fuzz, process

from domain.importing.keys import (
    customer_key,
    institution_key,
    normal_code,
    normal_name,
    sale_key,
    usage_key,
    visit_key,
)
from domain.importing.model import (
    Action,
    Change,
    CustomerDraft,
    Draft,
    DroppedColumn,
    Existing,
    ImportPlan,
    InstitutionDraft,
    Kind,
    RowIssue,
    SaleDraft,
    Source,
    UsageDraft,
    VisitDraft,
)

_HELP = 3  # nearest names offered for an unknown one
_HELPED = 200  # unknown names for which that is worked out
_NEAR = 60.0  # similarity 0-100 from which a name is offered
_ROWS_NAMED = 5  # rows that a conflict names
_PEOPLE = {"owner", "rep"}


def plan_import(
    drafts: Iterable[Draft],
    existing: Existing,
    *,
    issues: Sequence[RowIssue] = (),
    dropped: Sequence[DroppedColumn] = (),
) -> ImportPlan:
    """What importing `drafts` into `existing` would do; `issues` and `dropped` of reading are passed on.

    Issues added here: `duplicate_row` (a remark: said twice, taken once), `conflicting_rows` (with the
    `fields` that contradict and the other `rows`), `customer_unknown`, `customer_ambiguous`,
    `institution_unknown`, `institution_ambiguous` (with `value`, and `near`, the nearest known names),
    `edited_since` (a remark: the `fields` in which the file repeats what somebody has replaced since),
    `merged_row` (a remark: the row is about an entry that was merged into another), `refused` (the customer
    refuses data collection; nothing of the row is told). Of those given, `text_held` goes where the text is
    stored by now.
    """
    planner = _Planner(existing)
    planner.take(list(drafts))
    told = (*filter(planner.is_news, issues), *planner.issues)
    everything = sorted(told, key=lambda issue: (_place(issue.source), issue.code))
    return ImportPlan(tuple(planner.changes), tuple(everything), tuple(dropped))


@dataclass(frozen=True, slots=True)
class _Entry:
    """What identifies a stored or drafted customer or institution; "" = not known."""

    key: str
    code: str
    name: str
    institution: str = ""
    department: str = ""

    def agrees(self, other: "_Entry") -> bool:
        """Whether nothing known speaks against the two being one."""
        return (
            self.name == other.name
            and (not self.code or not other.code or self.code == other.code)
            and (not self.institution or not other.institution or self.institution == other.institution)
            and (not self.department or not other.department or self.department == other.department)
        )

    @property
    def unknowns(self) -> int:
        return 0 if self.code else 1 + (not self.institution) + (not self.department)


@dataclass(slots=True)
class _Index:
    """Known customers or institutions by code and by name; `former` is how imports named them before."""

    codes: dict[str, str] = field(default_factory=dict)
    names: defaultdict[str, dict[str, _Entry]] = field(default_factory=lambda: defaultdict(dict))
    spelled: dict[str, str] = field(default_factory=dict)
    former: defaultdict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    _helped: int = 0

    def add(self, entry: _Entry, spelled: str) -> None:
        if entry.code:
            self.codes.setdefault(entry.code, entry.key)
        self.names[entry.name].setdefault(entry.key, entry)
        self.spelled.setdefault(entry.name, spelled)

    def identify(self, entry: _Entry) -> set[str]:
        """The keys of what may be the same thing: none = new, several = not to be told apart."""
        if entry.code in self.codes:
            return {self.codes[entry.code]}
        if entry.key in self.names[entry.name]:
            return {entry.key}
        known_as = (*self.names[entry.name].values(), *self.former.get(entry.name, ()))
        return {known.key for known in known_as if known.agrees(entry)}

    def refer(self, text: str, institution: str = "") -> set[str]:
        """The keys that a reference by code or name may mean."""
        if (key := self.codes.get(normal_code(text))) is not None:
            return {key}
        return self.identify(_Entry("", "", normal_name(text), institution))

    def near(self, text: str) -> list[str]:
        """The nearest known names, for the first unknown ones of an import."""
        self._helped += 1
        if self._helped > _HELPED:
            return []
        found = process.extract(
            normal_name(text), self.spelled.keys(), scorer=fuzz.ratio, limit=_HELP, score_cutoff=_NEAR
        )
        return [self.spelled[name] for name, *_ in found]


class _Planner:
    """One plan in the making."""

    def __init__(self, existing: Existing) -> None:
        self.changes: list[Change] = []
        self.issues: list[RowIssue] = []
        self._stored = {kind: existing.rows.get(kind, {}) for kind in Kind}
        self._institutions = _Index()
        self._customers = _Index()
        self._owners: dict[str, str | None] = {}
        for key, row in self._stored[Kind.INSTITUTION].items():
            self._institutions.add(_institution_entry(key, row.get("code"), row["name"]), row["name"])
        for key, row in self._stored[Kind.CUSTOMER].items():
            self._customers.add(_customer_entry(key, row), row["name"])
            self._owners[key] = row.get("owner")
        self._replaced = existing.replaced
        for key, replaced in self._replaced.items():
            entry = _customer_entry(key, {**self._stored[Kind.CUSTOMER][key], **replaced})
            self._customers.former[entry.name].append(entry)
        self._acknowledged: set[tuple[Source, str]] = set()
        self._refusals = existing.refusals
        self._aliases: defaultdict[str, list[_Entry]] = defaultdict(list)
        for alias in existing.aliases:
            entry = _customer_entry(alias.kept, alias.fields)
            self._aliases[alias.kept].append(entry)
            self._customers.former[entry.name].append(entry)
            if entry.code:
                self._customers.codes.setdefault(entry.code, alias.kept)
        self._visits: defaultdict[tuple[str, date], list[str]] = defaultdict(list)
        for key, row in self._stored[Kind.VISIT].items():
            self._visits[row["customer"], row["on"]].append(key)

    def is_news(self, issue: RowIssue) -> bool:
        """Whether an issue of reading is still worth telling."""
        return issue.code != "text_held" or (issue.source, issue.params["field"]) not in self._acknowledged

    def take(self, drafts: Sequence[Draft]) -> None:
        """Plan everything, what is referred to before what refers."""
        institutions = [draft for draft in drafts if isinstance(draft, InstitutionDraft)]
        customers = [draft for draft in drafts if isinstance(draft, CustomerDraft)]
        sales = [draft for draft in drafts if isinstance(draft, SaleDraft)]
        self._take_institutions(institutions)
        self._take_customers(customers)
        self._settle(Kind.VISIT, self._visit_groups(d for d in drafts if isinstance(d, VisitDraft)))
        self._settle(Kind.USAGE, self._usage_groups(d for d in drafts if isinstance(d, UsageDraft)))
        self._settle(Kind.SALE, self._sale_groups(sales))
        order = list(Kind)
        self.changes.sort(key=lambda change: (order.index(change.kind), change.key))

    def _take_institutions(self, drafts: Sequence[InstitutionDraft]) -> None:
        entries = {
            draft.source: _institution_entry(institution_key(draft.code, draft.name), draft.code, draft.name)
            for draft in drafts
        }
        groups = self._identified(drafts, entries, self._institutions, "institution_ambiguous")
        self._settle(Kind.INSTITUTION, groups)

    def _take_customers(self, drafts: Sequence[CustomerDraft]) -> None:
        settled = []
        implied: defaultdict[str, list[InstitutionDraft]] = defaultdict(list)
        for draft in drafts:
            if draft.institution is None:
                settled.append(draft)
                continue
            keys = self._institutions.refer(draft.institution)
            if len(keys) > 1:
                self._reject_reference(draft.source, "institution_ambiguous", draft.institution, [])
                continue
            key = next(iter(keys), None) or institution_key(None, draft.institution)
            if not keys and all(one.name != draft.institution for one in implied[key]):
                implied[key].append(InstitutionDraft(source=draft.source, name=draft.institution))
            settled.append(replace(draft, institution=key))
        entries = {draft.source: _drafted_entry(draft) for draft in settled}
        willing = [draft for draft in settled if not self._refuses(draft, entries[draft.source])]
        groups = self._identified(willing, entries, self._customers, "customer_ambiguous")
        groups = {key: self._under_own_name(key, group) for key, group in groups.items()}
        accepted = self._settle(Kind.CUSTOMER, groups)
        needed = {draft.institution for draft in accepted if isinstance(draft, CustomerDraft)}
        self._settle(Kind.INSTITUTION, {key: group for key, group in implied.items() if key in needed})

    def _refuses(self, draft: CustomerDraft, entry: _Entry) -> bool:
        """Whether a row is about somebody who is not stored and does not want to be."""
        if not self._refusals.fingerprints or self._customers.identify(entry):
            return False
        if not self._refusals.covers(draft.code, draft.name, self._names_of(draft.institution)):
            return False
        self.issues.append(RowIssue(draft.source, "", "refused"))
        return True

    def _names_of(self, institution: str | None) -> set[str]:
        """The keys by which an institution may have been known, when it had no code as yet, too."""
        row = self._stored[Kind.INSTITUTION].get(institution or "")
        return {institution or "", *([institution_key(None, row["name"])] if row else [])}

    def _under_own_name(self, key: str, group: list[Any]) -> list[Any]:
        """What rows say of a customer; those about an entry that was merged into it say less.

        Their code, name and place are those of the other entry. They are left out where the file
        has a row about the customer's own entry.
        """
        merged = [draft for draft in group if self._is_merged(key, draft)]
        if not merged:
            return group
        name = self._stored[Kind.CUSTOMER][key]["name"]
        for draft in merged:
            self.issues.append(RowIssue(draft.source, "", "merged_row", {"value": name}, rejected=False))
        own = [draft for draft in group if draft not in merged]
        return own or [
            replace(draft, code=None, name=name, institution=None, department=None) for draft in merged
        ]

    def _is_merged(self, key: str, draft: CustomerDraft) -> bool:
        """Whether a row is about an entry that is gone, and not about the customer's own."""
        if key not in self._aliases:
            return False
        entry = _drafted_entry(draft)
        if _customer_entry(key, self._stored[Kind.CUSTOMER][key]).agrees(entry):
            return False
        return any(one.code == entry.code if entry.code else one.agrees(entry) for one in self._aliases[key])

    def _identified(
        self, drafts: Sequence[Any], entries: Mapping[Source, _Entry], index: _Index, ambiguous: str
    ) -> dict[str, list[Any]]:
        """Drafts by the key of what they are about; those that say most are known to the rest."""
        groups: defaultdict[str, list[Any]] = defaultdict(list)
        by_unknowns: defaultdict[int, list[Any]] = defaultdict(list)
        for draft in drafts:
            by_unknowns[entries[draft.source].unknowns].append(draft)
        for _, alike in sorted(by_unknowns.items()):
            new: list[tuple[_Entry, str]] = []
            for draft in alike:
                entry = entries[draft.source]
                keys = index.identify(entry)
                if len(keys) > 1:
                    near = [index.spelled[entry.name]]
                    self._reject_reference(draft.source, ambiguous, draft.name, near)
                    continue
                key = next(iter(keys), entry.key)
                groups[key].append(draft)
                new.append((replace(entry, key=key), draft.name))
            for entry, name in new:
                index.add(entry, name)
        return groups

    def _visit_groups(self, drafts: Iterable[VisitDraft]) -> dict[str, list[Draft]]:
        groups: defaultdict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if (customer := self._customer(draft)) is None:
                continue
            stored = self._visits.get((customer, draft.on), [])
            if draft.rep is None and len(stored) == 1:
                key = stored[0]
                rep = self._stored[Kind.VISIT][key].get("rep")
            else:
                rep = draft.rep or self._owners.get(customer)
                key = visit_key(customer, rep, draft.on)
            groups[key].append(replace(draft, customer=customer, rep=rep))
        return groups

    def _usage_groups(self, drafts: Iterable[UsageDraft]) -> dict[str, list[Draft]]:
        """Usage by key; rows of one sheet with the same key (two packs of a product) are parts and add up."""
        parts: defaultdict[tuple[str, str, str], list[UsageDraft]] = defaultdict(list)
        for draft in drafts:
            if (customer := self._customer(draft)) is not None:
                key = usage_key(customer, draft.period, draft.product)
                parts[key, draft.source.file, draft.source.sheet].append(replace(draft, customer=customer))
        groups: defaultdict[str, list[Draft]] = defaultdict(list)
        for (key, *_), alike in parts.items():
            first = min(alike, key=lambda draft: _place(draft.source))
            product = min(draft.product for draft in alike)
            quantity = fsum(draft.quantity for draft in alike)
            groups[key].append(replace(first, product=product, quantity=quantity))
        return groups

    def _sale_groups(self, drafts: Iterable[SaleDraft]) -> dict[str, list[Draft]]:
        alike: defaultdict[tuple[str, str, str], list[SaleDraft]] = defaultdict(list)
        for draft in drafts:
            keys = self._institutions.refer(draft.institution)
            if len(keys) == 1:
                settled = replace(draft, institution=next(iter(keys)))
                base = sale_key(settled.institution, draft.department, draft.on, draft.product, 0)
                alike[base, draft.source.file, draft.source.sheet].append(settled)
            else:
                code = "institution_ambiguous" if keys else "institution_unknown"
                near = [] if keys else self._institutions.near(draft.institution)
                self._reject_reference(draft.source, code, draft.institution, near)
        groups: defaultdict[str, list[Draft]] = defaultdict(list)
        for same in alike.values():
            same.sort(key=lambda draft: (draft.quantity or 0, draft.amount or 0, _place(draft.source)))
            for ordinal, draft in enumerate(same):
                key = sale_key(draft.institution, draft.department, draft.on, draft.product, ordinal)
                groups[key].append(draft)
        return groups

    def _customer(self, draft: VisitDraft | UsageDraft) -> str | None:
        """The key of the customer that a row refers to; None = rejected."""
        institution = ""
        if draft.institution is not None:
            known = self._institutions.refer(draft.institution)
            institution = next(iter(known)) if len(known) == 1 else institution_key(None, draft.institution)
        keys = self._customers.refer(draft.customer, institution)
        if len(keys) == 1:
            return next(iter(keys))
        if not keys and self._refusals.covers(draft.customer, draft.customer, self._names_of(institution)):
            self.issues.append(RowIssue(draft.source, "", "refused"))
            return None
        code = "customer_ambiguous" if keys else "customer_unknown"
        near = [] if keys else self._customers.near(draft.customer)
        self._reject_reference(draft.source, code, draft.customer, near)
        return None

    def _settle(self, kind: Kind, groups: Mapping[str, Sequence[Draft]]) -> list[Draft]:
        """Merge each group and compare it with what is stored."""
        accepted = []
        for key, group in groups.items():
            draft, contradictions = _merged(group)
            if contradictions:
                self._reject_conflict(group, contradictions)
                continue
            self._say_duplicates(group)
            stored = self._stored[kind].get(key)
            if isinstance(draft, CustomerDraft) and _is_nameless(draft) and stored is not None:
                draft = replace(draft, name=stored["name"])
            if isinstance(draft, CustomerDraft) and stored is not None:
                draft = self._without_replaced(key, draft, stored)
            if isinstance(draft, CustomerDraft | VisitDraft) and stored is not None:
                draft = self._without_acknowledged(draft, stored)
            if stored is None:
                self.changes.append(Change(kind, Action.NEW, key, draft))
            else:
                differing = _differing(draft, stored)
                action = Action.CHANGED if differing else Action.UNCHANGED
                self.changes.append(Change(kind, action, key, draft, differing))
            self._register(key, draft, stored)
            accepted.append(draft)
        return accepted

    def _without_replaced(self, key: str, draft: CustomerDraft, stored: Mapping[str, Any]) -> CustomerDraft:
        """A draft without the fields in which it only repeats what somebody has replaced since."""
        repeated: dict[str, Any] = {
            name: stored["name"] if name == "name" else None
            for name, old in self._replaced.get(key, {}).items()
            if (said := getattr(draft, name)) is not None and _same(name, said, old)
        }
        if not repeated:
            return draft
        params = {"fields": list(repeated)}
        self.issues.append(RowIssue(draft.source, "", "edited_since", params, rejected=False))
        if "title" in repeated:
            repeated["title_rank"] = None
        return replace(draft, **repeated)

    def _without_acknowledged(
        self, draft: CustomerDraft | VisitDraft, stored: Mapping[str, Any]
    ) -> CustomerDraft | VisitDraft:
        """A draft without the texts that were held once and are stored by now: their report was made."""
        known = {(name, text) for name, text in draft.held if stored.get(name) == text}
        self._acknowledged |= {(draft.source, name) for name, _text in known}
        return replace(draft, held=tuple(one for one in draft.held if one not in known)) if known else draft

    def _register(self, key: str, draft: Draft, stored: Mapping[str, Any] | None) -> None:
        if isinstance(draft, InstitutionDraft):
            self._institutions.add(_institution_entry(key, draft.code, draft.name), draft.name)
        elif isinstance(draft, CustomerDraft):
            self._owners[key] = draft.owner or (stored or {}).get("owner")
            self._customers.add(replace(_drafted_entry(draft), key=key), draft.name)

    def _reject_reference(self, source: Source, code: str, value: str, near: list[str]) -> None:
        self.issues.append(RowIssue(source, "", code, {"value": value, "near": near}))

    def _reject_conflict(self, group: Sequence[Draft], contradictions: Sequence[str]) -> None:
        for draft in group:
            others = sorted({other.source.row for other in group if other.source != draft.source})
            params = {"fields": list(contradictions), "rows": others[:_ROWS_NAMED]}
            self.issues.append(RowIssue(draft.source, "", "conflicting_rows", params))

    def _say_duplicates(self, group: Sequence[Draft]) -> None:
        if len(group) == 1:
            return
        first: dict[tuple[str, str, Draft], int] = {}
        for draft in sorted(group, key=lambda draft: _place(draft.source)):
            source = draft.source
            same = (source.file, source.sheet, replace(draft, source=_NOWHERE))
            if same in first:
                params = {"first": first[same]}
                self.issues.append(RowIssue(source, "", "duplicate_row", params, rejected=False))
            else:
                first[same] = source.row


_NOWHERE = Source("", "", 0)


def _place(source: Source) -> tuple[str, str, int]:
    return source.file, source.sheet, source.row


def _institution_entry(key: str, code: str | None, name: str) -> _Entry:
    return _Entry(key, normal_code(code or ""), normal_name(name))


def _customer_entry(key: str, row: Mapping[str, Any]) -> _Entry:
    return _Entry(
        key,
        normal_code(row.get("code") or ""),
        normal_name(row["name"]),
        row.get("institution") or "",
        normal_name(row.get("department") or ""),
    )


def _drafted_entry(draft: CustomerDraft) -> _Entry:
    key = customer_key(draft.code, draft.name, draft.institution, draft.department)
    return _customer_entry(
        key, {name: getattr(draft, name) for name in ("code", "name", "institution", "department")}
    )


def _is_nameless(draft: Draft) -> bool:
    """Whether a customer's code stands in for a name that the file does not give."""
    return isinstance(draft, CustomerDraft) and draft.name == draft.code


_FIELDS: Mapping[type[Draft], tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.name not in {"source", "held"})
    for kind in (InstitutionDraft, CustomerDraft, VisitDraft, UsageDraft, SaleDraft)
}


def _merged(group: Sequence[Draft]) -> tuple[Draft, tuple[str, ...]]:
    """All that the drafts of one thing say together, and the fields in which they contradict."""
    if len(group) == 1:
        return group[0], ()
    first = min(group, key=lambda draft: _place(draft.source))
    values: dict[str, Any] = {}
    contradictions = []
    for name in _FIELDS[type(first)]:
        said = {
            value
            for draft in group
            if (value := getattr(draft, name)) is not None and not (name == "name" and _is_nameless(draft))
        }
        if len(said) > 1 and name not in _DERIVED and not _is_one_spelling(name, said):
            contradictions.append(name)
        elif said:
            values[name] = min(said) if len(said) > 1 else said.pop()
    held = dict.fromkeys(one for draft in group for one in getattr(draft, "held", ()))
    if held:
        values["held"] = tuple(held)
    return replace(first, **values), tuple(contradictions)


_DERIVED = {"title_rank"}  # follows from another field, whose contradiction is enough
_SPELLINGS = {
    "name",
    "product",
    "owner",
    "rep",
    "department",
    "city",
    "district",
    "title",
    "specialty",
    "code",
    "grade",
}


def _is_one_spelling(name: str, said: set[Any]) -> bool:
    return name in _SPELLINGS and len(set(map(normal_name, said))) == 1


def _differing(draft: Draft, stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a draft that say something else than what is stored."""
    skipped = {"institution"} if isinstance(draft, VisitDraft | UsageDraft) else set()
    return tuple(
        name
        for name in _FIELDS[type(draft)]
        if name not in skipped
        and (value := getattr(draft, name)) is not None
        and not _same(name, value, stored.get(name))
    )


def _same(name: str, said: Any, stored: Any) -> bool:
    if stored is None:
        return False
    if name in _PEOPLE:
        return normal_name(said) == normal_name(stored)
    if isinstance(said, float):
        return isclose(said, stored, rel_tol=1e-9, abs_tol=1e-9)
    return bool(said == stored)
