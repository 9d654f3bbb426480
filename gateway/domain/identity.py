"""By what a person can be named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_NO_DIGIT = re.compile(r"\D")
_PHONE_DIGITS = range(5, 16)  # E.164 has 15 at most
_INTERNATIONAL = "00"


class IdentityKind(StrEnum):
    """The kinds of ids that a person may have."""

    USER = "user"
    SESSION = "session"
    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"
    VISITOR = "visitor"
    CONTACT = "contact"


FIELDS: Mapping[IdentityKind, str] = MappingProxyType(
    {IdentityKind.USER: "userId", IdentityKind.SESSION: "sessionId", IdentityKind.EMAIL: "email", IdentityKind.PHONE: "phone",
     IdentityKind.EXTERNAL: "externalId", IdentityKind.VISITOR: "visitorId", IdentityKind.CONTACT: "contactId"}
)  # fmt: skip
"""Under which name each is told."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One id of a person. All but a user's own and a session's lead to a user they are linked to."""

    kind: IdentityKind
    value: str


def normalised(told: Identity) -> Identity | None:
    """The identity as it is kept: an e-mail address whatever its case, a phone number by its digits, any other id to the letter.

    Null where nothing is left of it, or it is no address or number at all.
    """
    value = _NORMAL[told.kind](told.value) if told.kind in _NORMAL else told.value
    return Identity(told.kind, value) if value else None


def _email(told: str) -> str:
    name, at, host = told.strip().casefold().rpartition("@")
    return f"{name}@{host}" if name and at and host and not re.search(r"\s", name + host) else ""


def _phone(told: str) -> str:
    digits = _NO_DIGIT.sub("", told)
    if not told.strip().startswith("+"):
        digits = digits.removeprefix(_INTERNATIONAL)
    return digits if len(digits) in _PHONE_DIGITS else ""


_NORMAL = {IdentityKind.EMAIL: _email, IdentityKind.PHONE: _phone}
