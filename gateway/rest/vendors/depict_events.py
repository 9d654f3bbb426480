"""Depict's events in our words: one JSON array, each row checked before any is kept."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from gateway.domain.catalog import MarketId, Money, ProductId
from gateway.domain.event import Event
from gateway.domain.tenant import Caller
from gateway.domain.visitor import Visitor
from gateway.feeds.amounts import money
from gateway.feeds.refusals import Unusable
from gateway.rest.vendors.shape import Fault, Misshapen, Reader, read_json
from gateway.services.administering.admit import require_recording
from gateway.services.hearing.discern import stands_apart
from gateway.services.hearing.track import MAX_BATCH, RefusedRow
from gateway.services.shop import Shop

Admit = Callable[[str], tuple[Shop, Caller]]
Recognise = Callable[[Caller, Shop, str | None, str | None, str | None], Visitor]

_TYPES = {
    "page_view": "page_view",
    "click": "click",
    "add_to_cart": "add_to_cart",
    "purchase": "purchase",
    "element_visible": "impression",
}
_UNCOUNTED = {"ws_click", "recommendations_inserted"}
"""`ws_click` is the same click again by another channel, and what was inserted was not yet seen."""

_FIELDS = {
    "deduplication_id": "id", "product_id": "productId", "recommendation_id": "recommendationId", "session_id": "sessionId",
    "user_id": "userId", "dsid": "visitorId", "market": "market", "entity_price": "unitPrice",
}  # fmt: skip
_PASSED_BY = (
    "ab_test_group", "url", "document_referrer", "document_width", "attribution_id", "search_result_id",
    "product_listing_result_id", "click_location", "page_url", "recommendation_type",
)  # fmt: skip
_AMOUNT = re.compile(r"\d(?:[\d.,' \u00a0]*\d)?")


def understand(body: bytes, agent: str | None, admit: Admit, recognise: Recognise) -> list[tuple[Shop, list[Event]]]:
    """The events by shop, in order. Misshapen names every row that cannot be read. `agent`: what the sender says of itself."""
    rows = read_json(body)
    if not isinstance(rows, list):
        raise Misshapen([Fault(("body",), "value is not a valid list", "type_error.list")])
    if len(rows) > MAX_BATCH:
        raise Misshapen([Fault(("body",), f"ensure this value has at most {MAX_BATCH} items", "value_error.list.max_items")])
    readers = list(_readers(rows))
    told = [_tell(reader) for reader in readers]
    if faults := [fault for reader in readers for fault in reader.faults]:
        raise Misshapen(faults)
    batches: dict[str, tuple[Shop, list[Event]]] = {}
    for row in told:
        shop, caller = admit(row["tenant"])
        require_recording(caller)
        seen = recognise(caller, shop, row["session_id"], row["dsid"], row["user_id"])
        batch = batches.setdefault(row["tenant"], (shop, []))
        if row["type"] in _TYPES:
            apart = caller.apart or stands_apart(caller, None, agent)
            batch[1].append(_event(row, shop, caller, seen, apart))
    return list(batches.values())


def raise_refused(refused: Sequence[RefusedRow]) -> None:
    """Misshapen where our own checks found something, said where the vendor's client would look for it."""
    theirs = {ours: theirs for theirs, ours in _FIELDS.items()}
    faults = [(row.index, theirs.get(row.refusal.field, row.refusal.field), row.refusal.message) for row in refused]
    if faults:
        raise Misshapen([Fault(("body", index, field), message, "value_error") for index, field, message in faults])


def _readers(rows: list[Any]) -> Iterator[Reader]:
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise Misshapen([Fault(("body", number), "value is not a valid dict", "type_error.dict")])
        yield Reader(row, ("body", number))


def _tell(reader: Reader) -> dict[str, Any]:
    """The fields of a row that say something to us; what is wrong stays with the reader."""
    row: dict[str, Any] = {name: reader.text(name, required=True) or "" for name in ("tenant", "market", "type")}
    for name in ("deduplication_id", "user_id", "session_id", "product_id", "entity_price", "currency"):
        row[name] = reader.text(name)
    row["dsid"] = reader.text("dsid", shortest=1)
    row["recommendation_id"] = _uuid(reader)
    row["passed_by"] = {name: told for name in _PASSED_BY if (told := reader.text(name))}
    reader.texts("variant_ids")
    reader.table("entity_identifiers")
    if row["type"] and row["type"] not in _TYPES.keys() | _UNCOUNTED:
        reader.fault("type", f"unexpected value; permitted: {', '.join(sorted(_TYPES.keys() | _UNCOUNTED))}", "value_error.const")
    try:
        reader.done()
    except Misshapen:
        return row  # all rows are read first, so that every fault is named at once
    return row


def _uuid(reader: Reader) -> UUID | None:
    told = reader.text("recommendation_id")
    try:
        return UUID(told) if told else None
    except ValueError:
        reader.fault("recommendation_id", "value is not a valid uuid", "type_error.uuid")
        return None


def _event(row: dict[str, Any], shop: Shop, caller: Caller, seen: Visitor, apart: str | None) -> Event:
    kind = _TYPES[row["type"]]
    return Event(
        tenant_id=shop.tenant.tenant_id,
        event_id=f"depict:{kind}:{row['deduplication_id']}" if row["deduplication_id"] else str(uuid4()),
        type="view" if kind == "page_view" and row["product_id"] else kind,
        happened_at=datetime.now(UTC),
        visitor=seen,
        scope=caller.scope,
        apart=apart,
        product_id=ProductId(row["product_id"]) if row["product_id"] else None,
        unit_price=_price(row, shop),
        market_id=MarketId(row["market"]),
        channel=caller.channel,
        recommendation_id=row["recommendation_id"],
        properties=row["passed_by"] or None,
    )


def _price(row: dict[str, Any], shop: Shop) -> Money | None:
    """`100$` is a hundred of the event's currency, else of the market's; null where there is no amount in it."""
    market = shop.markets.get(MarketId(row["market"]))
    currency = row["currency"] or (market.currency if market else None)
    found = _AMOUNT.search(row["entity_price"] or "")
    if not found or not currency:
        return None
    try:
        return money(found[0], currency)
    except Unusable:
        return None
