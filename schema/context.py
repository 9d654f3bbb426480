"""What every resolver may reach: the services, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass

from strawberry.types import Info

from gateway.domain.tenant import Caller
from gateway.services.gateway import Gateway
from gateway.services.shop import Shop


@dataclass(frozen=True, slots=True)
class Context:
    """One request's. `admit` raises where the key does not open the door: introspection needs none."""

    gateway: Gateway
    admit: Callable[[], tuple[Shop, Caller]]
    response: object = None


Ask = Info[Context, None]
