"""An experiment of each unit over a shop's past made at random, and what must stand of it, reckoned the slow and simple way."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import orjson
from msgspec import structs

from gateway.domain.event import Event
from gateway.domain.experiment import AssignmentSource, Exposed
from gateway.domain.metric import Metric, MetricKind, measure_named, measures_of
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.exposures import Told
from tests.store.reckoned import ACME, PLACEMENTS, Oracle, Past

KINDS = ("SESSION", "VISITOR", "USER")
WINDOW = timedelta(hours=30)
PAST = timedelta(days=28)
OWN = (
    Metric("logins", "Logins", MetricKind.MEAN, measure_named("login"), cap=2),
    Metric("stars", "Stars", MetricKind.RATIO, measure_named("login.value"), measure_named("clicks")),
)
FROZEN = measures_of(OWN, {"SEK": 1.0, "EUR": 11.5})
CAP = 20_000
VARIANTS = 2


async def open_experiments(stores) -> dict[str, int]:
    """One of each unit, with its number."""
    return {kind: await open_experiment(stores.db, kind.lower(), kind) for kind in KINDS}


async def open_experiment(db, key: str, kind: str, frozen: Mapping[str, object] = FROZEN, cap: int | None = CAP, **other) -> int:
    """An experiment that runs, in its first phase."""
    told = {"placements": list(PLACEMENTS[:1]), "window": WINDOW.total_seconds() // 3600, "tenant": ACME} | other
    number = await db.pool.fetchval(
        "insert into experiment (tenant_id, key, name, status, placements, unit, coverage, variants, mode, window_hours, updated_by)"
        " values ($1, $2, $2, 'RUNNING', $3, $4, 1, $5, 'FIXED', $6, 'test') returning experiment_id",
        told["tenant"], key, told["placements"], kind, [{"key": v, "name": v, "weight": 0.5, "parameters": {}} for v in "ab"], told["window"],
    )  # fmt: skip
    await db.pool.execute(
        "insert into experiment_phase (experiment_id, phase, seed, started_at, revenue_cap, measures)"
        " values ($1, 1, 'seed', now() - interval '30 days', $2, $3)",
        number, cap, orjson.loads(orjson.dumps(frozen)),
    )  # fmt: skip
    return number


def make_exposures(rng: Random, experiments: Mapping[str, int], now: datetime, most: int = 30) -> list[Told]:
    """Of every kind of unit, some told twice, some of a second variant, some that stand apart, some of an optimiser's policies."""
    return [_exposure(rng, experiments, now) for _ in range(most)]


def _exposure(rng: Random, experiments: Mapping[str, int], now: datetime) -> Told:
    session, cookie = rng.choice((("s1", "cookie-1"), ("s2", "cookie-1"), ("s3", "cookie-2"), ("s4", "cookie-3")))
    user = rng.choice(("anna", "bert", "cora"))
    kind = rng.choice(KINDS)
    unit = {"SESSION": session, "VISITOR": cookie, "USER": user}[kind]
    exposed = Exposed(
        experiments[kind], 1, unit, rng.randrange(2) if rng.random() < 0.02 else len(unit) % 2, now - timedelta(days=rng.uniform(0, 5)),
        rng.choice((AssignmentSource.HASH, AssignmentSource.EXTERNAL)), policy=rng.choice((0, 0, 0, 1)),
        apart="FORCED" if rng.random() < 0.02 else None, market_id=rng.choice(("se", "de")), device=rng.choice(("PHONE", "DESKTOP", None)),
        page_type=rng.choice(("HOME", "ITEM")),
    )  # fmt: skip
    return Told(ACME, exposed, Visitor(SessionId(session), UserId(user) if kind == "USER" else None, VisitorId(cookie)))


@dataclass(frozen=True, slots=True)
class Said:
    """What the database says of people: whose each event and view is, and the cookie of each session."""

    owner: object
    cookies: Mapping[str, str | None]
    whole: Mapping[str, str]


