"""Customer types (分型): several schemes side by side, one optional tag each.

A tag words advice and never ranks. It is an opinion: nobody is purely one type, and one
does not fit one's behaviour to a label. High, ordinary and low value are no type here:
ABC classes and RFM levels say that from figures.
"""

from enum import StrEnum


class Motive(StrEnum):
    """What moves the customer."""

    CONSULTING = "consulting"  # 咨询型: wants information and exchange
    NEED = "need"  # 需求型: has a need to be met
    DECISION = "decision"  # 决策型: decides for others


class Need(StrEnum):
    """What the customer needs of us."""

    PRESCRIPTION = "prescription"
    NON_PRESCRIPTION = "non_prescription"
    CONSULTATION = "consultation"


class Setting(StrEnum):
    """Where the customer works."""

    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PHARMACY = "pharmacy"


class HospitalRole(StrEnum):
    """What the customer does in a hospital."""

    PRESIDENT = "president"
    DEPARTMENT_HEAD = "department_head"
    PHARMACY_HEAD = "pharmacy_head"
    ATTENDING = "attending"
    RESIDENT = "resident"
    PURCHASER = "purchaser"
    HEAD_NURSE = "head_nurse"


class SocialStyle(StrEnum):
    """How the customer deals with people."""

    CONTROLLING = "controlling"
    ANALYTICAL = "analytical"
    AMIABLE = "amiable"
    EXPRESSIVE = "expressive"


class LearningStyle(StrEnum):
    """How the customer takes in something new."""

    VISUAL = "visual"
    AUDITORY = "auditory"
    KINAESTHETIC = "kinaesthetic"
