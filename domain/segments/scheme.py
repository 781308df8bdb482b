"""The schemes by which a customer is described, one optional value each: types, and two stages.

What somebody says of a customer in a scheme is an `Opinion`. It words the talk; the tier
alone says how much to invest, and neither changes the other.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import DomainError
from domain.segments.adoption import AdoptionStage
from domain.segments.stage import LifecycleStage
from domain.segments.types import HospitalRole, LearningStyle, Motive, Need, Setting, SocialStyle


class Scheme(StrEnum):
    """One way to describe a customer."""

    MOTIVE = "motive"
    ADOPTION = "adoption"
    LIFECYCLE = "lifecycle"
    NEED = "need"
    SETTING = "setting"
    ROLE = "role"
    STYLE = "style"
    LEARNING = "learning"


VALUES: Mapping[Scheme, type[StrEnum]] = {
    Scheme.MOTIVE: Motive,
    Scheme.ADOPTION: AdoptionStage,
    Scheme.LIFECYCLE: LifecycleStage,
    Scheme.NEED: Need,
    Scheme.SETTING: Setting,
    Scheme.ROLE: HospitalRole,
    Scheme.STYLE: SocialStyle,
    Scheme.LEARNING: LearningStyle,
}


def value_of(scheme: Scheme, name: str) -> StrEnum:
    """A value of a scheme by its stored name; DomainError "not_found" when it has none of that name."""
    try:
        return VALUES[scheme](name)
    except ValueError:
        raise DomainError("not_found") from None