class Judge:
    """What must stand, by going through everything."""

    def __init__(self, past: Past, kept: Sequence[Event], told: Sequence[Told], said: Said, now: datetime) -> None:
        self._past, self._kept, self._told, self._said, self._now = past, kept, told, said, now
        attribution = Oracle(past, [e for e in kept if e.apart is None], said.owner)
        self._wanted = list(attribution._wanted())
        self._owed = {row[:3] for row in attribution.credit() if row[3] == "CLICK_LAST"}

    def units(self, experiments: Mapping[str, int]) -> dict[tuple[object, ...], tuple[object, ...]]:
        """(experiment, unit, policy) -> (variant, exposed at, closed, segments, amounts, before, shown) of everyone in an arm."""
        rows = {}
        self.of_bots = set()
        for kind, number in experiments.items():
            by_unit = defaultdict(lambda: defaultdict(list))
            for told in self._told:
                if told.exposed.experiment_id == number:
                    unit = self._said.whole.get(told.exposed.unit, told.exposed.unit) if kind == "USER" else told.exposed.unit
                    by_unit[unit][told.exposed.policy].append(told.exposed)
            for unit, policies in by_unit.items():
                firsts = sorted(
                    ((min(each, key=lambda x: (x.exposed_at, x.variant)), each) for each in policies.values()),
                    key=lambda pair: (pair[0].exposed_at, pair[0].policy),
                )
                for place, (first, every) in enumerate(firsts):
                    closes = min([first.exposed_at + WINDOW] + [f.exposed_at for f, _ in firsts[place + 1 : place + 2]])
                    row = self._row(kind, unit, first, every, closes)
                    if row:
                        rows[number, unit, first.policy] = row
                    if row == ():
                        self.of_bots.add((number, unit, first.policy))
        return rows

    def _row(self, kind: str, unit: str, first: Exposed, every: Sequence[Exposed], closes: datetime) -> tuple[object, ...] | None:
        begins = first.exposed_at if kind == "SESSION" else first.exposed_at - PAST
        theirs = [e for e in self._kept if self._is(kind, unit, e.visitor, e.happened_at)]
        bot = [e for e in theirs if e.apart == "BOT"]
        if any(x.apart for x in every) or len({x.variant for x in every}) > 1:
            return None
        if kind != "USER" and any(e.visitor.session_id for e in bot):
            return None
        if any(begins <= e.happened_at < closes for e in bot):
            return ()
        amounts = self._amounts(kind, unit, first.exposed_at, closes)
        shown = {product for each in self._lists(kind, unit, first.exposed_at, closes) for product in each[0]["products"]}
        before = None if kind == "SESSION" else self._amounts(kind, unit, begins, first.exposed_at, views=False)
        return (
            first.variant,
            first.exposed_at,
            closes <= self._now,
            first.market_id,
            first.device,
            first.page_type,
            amounts,
            before,
            sorted(shown) or None,
        )

    def _is(self, kind: str, unit: str, seen: Visitor, moment: datetime) -> bool:
        if kind == "SESSION":
            return seen.session_id == unit
        if kind == "VISITOR":
            return (self._said.cookies.get(seen.session_id) or seen.visitor_id) == unit
        return self._said.owner(seen.session_id, seen.user_id, moment) == unit

    def _amounts(self, kind: str, unit: str, begins: datetime, ends: datetime, *, views: bool = True) -> list[int]:
        did = Counter()
        for event in self._kept:
            if (
                event.apart is None
                and begins <= event.happened_at < ends
                and self._is(kind, unit, event.visitor, event.happened_at)
            ):
                did[{"impression": "impressions", "click": "clicks"}.get(event.type, f"event:{event.type}")] += 1
                did[f"value:{event.type}"] += round((event.value or 0) * 1000)
        orders = defaultdict(set)
        for wanted in self._wanted:
            visitor = Visitor(wanted["session"], None, wanted["cookie"])
            mine = wanted["user"] == unit if kind == "USER" else self._is(kind, unit, visitor, wanted["at"])
            if mine and begins <= wanted["at"] < ends:
                self._want(did, orders, wanted)
        did.update({name: len(keys) for name, keys in orders.items()})
        if views:
            did.update(self._answers(kind, unit, begins, ends))
        did["revenue_capped"] = min(did["revenue"], CAP)
        return [did[measure] for measure in FROZEN["measures"]]

    def _want(self, did: Counter, orders, wanted) -> None:
        owed = wanted["key"] in self._owed
        cart = str(wanted["key"][0]).startswith(("c:", "b:"))
        for name in ("", "attributed_") if owed else ("",):
            if cart:
                did[f"{name}carts"] += 1
                continue
            did[f"{name}units"] += wanted["quantity"]
            did[f"{name}revenue"] += self._paid(wanted)
            if wanted["quantity"]:
                orders[f"{name}orders"].add(wanted["key"][0])

    def _paid(self, wanted) -> int:
        price = wanted["price"]
        return (
            0 if price is None else round(wanted["quantity"] * price.minor_units * {"SEK": 1, "EUR": 11.5}[price.currency] + 1e-9)
        )

    def _answers(self, kind: str, unit: str, begins: datetime, ends: datetime) -> Mapping[str, int]:
        did, products = Counter(), set()
        for each, latency_ms in self._lists(kind, unit, begins, ends):
            shown = each["products"]
            did.update(answers=1, empty_answers=not shown, timed_answers=latency_ms is not None, latency_ms=latency_ms or 0)
            did["positions"] += len(shown)
            products.update(shown)
        return {**did, "products": len(products)}

    def _lists(self, kind: str, unit: str, begins: datetime, ends: datetime) -> Iterator[tuple[Mapping[str, object], int | None]]:
        for view in self._past.views:
            seen = Visitor(view.session_id, view.user_id, view.visitor_id)
            mine = seen.visitor_id == unit if kind == "VISITOR" else self._is(kind, unit, seen, view.served_at)
            if mine and begins <= view.served_at < ends and not view.preview:
                yield from ((each, view.latency_ms) for each in view.lists if each["placement"] == PLACEMENTS[0])


