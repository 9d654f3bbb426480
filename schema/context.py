"""What every resolver may reach: the services, and who asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from strawberry.types import Info

from gateway.domain.tenant import Caller
from gateway.errors import LimitExceeded
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop

MAX_CATEGORIES = 20_000  # that one operation may be answered with: a tree can be walked down and up without end


class Allowance:
    """How much of something an operation may still be answered with."""

    def __init__(self, most: int) -> None:
        self._left = most

    def spend(self, number: int) -> None:
        """LimitExceeded once it is used up."""
        self._left -= number
        if self._left < 0:
            raise LimitExceeded(f"an answer may hold {MAX_CATEGORIES} categories at most", field="categories")


@dataclass(frozen=True, slots=True)
class Context:
    """One request's. `admit` raises where the key does not open the door: introspection needs none. `agent`: what the asking
    program says of itself. `address`: by which the gateway was asked; its own links begin with it. `present`: of a WebSocket,
    the same as `admit` by what the first message says.
    """

    gateway: Gateway
    admit: Callable[[], tuple[Shop, Caller]]
    agent: str | None
    address: str
    posted: bool
    present: Callable[[Mapping[str, Any]], Callable[[], tuple[Shop, Caller]]] | None = None
    categories: Allowance = field(default_factory=lambda: Allowance(MAX_CATEGORIES))


Ask = Info[Context, None]
