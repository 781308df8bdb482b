"""Types, stages, and what makes a review due, in words."""

from collections.abc import Mapping
from enum import StrEnum

from bot.render.catalogues import marked
from bot.render.words import Words
from domain.segments.adoption import AdoptionStage
from domain.segments.scheme import Scheme
from domain.segments.stage import LifecycleStage
from domain.segments.types import HospitalRole, LearningStyle, Motive, Need, Setting, SocialStyle
from domain.tiering.review import EventKind, ReviewEvent

SCHEMES: Mapping[Scheme, str] = {
    Scheme.MOTIVE: marked("Type"),
    Scheme.ADOPTION: marked("Adoption"),
    Scheme.LIFECYCLE: marked("Lifecycle"),
    Scheme.NEED: marked("Need"),
    Scheme.SETTING: marked("Works in"),
    Scheme.ROLE: marked("Function"),
    Scheme.STYLE: marked("Social style"),
    Scheme.LEARNING: marked("Learns by"),
}

# By scheme: members of different schemes may be equal as texts.
VALUES: Mapping[Scheme, Mapping[StrEnum, str]] = {
    Scheme.MOTIVE: {
        Motive.CONSULTING: marked("consulting"),
        Motive.NEED: marked("need-driven"),
        Motive.DECISION: marked("decision-maker"),
    },
    Scheme.ADOPTION: {
        AdoptionStage.UNAWARE: marked("unaware"),
        AdoptionStage.AWARE: marked("aware"),
        AdoptionStage.INTERESTED: marked("interested"),
        AdoptionStage.FIRST_TRIAL: marked("first trial"),
        AdoptionStage.TRIAL: marked("trial"),
        AdoptionStage.SELECTIVE: marked("selective use"),
        AdoptionStage.REGULAR: marked("regular use"),
        AdoptionStage.ADVOCATE: marked("advocate"),
    },
    Scheme.LIFECYCLE: {
        LifecycleStage.PROSPECT: marked("prospect"),
        LifecycleStage.FIRST: marked("first purchase"),
        LifecycleStage.ACTIVE: marked("active"),
        LifecycleStage.REACTIVATED: marked("reactivated"),
        LifecycleStage.LAPSED: marked("lapsed"),
    },
    Scheme.NEED: {
        Need.PRESCRIPTION: marked("prescription medicines"),
        Need.NON_PRESCRIPTION: marked("non-prescription medicines"),
        Need.CONSULTATION: marked("consultation"),
    },
    Scheme.SETTING: {
        Setting.HOSPITAL: marked("hospital"),
        Setting.CLINIC: marked("clinic"),
        Setting.PHARMACY: marked("pharmacy"),
    },
    Scheme.ROLE: {
        HospitalRole.PRESIDENT: marked("president"),
        HospitalRole.DEPARTMENT_HEAD: marked("head of department"),
        HospitalRole.PHARMACY_HEAD: marked("head of pharmacy"),
        HospitalRole.ATTENDING: marked("attending physician"),
        HospitalRole.RESIDENT: marked("resident physician"),
        HospitalRole.PURCHASER: marked("purchaser"),
        HospitalRole.HEAD_NURSE: marked("head nurse"),
    },
    Scheme.STYLE: {
        SocialStyle.CONTROLLING: marked("controlling"),
        SocialStyle.ANALYTICAL: marked("analytical"),
        SocialStyle.AMIABLE: marked("amiable"),
        SocialStyle.EXPRESSIVE: marked("expressive"),
    },
    Scheme.LEARNING: {
        LearningStyle.VISUAL: marked("seeing"),
        LearningStyle.AUDITORY: marked("hearing"),
        LearningStyle.KINAESTHETIC: marked("doing"),
    },
}

EVENTS: Mapping[EventKind, str] = {
    EventKind.TITLE: marked("title: %(before)s → %(after)s, %(on)s"),
    EventKind.TRANSFER: marked("transfer: %(before)s → %(after)s, %(on)s"),
    EventKind.DEPARTMENT: marked("department: %(before)s → %(after)s, %(on)s"),
    EventKind.LISTED: marked("listed at %(institution)s since %(on)s: %(note)s"),
    EventKind.REMOVED: marked("no longer listed at %(institution)s since %(on)s: %(note)s"),
    EventKind.VOLUME: marked("volume-based purchasing at %(institution)s since %(on)s: %(note)s"),
    EventKind.OTHER: marked("procurement at %(institution)s since %(on)s: %(note)s"),
}

PROCUREMENT: Mapping[EventKind, str] = {
    EventKind.LISTED: marked("Listed"),
    EventKind.REMOVED: marked("No longer listed"),
    EventKind.VOLUME: marked("Volume-based purchasing"),
    EventKind.OTHER: marked("Something else"),
}


def segment(words: Words, value: StrEnum | None, scheme: Scheme) -> str:
    """A value of a scheme; None is unsure."""
    return words._("unsure") if value is None else words._(VALUES[scheme][value])


def review_event(words: Words, event: ReviewEvent) -> str:
    """What makes a review due: what has changed, from what to what, and when."""
    return words._(
        EVENTS[event.kind],
        before=event.before,
        after=event.after,
        institution=event.institution,
        on=event.on,
        note=event.note,
    )
