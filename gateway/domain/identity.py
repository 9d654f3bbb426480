"""By what a person can be named."""

from dataclasses import dataclass
from enum import StrEnum


class IdentityKind(StrEnum):
    """The kinds of ids that a person may have."""

    USER = "user"
    SESSION = "session"
    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"
    VISITOR = "visitor"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Identity:
    """One id of a person. All but a user's own and a session's lead to a user they are linked to."""

    kind: IdentityKind
    value: str
