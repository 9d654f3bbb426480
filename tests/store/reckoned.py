"""A shop's past made at random, and what attribution must say of it, reckoned the slow and simple way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from msgspec import structs

from gateway.domain import ids
from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event, OrderLine
from gateway.domain.order import Buyer, Entry, EntryKind, Order, Way, settle
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.services.hearing.reckon import Reckoner
from gateway.store.views import ServedView

ACME = TenantId("acme")
PRODUCTS = ("boot", "wax", "lace", "sole")
PLACEMENTS = ("item_page.similar", "home_page.top")
STRATEGIES = ("similar", "bestsellers")
WINDOW = timedelta(days=2)

Touch = dict[str, object]
TABLES = {
    "order_entry": "*", "told_twice": "*", "conversion": "*", "touch": "*", "touch_total": "*", "credit": "*",
    "touch_stray": "tenant_id, view_id, kind, event_id, line, recommendation_id, list_number, place, product_id, happened_at, session_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """What was served and what was told."""

    views: Sequence[ServedView]
    events: Sequence[Event]


def make_past(rng: Random, now: datetime, events: int = 60) -> Past:
    """Four visits of up to two users on two devices, over five days; everything that makes attribution hard happens in it."""
    views = [_view(rng, now) for _ in range(8)]
    told = [_event(rng, number, views, now) for number in range(events)]
    return Past(views, told)


def _ids(rng: Random) -> tuple[str, str | None]:
    session = rng.choice(("s1", "s2", "s3", "s4"))
    return session, {"s1": "cookie-1", "s2": "cookie-1", "s3": "cookie-2", "s4": None}[session]


def _view(rng: Random, now: datetime) -> ServedView:
    served_at = now - timedelta(days=rng.uniform(0, 5))
    view_id = ids.make_view_id(served_at, rng.randbytes(8))
    session, cookie = _ids(rng)
    lists = [
        {
            "placement": placement,
            "strategy": "similar",
            "products": (shown := rng.sample(PRODUCTS, 2)),
            "strategies": [rng.choice(STRATEGIES) for _ in shown],
            "levels": ["NONE" for _ in shown],
            "rules": rng.choice((None, ["rule-1", None])),
            "variant": None,
            "propensity": None,
        }
        for placement in PLACEMENTS
    ]
    made = ids.made_at(view_id)
    user = rng.choice((None, None, "anna"))
    return ServedView(
        ACME, view_id, made, "se", "sv-SE", rng.choice((None, "web")), session, user, cookie, "release-1", {}, lists,
        preview=rng.random() < 0.1,
    )  # fmt: skip


def _event(rng: Random, number: int, views: Sequence[ServedView], now: datetime) -> Event:
    session, cookie = _ids(rng)
    kind = rng.choice(("impression", "impression", "click", "click", "add_to_cart", "purchase", "purchase", "refund", "login"))
    view = rng.choice(views)
    event = Event(
        ACME,
        f"{kind}-{number}",
        kind,
        min(now, view.served_at + timedelta(hours=rng.choice((0, 0, 1, 30, 60)), minutes=rng.randrange(5))),
        Visitor(
            SessionId(session) if rng.random() < 0.9 else None,
            UserId(rng.choice(("anna", "bert"))) if kind == "login" or rng.random() < 0.15 else None,
            VisitorId(cookie or "cookie-3"),
        ),
        rng.choice(("STOREFRONT", "SERVER")),
        apart="BOT" if rng.random() < 0.05 else None,
    )
    return {"impression": _seen, "click": _clicked, "add_to_cart": _wanted, "purchase": _bought, "refund": _returned}.get(
        kind, lambda _, same, __: same
    )(rng, event, view)


def _seen(rng: Random, event: Event, view: ServedView) -> Event:
    named = rng.choice(("recommendation", "list", "view", "product"))
    if named == "recommendation":
        return _clicked(rng, event, view)
    if named == "list":
        return structs.replace(event, list_id=ids.list_id(view.view_id, rng.randrange(2)), position=rng.choice((None, 0, 1, 7)))
    return structs.replace(event, view_id=view.view_id, product_id=ProductId("boot") if named == "product" else None)


def _clicked(rng: Random, event: Event, view: ServedView) -> Event:
    place = rng.randrange(2), rng.choice((0, 1, 1, 5))  # there is nothing at the last
    return structs.replace(event, recommendation_id=ids.recommendation_id(view.view_id, *place))


def _wanted(rng: Random, event: Event, view: ServedView) -> Event:
    named = ids.recommendation_id(view.view_id, rng.randrange(2), rng.randrange(2)) if rng.random() < 0.4 else None
    return structs.replace(
        event, product_id=ProductId(rng.choice(PRODUCTS)), recommendation_id=named, unit_price=Money(100, "SEK")
    )


def _bought(rng: Random, event: Event, view: ServedView) -> Event:
    wanted = _wanted(rng, event, view)
    price = rng.choice((None, Money(9900, "SEK"), Money(990, "EUR")))
    order = rng.choice(("o1", "o2", "o3", "o4"))
    if rng.random() < 0.5:
        lines = tuple(OrderLine(ProductId(p), rng.randint(1, 3), price) for p in rng.choices(PRODUCTS, k=2))
        return structs.replace(wanted, product_id=None, order_id=order, lines=lines)
    return structs.replace(wanted, order_id=rng.choice((order, None)), quantity=rng.choice((None, 2)), unit_price=price)


def _returned(rng: Random, event: Event, _: ServedView) -> Event:
    event = structs.replace(event, order_id=rng.choice(("o1", "o2", "o3", "o4")))
    how = rng.choice(("all", "one", "one", "lines"))
    if how == "lines":
        return structs.replace(event, lines=(OrderLine(ProductId("boot")), OrderLine(ProductId("wax"), 2)))
    return structs.replace(event, product_id=ProductId(rng.choice(PRODUCTS)) if how == "one" else None)


class Oracle:
    """Attribution by going through everything, again and again. `owner`: whose something told so is."""

    def __init__(self, past: Past, kept: Sequence[Event], owner, window: timedelta = WINDOW) -> None:
        self._views = {view.view_id: view for view in past.views}
        self._events = [event for event in kept if event.apart is None]
        self._owner = owner
        self._window = window

    def credit(self) -> set[tuple[object, ...]]:
        """(order, event, line, model, recommendation, strategy, quantity, revenue) of everything that is owed."""
        touches = list(self.touches().values())
        return {
            (*wanted["key"], model, each["id"], each["strategy"], wanted["quantity"], wanted["revenue"])
            for wanted in self._wanted()
            for model in ("CLICK_LAST", "CLICK_SESSION", "VIEW_THROUGH", "DIRECT")
            if (each := self._owed(model, wanted, touches))
        }

    def touches(self) -> dict[tuple[str, object], Touch]:
        """What was seen, clicked or named, the first time each."""
        found: dict[tuple[str, object], Touch] = {}
        for touch in sorted(
            self._all_touches(), key=lambda t: (t["at"], *(t[name] or "" for name in ("session", "told", "cookie")))
        ):
            found.setdefault((touch["kind"], touch["id"]), touch)
        return found

    def _all_touches(self) -> Iterator[Touch]:
        for event in self._events:
            kind = event.type if event.type in ("impression", "click") else "direct"
            if kind == "direct" and (event.type not in ("add_to_cart", "purchase") or not event.recommendation_id):
                continue
            named = event.recommendation_id or event.list_id or event.view_id
            view = self._views.get(ids.view_of(named)) if named else None
            if view is None and event.recommendation_id:
                yield self._unknown(event, kind)
            elif view is not None and not view.preview:
                yield from self._touched(event, kind, view)

    def _unknown(self, event: Event, kind: str) -> Touch:
        seen = event.visitor
        return {
            "known": False, "kind": kind,
            "id": event.recommendation_id, "at": event.happened_at, "product": event.product_id, "strategy": None,
            "session": seen.session_id, "told": seen.user_id, "cookie": seen.visitor_id,
            "user": self._owner(seen.session_id, seen.user_id, event.happened_at),
        }  # fmt: skip

    def _touched(self, event: Event, kind: str, view: ServedView) -> Iterator[Touch]:
        seen = event.visitor
        told = (seen.session_id, seen.user_id, seen.visitor_id)
        known = (view.session_id, view.user_id, view.visitor_id)
        if not any(told) or any(a and a == b for a, b in zip(told, known, strict=True)):
            told = tuple(a or b for a, b in zip(told, known, strict=True))
        for number, each in enumerate(view.lists):
            for position, product in enumerate(each["products"]):
                made = ids.recommendation_id(view.view_id, number, position)
                listed = ids.list_id(view.view_id, number)
                if event.recommendation_id:
                    meant = made == event.recommendation_id
                elif event.list_id:
                    meant = listed == event.list_id and event.position in (None, position)
                else:
                    meant = event.product_id in (None, product)
                if meant:
                    yield {
                        "known": True, "kind": kind,
                        "id": made, "at": event.happened_at, "product": product, "strategy": each["strategies"][position],
                        "session": told[0], "told": told[1], "cookie": told[2], "user": self._owner(told[0], told[1], event.happened_at),
                    }  # fmt: skip

    def _wanted(self) -> Iterator[dict[str, object]]:
        for event in self._events:
            if event.type == "add_to_cart":
                entry = next(_entries(event))
                yield self._conversion(
                    (("c:" if event.trusted else "b:") + event.event_id, event.event_id, 0), entry, 1, whole=False
                )
        for key in {key for event in self._events if (key := _order_key(event))}:
            order: Order = settle(entry for event in self._events if _order_key(event) == key for entry in _entries(event))
            for line in order.lines:
                told = line.entry
                yield self._conversion(
                    (key, told.event_id, told.line), told, line.kept, whole=told.way in (Way.SHOP_WHOLE, Way.BROWSER_WHOLE)
                )

    def _conversion(self, key: tuple[object, ...], entry: Entry, quantity: int, *, whole: bool) -> dict[str, object]:
        buyer = entry.buyer
        return {
            "key": key, "at": entry.happened_at, "product": entry.product_id, "quantity": quantity, "whole": whole,
            "revenue": quantity * entry.unit_price.minor_units if entry.unit_price else None, "named": entry.recommendation_id,
            "price": entry.unit_price, "session": buyer.session_id, "cookie": buyer.visitor_id,
            "user": self._owner(buyer.session_id, buyer.user_id, entry.happened_at),
        }  # fmt: skip

    def _owed(self, model: str, wanted, touches: Sequence[Touch]) -> Touch | None:
        if model == "DIRECT":
            return next(
                (t for t in touches if t["kind"] == "direct" and t["id"] == wanted["named"] and t["known"]
                 and (not wanted["whole"] or t["product"] == wanted["product"])), None,
            )  # fmt: skip
        kind = "impression" if model == "VIEW_THROUGH" else "click"
        fitting = [
            t for t in touches if t["known"] and t["kind"] == kind and t["at"] <= wanted["at"] and self._fits(model, wanted, t)
        ]
        return max(fitting, key=lambda t: (t["at"], t["id"].bytes), default=None)

    def _fits(self, model: str, wanted, touch: Touch) -> bool:
        if touch["user"] and wanted["user"] and touch["user"] != wanted["user"]:
            return False
        same = [name for name in ("session", "user", "cookie") if touch[name] and touch[name] == wanted[name]]
        if model == "CLICK_SESSION":
            return "session" in same
        recent = touch["at"] > wanted["at"] - self._window
        if touch["product"] != wanted["product"] or not same:
            return False
        return recent or (model == "CLICK_LAST" and "session" in same)


def _order_key(event: Event) -> str | None:
    if event.type == "purchase":
        return f"o:{event.order_id}" if event.order_id else f"e:{event.event_id}"
    return f"o:{event.order_id}" if event.type == "refund" else None


def _entries(event: Event) -> Iterator[Entry]:
    way = Way((0 if event.trusted else 2) + (0 if event.lines else 1))
    seen = event.visitor
    lines = event.lines or (OrderLine(event.product_id, event.quantity or 1, event.unit_price),)
    for place, line in enumerate(lines):
        yield Entry(
            EntryKind.REFUND if event.type == "refund" else EntryKind.PURCHASE, way, event.event_id, place, event.happened_at,
            line.product_id, line.quantity, line.unit_price, Buyer(seen.session_id, seen.user_id, seen.visitor_id),
            event.recommendation_id,
        )  # fmt: skip


async def everything(db) -> dict[str, list[tuple[object, ...]]]:
    """Every row that was made of the events."""
    async with db.pool.acquire() as connection:
        rows = {name: await connection.fetch(f"select {columns} from {name}") for name, columns in TABLES.items()}
    return {name: sorted((tuple(row) for row in found), key=repr) for name, found in rows.items()}


def some_days_ago() -> datetime:
    """A moment at which a past may end, the same whenever tests run within a day."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=1)


async def keep_views(stores, views) -> None:
    """Answers that were served, on whatever days."""
    days = sorted({view.served_at.date() for view in views})
    await stores.db.execute("event.ensure_partitions", parent="served_view", days=days)
    if views:
        await stores.views.add(views)


async def add_up(reckoning) -> None:
    """All that waits."""
    await Reckoner(reckoning).catch_up([ACME])
