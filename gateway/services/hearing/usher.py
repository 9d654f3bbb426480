"""Usher a shopper who clicked to the product's page, and note the click, whatever the database does meanwhile."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from gateway.domain import ids
from gateway.domain.event import Event
from gateway.domain.landing import landing, with_recommendation
from gateway.domain.tenant import Scope, Shelf
from gateway.domain.visitor import Visitor
from gateway.errors import Unavailable
from gateway.services.hearing.discern import BOT, is_crawler
from gateway.services.hearing.ticket import Ticket, read_ticket
from gateway.services.hearing.track import Tracker
from gateway.services.measure import CLICKS
from gateway.services.shop import Shop, Shops
from gateway.store.catalog import CatalogStore

_PATIENCE = 0.3  # seconds that a shopper waits for the product's page of today
_NOTING = 10.0  # seconds in which a click is noted, when the shopper is gone already

logger = logging.getLogger(__name__)


class Usher:
    """Reads tickets, says where they lead, and notes that they were used."""

    def __init__(self, shops: Shops, catalog: CatalogStore, tracker: Tracker) -> None:
        self._shops = shops
        self._catalog = catalog
        self._tracker = tracker

    def read(self, token: str) -> tuple[Shop, Ticket] | None:
        """The shop and the ticket; null where the token is none of ours."""
        return read_ticket(self._shops, token)

    async def way(self, shop: Shop, ticket: Ticket) -> str | None:
        """The product's page as it is now, with the recommendation's id; by the tenant's pattern where the product is hidden,
        unknown, or cannot be read in time. Null where no address can be the shop's own.
        """
        address = landing(shop.tenant, await self._page_url(shop, ticket), ticket.product_id)
        return address and with_recommendation(address, ticket.recommendation_id)

    async def note(self, shop: Shop, ticket: Ticket, agent: str | None) -> None:
        """Records the click, once however often it is made; counts it where it could not be kept. A crawler's stands apart."""
        if ticket.preview:
            return _count(shop, "preview")
        now = datetime.now(UTC)
        if ids.made_at(ticket.recommendation_id) < now - timedelta(days=shop.tenant.retention_days):
            return _count(shop, "too_old")  # what was known of it is forgotten: each repeat would be a click anew
        try:
            async with asyncio.timeout(_NOTING):
                receipt = await self._tracker.record(shop, [_click(shop, ticket, now, agent)])
        except Exception as lost:  # noqa: BLE001  (whatever it was, the shopper has gone on, and it is counted)
            _say("a click is lost", shop, lost)
            return _count(shop, "lost")
        if receipt.refused:
            logger.error("a click of %s was refused: %s", shop.tenant.tenant_id, receipt.refused[0].refusal)
            return _count(shop, "refused")
        return _count(shop, "recorded" if receipt.accepted else "repeated")

    async def _page_url(self, shop: Shop, ticket: Ticket) -> str | None:
        market = shop.markets.get(ticket.market_id)
        if market is None:
            return None
        shelf = Shelf(shop.tenant, market, ticket.locale)
        try:
            found = await self._catalog.products(shelf, ticket.region, [ticket.product_id], _PATIENCE)
        except Exception as lost:  # noqa: BLE001  (whatever it was, the shopper's click must not break)
            _say("a click was led by the pattern", shop, lost)
            _count(shop, "led_blind")
            return None
        product = found.get(ticket.product_id)
        return product.page_url if product else None


def _click(shop: Shop, ticket: Ticket, now: datetime, agent: str | None) -> Event:
    """A click that names nobody: the served view knows who it was."""
    return Event(
        tenant_id=shop.tenant.tenant_id,
        event_id=str(uuid4()),
        type="click",
        happened_at=now,
        visitor=Visitor(),
        scope=Scope.STOREFRONT,
        product_id=ticket.product_id,
        market_id=ticket.market_id if ticket.market_id in shop.markets else None,
        recommendation_id=ticket.recommendation_id,
        placement_id=ticket.placement_id,
        apart=BOT if agent and is_crawler(agent) else None,
    )


def _say(what: str, shop: Shop, lost: Exception) -> None:
    """A database that is away takes a line; anything else is a fault of ours and is logged whole."""
    away = isinstance(lost, Unavailable | TimeoutError)
    logger.log(logging.WARNING if away else logging.ERROR, "%s: %s", what, shop.tenant.tenant_id, exc_info=None if away else lost)


def _count(shop: Shop, outcome: str) -> None:
    CLICKS.labels(shop.tenant.tenant_id, outcome).inc()
