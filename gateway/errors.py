"""What can go wrong in a way that the caller should hear about.

The class's docstring is the message where none is given; the faces turn `code` into a GraphQL extension and `status`
into an HTTP status. Anything else that is raised is our bug and is masked.
"""

from typing import ClassVar


class GatewayError(Exception):
    """The gateway could not do this."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.field = field
        super().__init__(self.message)


class Unauthenticated(GatewayError):
    """An API key is needed: send Authorization: Bearer SECRET or X-API-Key."""

    code, status = "UNAUTHENTICATED", 401


class Forbidden(GatewayError):
    """The key's scopes do not allow it."""

    code, status = "FORBIDDEN", 403


class BadInput(GatewayError):
    """The request says something that cannot be."""

    code, status = "BAD_USER_INPUT", 400


class UnknownPlacement(GatewayError):
    """No placement has this id."""

    code, status = "UNKNOWN_PLACEMENT", 404


class UnknownExperiment(GatewayError):
    """No experiment has this key."""

    code, status = "UNKNOWN_EXPERIMENT", 404


class MixedPageTypes(GatewayError):
    """All placements of one call must be of one page type: ask for each page in a call of its own."""

    code, status = "MIXED_PAGE_TYPES", 400


class LimitExceeded(GatewayError):
    """The request is larger than the gateway accepts."""

    code, status = "LIMIT_EXCEEDED", 413


class Conflict(GatewayError):
    """What was told contradicts what is already there."""

    code, status = "CONFLICT", 409


class Unavailable(GatewayError):
    """The gateway cannot do this now; try again."""

    code, status = "UNAVAILABLE", 503
