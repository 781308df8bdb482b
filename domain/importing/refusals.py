"""Who refuses data collection: known again without being known.

What is kept of such a person are keyed hashes (HMAC-SHA-256) of the code, and of the name together with the
institution. Nobody can be read from them; a row of a file can only be compared.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from domain.importing.keys import normal_code, normal_name

_CODE, _NAME, _BETWEEN = "code", "name", "\x1f"


@dataclass(frozen=True, slots=True)
class Refusals:
    """The fingerprints of those who have refused, made with the key of the installation."""

    secret: str = ""
    fingerprints: frozenset[str] = frozenset()

    def covers(self, code: str | None, name: str, institutions: Iterable[str]) -> bool:
        """Whether a customer has refused: of that code, or of that name at one of the institutions.

        Institutions are natural keys; "" stands for none.
        """
        if not self.fingerprints:
            return False
        return not self.fingerprints.isdisjoint(fingerprints(self.secret, code, name, institutions))


NOBODY = Refusals()


def fingerprints(secret: str, code: str | None, name: str, institutions: Iterable[str]) -> set[str]:
    """Every fingerprint by which a customer can be known again; arguments as in `Refusals.covers`."""
    parts = [(_NAME, normal_name(name), institution) for institution in institutions]
    if code:
        parts.append((_CODE, normal_code(code), ""))
    return {hmac.new(secret.encode(), _BETWEEN.join(each).encode(), sha256).hexdigest() for each in parts}
