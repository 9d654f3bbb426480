"""Events as they came in, for somebody who watches."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event. `who`: the most telling id of whoever did it, and of which kind it is. `apart`: why it counts nowhere."""

    event_id: str
    type: str
    happened_at: datetime
    received_at: datetime
    who: str | None = None
    kind: str | None = None
    scope: str | None = None
    market_id: str | None = None
    channel: str | None = None
    product_id: str | None = None
    quantity: int | None = None
    unit_price_minor: int | None = None
    currency: str | None = None
    order_id: str | None = None
    placement_id: str | None = None
    position: int | None = None
    search_term: str | None = None
    category_id: str | None = None
    apart: str | None = None
