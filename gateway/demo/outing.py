"""One visit to the example shop: what for, past which shelves, and what was in the bag at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from gateway.demo.aisles import Aisles, Pool
from gateway.demo.product import Item
from gateway.demo.shelves import DEPARTMENTS, SHELVES
from gateway.demo.shopper import Shopper
from gateway.domain.catalog import CategoryId
from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import UserId, Visitor

SCOPE = "IMPORT"
RISING = frozenset({"throws", "floor-lamps", "espresso-machines", "bike-lights"})  # what everybody wants since last week
_RISE_DAYS = 7
_RISE = 3.4
_IN_SEASON, _OUT_OF_SEASON = 1.7, 0.8
_DEPARTMENT_OF = {shelf.shelf_id: d.department_id for d in DEPARTMENTS for shelf in d.shelves}

_WANDERS = 0.4  # how often one goes on to a shelf whose things go with the one just seen
_FINDS = 0.3
_TAKES = 0.45  # how often something goes into the cart
_ADDS = 0.55  # how often a further thing does that goes with it
_PAYS = 0.75
_SEARCHES = 0.2


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done, `after` so many seconds."""

    after: int
    type: str
    item: Item | None = None
    quantity: int | None = None
    shelf_id: str | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Outing:
    """A session's steps, in order."""

    user_id: UserId | None
    aisles: Aisles
    begins: datetime
    steps: Sequence[Step]
    bag: Sequence[tuple[Item, int]]

    def events(self, tenant_id: TenantId, visitor: Visitor, first: int) -> Iterator[Event]:
        """The steps as events, numbered from `first`."""
        for number, step in enumerate(self.steps, first):
            item, paid = step.item, step.type in {"add_to_cart", "purchase"}
            order = f"demo-order-{number:06}" if step.type == "purchase" else None
            yield Event(
                tenant_id=tenant_id,
                event_id=event_id(number),
                type=step.type,
                happened_at=self.begins + timedelta(seconds=step.after),
                visitor=visitor,
                scope=SCOPE,
                product_id=item.entry.product_id if item else None,
                quantity=step.quantity,
                unit_price=self.aisles.paid(item) if item and paid else None,
                order_id=order,
                lines=self._lines() if order else (),
                market_id=self.aisles.market_id,
                channel="web",
                search_term=step.term,
                category_id=CategoryId(step.shelf_id) if step.shelf_id else None,
            )

    def _lines(self) -> tuple[OrderLine, ...]:
        return tuple(OrderLine(item.entry.product_id, count, self.aisles.paid(item)) for item, count in self.bag)


def event_id(number: int) -> str:
    """The id of the nth simulated event, counted from 0."""
    return f"demo-{number:06}"


def take_outing(shopper: Shopper, aisles: Aisles, begins: datetime, days_left: int, rng: Random) -> Outing:
    """One session of a shopper, `days_left` days before the simulation's end."""
    rising = days_left <= _RISE_DAYS
    shelf_id = _choose_shelf(shopper, aisles, begins.month, rng, rising=rising)
    tier = rng.choices((0, 1, 2), shopper.tiers)[0]
    seen = _browse(
        shopper, aisles.style(shelf_id, rng.randrange(len(SHELVES[shelf_id].kinds)), tier), rng, rng.choice((3, 4, 5, 6, 8))
    )
    seen += aisles.shelves[shelf_id].draw(rng, rng.choice((0, 0, 1, 2)))
    if rising and rng.random() < 0.5:  # noqa: PLR2004  (every other one has heard of the hits)
        seen += aisles.hits[shelf_id].draw(rng, 1)
    while rng.random() < _WANDERS and (further := aisles.companions(seen[-1])):
        seen += _look_further(seen[-1], _likeliest(further, rng), tier, aisles, rng)
    bag = _fill_bag(seen, aisles, rng) if rng.random() < _TAKES else []
    return Outing(shopper.user_id, aisles, begins, _walk(shelf_id, seen, bag, rng), bag)


def _choose_shelf(shopper: Shopper, aisles: Aisles, month: int, rng: Random, *, rising: bool) -> str:
    shelves = tuple(aisles.shelves)
    weights = [
        shopper.departments[_DEPARTMENT_OF[shelf]]
        * SHELVES[shelf].pull
        * (_IN_SEASON if month in SHELVES[shelf].months else _OUT_OF_SEASON)
        * (_RISE if rising and shelf in RISING else 1.0)
        for shelf in shelves
    ]
    return rng.choices(shelves, weights)[0]


def _browse(shopper: Shopper, pool: Pool, rng: Random, count: int) -> list[Item]:
    """Looks at so many products; of two it looks at the one in a colour it loves."""
    pairs = pool.draw(rng, 2 * count)
    return [
        b if b.colour in shopper.colours and a.colour not in shopper.colours else a
        for a, b in zip(pairs[::2], pairs[1::2], strict=True)
    ]


def _look_further(last: Item, shelf_id: str, tier: int, aisles: Aisles, rng: Random) -> list[Item]:
    """One or two things on a shelf that goes with the last; the very thing that goes with it is more often found at the till."""
    if rng.random() < _FINDS:
        return aisles.partners(last, shelf_id).draw(rng, 1)
    return aisles.style(shelf_id, rng.randrange(len(SHELVES[shelf_id].kinds)), tier).draw(rng, rng.choice((1, 2)))


def _fill_bag(seen: list[Item], aisles: Aisles, rng: Random) -> list[tuple[Item, int]]:
    main = rng.choice(seen[-4:])
    chosen = {main.entry.product_id: main}
    for shelf_id in aisles.companions(main):
        if rng.random() < _ADDS:
            partner = aisles.partners(main, shelf_id).draw(rng, 1)[0]
            chosen.setdefault(partner.entry.product_id, partner)
    return [(item, rng.choice(SHELVES[item.shelf_id].pieces)) for item in chosen.values()]


def _likeliest(shelves: Sequence[str], rng: Random) -> str:
    return shelves[min(int(rng.expovariate(0.9)), len(shelves) - 1)]


def _walk(shelf_id: str, seen: list[Item], bag: list[tuple[Item, int]], rng: Random) -> list[Step]:
    """The steps with the seconds between them: to the shelf, past the products, to the cart, perhaps to the till."""
    known = {item.entry.product_id for item in seen}
    done = [
        Step(0, "search", term=SHELVES[shelf_id].name.en.lower())
        if rng.random() < _SEARCHES
        else Step(0, "view_category", shelf_id=shelf_id)
    ]
    done += [Step(0, "view", item) for item in seen]
    for item, count in bag:
        if item.entry.product_id not in known:
            done.append(Step(0, "view", item))
        done.append(Step(0, "add_to_cart", item, count))
    if bag and rng.random() < _PAYS:
        done.append(Step(0, "purchase"))
    moments = accumulate(rng.randrange(8, 75) for _ in done)
    return [replace(step, after=moment) for step, moment in zip(done, moments, strict=True)]
