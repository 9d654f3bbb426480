"""What is odd about an event that can be kept all the same: whoever tells it should hear of it."""

from collections.abc import Iterator

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event, Refusal


def odd_price(event: Event) -> Refusal | None:
    """Of a purchase, the first price that is 0: mostly one that was not known."""
    if event.type != "purchase":
        return None
    prices = [("unitPrice", event.unit_price), *((f"lines.{n}.unitPrice", line.unit_price) for n, line in enumerate(event.lines))]
    field = next((field for field, price in prices if price and price.minor_units == 0), None)
    said = "is 0: the order counts, and brings no revenue. Leave out a price that is not known; others are in the smallest unit"
    return Refusal(field, "ZERO_PRICE", said) if field else None


def unsigned_user(event: Event) -> str | None:
    """The user whom a browser names without the shop's signature."""
    return event.visitor.claimed_user_id


UNSIGNED = Refusal(
    "userId",
    "UNSIGNED_USER",
    "is kept as a claim and links nothing, as a browser says it: send the shop's userToken with it, or a key of the scope SERVER",
)
"""What is said of it."""


def named(event: Event) -> Iterator[tuple[str, ProductId]]:
    """The products that the event names, and where."""
    if event.product_id:
        yield "productId", event.product_id
    for number, line in enumerate(event.lines):
        yield f"lines.{number}.productId", line.product_id
