"""What the example shop recommended to its shoppers in the last weeks, and what they saw and followed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from msgspec import structs

from gateway.demo.aisles import Aisles
from gateway.demo.apprentice import Apprentice, Served
from gateway.demo.block import IN_SIGHT, LENGTH, Block, Leading
from gateway.demo.catalog import MARKETS, Catalog
from gateway.demo.outing import SCOPE
from gateway.demo.tryouts import FOLLOWED, SIMILAR, TAKEN, TRUTH, Tryouts
from gateway.domain import ids
from gateway.domain.assignment import Subject, assign, holdout_of, units_of
from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.event import Event, OrderLine, place_of
from gateway.domain.experiment import Assigned, Experiment, Exposed
from gateway.domain.placement import PlacementId
from gateway.domain.ranking import FallbackLevel
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.services.answering.record import assignment_told
from gateway.store.views import ServedView

DAYS_SHOWN = 21

_LOCALES = {market.market_id: market.locales[0] for market in MARKETS}
_SIGHT = timedelta(seconds=2)  # after the page was opened
_CLICK = timedelta(seconds=1)  # before the next page was
_THINKS, _PAYS = timedelta(seconds=40), timedelta(seconds=70)  # after the visit's last page


@dataclass(frozen=True, slots=True)
class Showing:
    """One answer, the variant that it was answered with, and what its visitor did with it."""

    view: ServedView
    exposed: Exposed
    told: tuple[Event, ...]

    def then(self, *told: Event) -> "Showing":
        """The same, and what they did after it."""
        return replace(self, told=(*self.told, *told))


class Showcase:
    """The shop's recommendations as they were: what stands together on its shelves, and what goes together; on most pages by
    what was tried out there. Before that the shop had nobody to recommend.
    """

    def __init__(self, catalog: Catalog, tryouts: Tryouts, keenness: float = 1.0) -> None:
        self._apprentice = Apprentice(tryouts.optimiser)
        self._catalog = catalog
        self._tryouts = tryouts
        aisles = {market.market_id: Aisles.of(catalog, market.market_id) for market in MARKETS}
        self._leading = Leading(catalog, aisles, keenness)

    def showings(self, visit: Sequence[Event]) -> list[Showing]:
        """What was shown on the pages of a visit, whose events these are, to whom all earlier visits have been shown theirs.

        Of what they looked at next some was recommended on the page before, and they came by it; most they found by themselves.
        """
        rng = Random(f"shown:{visit[0].visitor.session_id}")
        shown = list(self._shown(visit, rng))
        for each in shown:
            self._learn(each.exposed, [event for showing in shown for event in showing.told])
        return shown

    def learnt_by(self, moment: datetime) -> Apprentice:
        """The optimiser, and all that it had learnt by then of those to whom something was shown."""
        self._apprentice.at(moment)
        return self._apprentice

    def _shown(self, visit: Sequence[Event], rng: Random) -> Iterator[Showing]:
        taken = any(event.type == "add_to_cart" for event in visit)
        for before, after in pairwise(visit):
            lead = self._leading.lead(before, after)
            if lead is None or rng.random() >= self._leading.looked(lead):
                continue
            assigned = self._assigned(before, lead.placement_id)
            followed = after.product_id if rng.random() < TRUTH.get(assigned.variant.key, FOLLOWED) else None
            block = self._leading.block(lead, assigned.variant, followed, rng)
            if not block.products:
                continue
            showing = _showing(before, block, assigned, rng)
            if followed:
                click = _touch("click", showing.view, block, block.products.index(followed), after.happened_at - _CLICK)
                showing = showing.then(click)
                if not taken and block.placement_id == SIMILAR and rng.random() < TAKEN:
                    taken, showing = True, showing.then(*self._taken(click, visit[-1].happened_at))
            yield showing

    def _assigned(self, page: Event, placement_id: PlacementId) -> Assigned:
        """The variant, by the very bucketing of the gateway: whoever comes again gets the same."""
        experiment = self._experiment(page, placement_id)
        found = assign(experiment, Subject(units_of(page.visitor)), holdout_of(page.tenant_id, 0))
        assert found is not None, "everybody takes part"
        return found

    def _experiment(self, page: Event, placement_id: PlacementId) -> Experiment:
        tried = self._tryouts
        if placement_id in tried.optimiser.placements:
            return self._apprentice.at(page.happened_at)
        return tried.effect if placement_id in tried.effect.placements else tried.nothing

    def _learn(self, exposed: Exposed, told: Sequence[Event]) -> None:
        """Of a unit of the optimiser: whether it clicked on anything at all while its window was open."""
        optimiser = self._tryouts.optimiser
        if exposed.experiment_id == optimiser.experiment_id:
            closes_at = exposed.exposed_at + optimiser.plan.window
            clicked = any(e.type == "click" and exposed.exposed_at <= e.happened_at < closes_at for e in told)
            self._apprentice.see(Served(exposed.variant, clicked, closes_at))

    def _taken(self, click: Event, last: datetime) -> tuple[Event, Event]:
        """What was followed, put into the cart and paid for, at the end of the visit."""
        item = self._catalog.by_id[click.product_id or ProductId("")]
        paid = self._leading.aisles[click.market_id or MARKETS[0].market_id].paid(item)
        name, line = f"demo-taken-{click.recommendation_id}", OrderLine(item.entry.product_id, 1, paid)
        cart = structs.replace(
            click, event_id=f"cart-{name}", type="add_to_cart", happened_at=last + _THINKS, quantity=1, unit_price=paid
        )
        order = Event(
            tenant_id=click.tenant_id,
            event_id=f"paid-{name}",
            type="purchase",
            happened_at=last + _PAYS,
            visitor=click.visitor,
            scope=SCOPE,
            order_id=name,
            lines=(line,),
            market_id=click.market_id,
            channel=click.channel,
        )
        return cart, order


def _showing(page: Event, block: Block, assigned: Assigned, rng: Random) -> Showing:
    view = _view(page, block, assigned, rng)
    seen = range(min(IN_SIGHT, len(block.products)))
    exposed = _exposed(page, block, assigned, view.served_at)
    return Showing(view, exposed, tuple(_touch("impression", view, block, place, page.happened_at + _SIGHT) for place in seen))


def _view(page: Event, block: Block, assigned: Assigned, rng: Random) -> ServedView:
    """The answer as the gateway keeps it, with the variant that it was answered with; no release made it."""
    view_id = ids.make_view_id(page.happened_at, rng.randbytes(8))
    market_id = page.market_id or MARKETS[0].market_id
    count = len(block.products)
    return ServedView(
        tenant_id=page.tenant_id,
        view_id=view_id,
        served_at=ids.made_at(view_id),
        market_id=market_id,
        locale=_LOCALES[market_id],
        channel=page.channel,
        session_id=page.visitor.session_id,
        user_id=page.visitor.user_id,
        visitor_id=page.visitor.visitor_id,
        release_id=None,
        page={"type": block.page, **block.about, "limit": LENGTH},
        lists=[
            {
                "placement": block.placement_id,
                "strategy": block.strategy,
                "products": block.products,
                "strategies": [block.strategy] * count,
                "levels": [FallbackLevel.NONE] * count,
                "rules": None,
                "empty": False,
                "variant": f"{assigned.experiment.key}:{assigned.variant.key}",
                "variants": [assignment_told(assigned)],
            }
        ],
    )


def _exposed(page: Event, block: Block, assigned: Assigned, moment: datetime) -> Exposed:
    experiment = assigned.experiment
    unit, phase = Subject(units_of(page.visitor)).unit(experiment), experiment.phase
    assert unit is not None
    assert phase is not None
    return Exposed(
        experiment_id=experiment.experiment_id,
        phase=phase.number,
        unit=unit,
        variant=assigned.index,
        exposed_at=moment,
        source=assigned.source,
        policy=phase.policy,
        propensity=assigned.propensity,
        market_id=page.market_id,
        page_type=block.page,
    )


def _touch(kind: str, view: ServedView, block: Block, place: int, moment: datetime) -> Event:
    """A sight of a product, or a click on it, told as the script in the browser tells it."""
    recommended = ids.recommendation_id(view.view_id, 0, place)
    view_id, list_id, position = place_of(recommended, None, None, None)
    return Event(
        tenant_id=view.tenant_id,
        event_id=f"{kind}-{recommended}",
        type=kind,
        happened_at=moment,
        visitor=_visitor(view),
        scope=SCOPE,
        product_id=block.products[place],
        market_id=MarketId(view.market_id),
        channel=view.channel,
        recommendation_id=recommended,
        view_id=view_id,
        list_id=list_id,
        placement_id=block.placement_id,
        position=position,
    )


def _visitor(view: ServedView) -> Visitor:
    return Visitor(
        SessionId(view.session_id) if view.session_id else None,
        UserId(view.user_id) if view.user_id else None,
        VisitorId(view.visitor_id) if view.visitor_id else None,
    )
