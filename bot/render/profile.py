"""A customer's file in words: its fields, what was changed, consents, facts and what follows from them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.render.catalogues import marked
from bot.render.sentences import CHANNELS
from bot.render.words import Words
from domain.customers.profile import (
    Basis,
    FactKind,
    FileChange,
    FileField,
    Pair,
    Relation,
    RelationKind,
)
from domain.ids import CustomerId, InstitutionId
from domain.visits.model import Channel

FIELDS: Mapping[FileField, str] = {
    FileField.NAME: marked("Customer name"),
    FileField.INSTITUTION: marked("Hospital"),
    FileField.DEPARTMENT: marked("Department"),
    FileField.TITLE: marked("Title"),
    FileField.SPECIALTY: marked("Specialty"),
    FileField.KOL: marked("KOL"),
    FileField.NO_SEE: marked("Sees no reps"),
    FileField.STATUS: marked("On the list"),
    FileField.NOTE: marked("Note"),
    FileField.BEST_TIMES: marked("Best times"),
    FileField.BY_APPOINTMENT: marked("By appointment only"),
    FileField.RECEPTION: marked("Reception for reps"),
    FileField.CONSENT: marked("Consent"),
    FileField.FACT: marked("Fact"),
    FileField.RELATION: marked("Relation"),
    FileField.STEP: marked("Next step"),
}

PURPOSES: Mapping[FileField, str] = {
    FileField.NAME: marked("By the name you find the customer; a work name will do."),
    FileField.INSTITUTION: marked(
        "It groups the visits of a day, and brings the way and the reception hours."
    ),
    FileField.DEPARTMENT: marked("It says where to go and which topics matter."),
    FileField.TITLE: marked("It stands for potential where nothing better is known."),
    FileField.SPECIALTY: marked("It says which evidence matters."),
    FileField.NOTE: marked("About the work only: it is on the card."),
}
"""What a field is for, said where it is asked."""

FACTS: Mapping[FactKind, str] = {
    FactKind.STRENGTH: marked("Strength"),
    FactKind.WEAKNESS: marked("Weakness"),
    FactKind.OPPORTUNITY: marked("Opportunity"),
    FactKind.THREAT: marked("Threat"),
    FactKind.EVIDENCE: marked("Evidence asked for"),
    FactKind.PROMISE: marked("Promise"),
}

ASKED: Mapping[FactKind, str] = {
    FactKind.STRENGTH: marked("What speaks for us with this customer? One fact in a sentence."),
    FactKind.WEAKNESS: marked("What speaks against us with this customer? One fact in a sentence."),
    FactKind.OPPORTUNITY: marked("What is opening up around this customer? One fact in a sentence."),
    FactKind.THREAT: marked("What could set us back around this customer? One fact in a sentence."),
    FactKind.EVIDENCE: marked("Which evidence has the customer asked for? One piece in a sentence."),
    FactKind.PROMISE: marked("What was promised, and for when? “Send the study by Friday” is enough."),
}

BASES: Mapping[Basis, str] = {
    Basis.SAID: marked("said so"),
    Basis.WRITTEN: marked("in writing"),
    Basis.COMPANY: marked("through the company"),
}

RELATIONS: Mapping[RelationKind, str] = {
    RelationKind.LISTENS_TO: marked("listens to %(name)s"),
    RelationKind.SAME_TEAM: marked("in one team with %(name)s"),
    RelationKind.SUPERIOR: marked("reports to %(name)s"),
    RelationKind.REFERS_TO: marked("refers patients to %(name)s"),
}

TOLD_THERE: Mapping[RelationKind, str] = {
    RelationKind.LISTENS_TO: marked("%(name)s listens to them"),
    RelationKind.SAME_TEAM: marked("in one team with %(name)s"),
    RelationKind.SUPERIOR: marked("%(name)s reports to them"),
    RelationKind.REFERS_TO: marked("%(name)s refers patients to them"),
}

ADVICE: Mapping[Pair, str] = {
    (FactKind.STRENGTH, FactKind.OPPORTUNITY): marked(
        "Use it: “%(outside)s” is a reason to talk soon; begin with “%(inside)s” and bring the evidence."
    ),
    (FactKind.WEAKNESS, FactKind.OPPORTUNITY): marked(
        "Catch up: while “%(outside)s” is open, ask what is behind “%(inside)s” and answer with evidence."
    ),
    (FactKind.STRENGTH, FactKind.THREAT): marked(
        "Hold: meet “%(outside)s” with the facts behind “%(inside)s”, and let the customer judge."
    ),
    (FactKind.WEAKNESS, FactKind.THREAT): marked(
        "Listen first: with “%(inside)s” and “%(outside)s” together, ask before you propose anything."
    ),
}


def relation(words: Words, one: Relation) -> str:
    """What a customer and another are to each other."""
    sentence = (TOLD_THERE if one.is_told_there else RELATIONS)[one.kind]
    return words._(sentence, name=one.name)


def change(
    words: Words,
    one: FileChange,
    institutions: Mapping[InstitutionId, str],
    others: Mapping[CustomerId, str],
) -> str:
    """What an edit changed, in a line."""
    tell = _TOLD.get(one.field)
    if tell is not None:
        return tell(words, one.before, one.after, others)
    before, after = (_value(words, one.field, image, institutions) for image in (one.before, one.after))
    name = words._(FIELDS[one.field])
    return f"{name}{words.colon}{before} → {after}"


Image = Mapping[str, Any] | None


def _value(words: Words, field: FileField, image: Image, institutions: Mapping[InstitutionId, str]) -> str:
    """What stands in a field of a customer."""
    column = "institution_id" if field is FileField.INSTITUTION else field.value
    value = (image or {}).get(column)
    match field:
        case FileField.INSTITUTION:
            return institutions.get(value, "–") if value else "–"
        case FileField.KOL | FileField.NO_SEE | FileField.BY_APPOINTMENT:
            return words._("yes") if value else words._("no")
        case FileField.STATUS:
            return words._("yes") if value == "active" else words._("no")
        case FileField.BEST_TIMES | FileField.RECEPTION:
            spans = (f"{words.weekday(day)} {start}–{end}" for day, start, end in value or ())
            return words.comma.join(spans) or "–"
    return str(value) if value else "–"


def _consent(words: Words, _before: Image, after: Image, _others: Mapping[CustomerId, str]) -> str:
    said = after or {}
    name = words._(CHANNELS[Channel(said["channel"])])
    basis = words._(BASES[Basis(said["basis"])])
    if said["withdrawn_on"]:
        on = date.fromisoformat(said["withdrawn_on"])
        return words._("%(channel)s: declined on %(on)s (%(basis)s)", channel=name, on=on, basis=basis)
    on = date.fromisoformat(said["given_on"])
    return words._("%(channel)s: agreed on %(on)s (%(basis)s)", channel=name, on=on, basis=basis)


def _fact(words: Words, before: Image, after: Image, _others: Mapping[CustomerId, str]) -> str:
    said = after or {}
    name = words._(FACTS[FactKind(said["kind"])])
    if before is None:
        return f"{name}{words.colon}{said['text']}"
    if FactKind(said["kind"]) in {FactKind.EVIDENCE, FactKind.PROMISE}:
        return words._("Done: %(text)s", text=said["text"])
    return words._("No longer so: %(text)s", text=said["text"])


def _relation(words: Words, before: Image, after: Image, others: Mapping[CustomerId, str]) -> str:
    said = after or before or {}
    line = words._(RELATIONS[RelationKind(said["kind"])], name=others.get(said["other_id"], "–"))
    if after is None:
        return words._("Taken out: %(text)s", text=line)
    return f"{words._(FIELDS[FileField.RELATION])}{words.colon}{line}"


def _step(words: Words, _before: Image, after: Image, _others: Mapping[CustomerId, str]) -> str:
    return words._("Done: %(text)s", text=(after or {})["next_step"])


_TOLD: Mapping[FileField, Callable[[Words, Image, Image, Mapping[CustomerId, str]], str]] = {
    FileField.CONSENT: _consent,
    FileField.FACT: _fact,
    FileField.RELATION: _relation,
    FileField.STEP: _step,
}
