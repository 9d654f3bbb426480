"""Products that are one product in several forms: what the whole takes from its parts, and the parts from the whole."""

from collections.abc import Callable, Collection, Sequence

from gateway.domain.catalog import Offer
from gateway.feeds.entries import Lister
from gateway.feeds.offers import Told, read_offer
from gateway.feeds.refusals import Unusable

_PRICES = ("price", "sale_price", "compare_at_price", "sale_dates", "sale_from", "sale_to")


def led(head: Told, members: Sequence[Told], lister: Lister) -> Told:
    """The whole: the price, where it has none, of its cheapest part that can be bought; in stock where a part is."""
    offers = [(member, offer) for member in members if (offer := _offer(member, lister))]
    if not offers:
        return head
    told = dict(head)
    if not told.get("price", "").strip("0., "):
        cheapest, _ = min(offers, key=lambda each: (not each[1].available, _asked(each[1])))
        told = {name: value for name, value in told.items() if name not in _PRICES}
        told |= {name: cheapest[name] for name in _PRICES if name in cheapest}
    if not any(offer.available for _, offer in offers):
        told["available"] = "no"
    counted = [offer.quantity for _, offer in offers]
    if all(count is not None for count in counted):
        told["quantity"] = str(min(sum(max(count or 0, 0) for count in counted), 2**31 - 1))
        told.setdefault("available", "yes")
    return told


def heir(member: Told, head: Told, names: Collection[str]) -> Told:
    """The part, with what it leaves out of these as the whole has it."""
    return {**{name: head[name] for name in names if name in head}, **member}


def readable(translate: Callable[[Told], Told], row: Told) -> Told:
    """The row as a relative's, translated; where it cannot be used there is nothing of it: it is refused by itself."""
    try:
        return translate(row)
    except Unusable:
        return {}


def _offer(member: Told, lister: Lister) -> Offer | None:
    """What the part costs; null where that cannot be read: its own row is refused for it."""
    market = lister.destination.market
    if market is None:
        return None
    try:
        return read_offer(member, market, lister.now)
    except Unusable:
        return None


def _asked(offer: Offer) -> int:
    return (offer.sale_price or offer.price).minor_units
