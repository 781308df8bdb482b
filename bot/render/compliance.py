"""Compliance rules in words: levels, topics and what a source is worth."""

from collections.abc import Mapping

from bot.render.catalogues import marked
from domain.compliance.rules import Level, Status, Topic
from domain.people.qualifications import QualificationKind

SIGNS: Mapping[Level, str] = {Level.BLOCK: "⛔", Level.HOLD: "⏸", Level.WARN: "⚠️", Level.INFORM: "ℹ️"}

LEVELS: Mapping[Level, str] = {
    Level.BLOCK: marked("is refused"),
    Level.HOLD: marked("waits until the report is acknowledged"),
    Level.WARN: marked("is kept, and said"),
    Level.INFORM: marked("good to know"),
}

TOPICS: Mapping[Topic, str] = {
    Topic.BRIBERY: marked("Benefits and gifts"),
    Topic.HOSPITALITY: marked("Events and meals"),
    Topic.VISITS: marked("Where and when to visit"),
    Topic.DATA: marked("Personal data"),
    Topic.SCIENCE: marked("What to say of products"),
    Topic.SAFETY: marked("Side effects"),
    Topic.ROLE: marked("The rep's role"),
}

STATUSES: Mapping[Status, str] = {
    Status.IN_FORCE: marked("in force"),
    Status.GUIDELINE: marked("guideline, not binding"),
    Status.CODE: marked("industry code"),
    Status.DRAFT: marked("draft, not in force"),
    Status.OWN: marked("our own rule"),
}

QUALIFICATIONS: Mapping[QualificationKind, str] = {
    QualificationKind.FILING: marked("Record filing"),
    QualificationKind.TRAINING: marked("Compliance training"),
}