SUMS = ("n", "y", "yy", "d", "dd", "yd", "x", "xx", "xy", "z", "zz", "xz", "xd", "yz", "dz")


def products(units: Mapping[tuple[object, ...], tuple[object, ...]]) -> Counter:
    """(experiment, variant, product) -> to how many units it was shown."""
    return Counter((key[0], row[0], product) for key, row in units.items() for product in row[8] or ())


def totals(units: Mapping[tuple[object, ...], tuple[object, ...]]) -> dict[tuple[object, ...], tuple[int, ...]]:
    """The sums of everyone, and of the segments of market, device and page type."""
    sums = defaultdict(Counter)
    for (number, _, policy), row in units.items():
        variant, _, closed, market, device, page_type, amounts, before = row[:8]
        for segment, value in (("", ""), ("market", market), ("device", device), ("page_type", page_type)):
            for metric in FROZEN["metrics"] if value is not None else ():
                y, x = _size(metric, amounts), _size(metric, before) if before else 0
                d, z = ((row[metric["d"] - 1] if metric["d"] and row else 0) for row in (amounts, before))
                sums[number, policy, variant, segment, value, closed, metric["key"]].update(
                    n=1, y=y, yy=y * y, d=d, dd=d * d, yd=y * d, x=x, xx=x * x, xy=x * y, z=z, zz=z * z, xz=x * z, xd=x * d, yz=y * z,
                    dz=d * z,
                )  # fmt: skip
    return {key: tuple(found[name] for name in SUMS) for key, found in sums.items()}


def _size(metric: Mapping[str, object], amounts: Sequence[int]) -> int:
    amount = amounts[metric["y"] - 1]
    if metric["kind"] == "PROPORTION":
        return int(amount > 0)
    return amount if metric["cap"] is None else min(amount, metric["cap"])


async def stood(db) -> tuple[dict, dict]:
    """What stands: units and totals, in the judge's words."""
    rows = await db.pool.fetch("select * from unit_metric")
    units = {
        (r["experiment_id"], r["unit"], r["policy"]): (
            r["variant"], r["exposed_at"], r["closed"], r["market_id"], r["device"], r["page_type"], list(r["amounts"]),
            None if r["before"] is None else list(r["before"]), r["shown"],
        )
        for r in rows
    }  # fmt: skip
    sums = {
        (r["experiment_id"], r["policy"], r["variant"], r["segment"], r["value"], r["closed"], r["metric"]): tuple(
            int(r[name]) for name in SUMS
        )
        for r in await db.pool.fetch("select * from experiment_total where segment <> 'newness'")
    }
    return units, sums


def valued(rng: Random, events: Sequence[Event]) -> Iterator[Event]:
    """Logins have a value, here and there."""
    for event in events:
        value = rng.choice((None, 1.5, 4.25)) if event.type == "login" else None
        yield structs.replace(event, value=value)
