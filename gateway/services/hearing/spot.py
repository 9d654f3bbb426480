"""Spot what is odd about events that were kept, above all products that they name and the catalog does not hold."""

import logging
from collections.abc import Collection, Sequence
from time import monotonic

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event, Refusal
from gateway.domain.oddities import UNSIGNED, named, odd_price, unsigned_user
from gateway.domain.tenant import TenantId
from gateway.errors import Unavailable
from gateway.services.hearing.discern import BOT
from gateway.services.measure import UNKNOWN_PRODUCTS
from gateway.services.shop import Shop
from gateway.store.shelving import Shelving

logger = logging.getLogger(__name__)

_AT_ONCE = 1000  # ids of a look
_PATIENCE = 0.1  # seconds: those who told the events wait for it
_REST = 20  # times as long as a look took: a twentieth of one connection, whatever is told
_CREDIT = 0.5  # seconds of rest that may be owed: whoever tries things out by hand is not kept without an answer
_AFTER_FAILURE = 5.0  # seconds
_REMEMBERED = 20_000  # ids of each kind, of all tenants

_Named = tuple[TenantId, ProductId]


class Spotter:
    """Says what is odd. Nearly all products that events name are in the serving release, which is asked in memory. The others are
    looked for in the database: one look at a time with rests in between, so that a flood of ids costs no more than a few. While
    it rests it goes by what it found before, and has no word on what it has not looked for.
    """

    def __init__(self, shelving: Shelving) -> None:
        self._shelving = shelving
        self._held: set[_Named] = set()
        self._missing: set[_Named] = set()
        self._rested = 0.0
        self._looking = False

    async def oddities(
        self, shop: Shop, told: Sequence[tuple[int, Event]], *, surely: bool = False
    ) -> list[tuple[int, Event, Refusal]]:
        """What is odd about events, by the numbers they come with. Crawlers are told nothing. `surely`: without any rest."""
        told = [(number, event) for number, event in told if event.apart != BOT]
        missing = await self._missed(shop, {product_id for _, event in told for _, product_id in named(event)}, surely)
        claimed: set[str] = set()
        found = []
        for number, event in told:
            if unknown := _unknown(event, missing):
                found.append((number, event, unknown))
            if price := odd_price(event):
                found.append((number, event, price))
            if (user := unsigned_user(event)) and user not in claimed:
                claimed.add(user)  # once is enough
                found.append((number, event, UNSIGNED))
        return found

    async def _missed(self, shop: Shop, ids: Collection[ProductId], surely: bool) -> Collection[ProductId]:
        """Those of the ids that are known to be no product of the shop."""
        tenant_id, repertoire = shop.tenant.tenant_id, shop.repertoire
        doubtful = [each for each in ids if (tenant_id, each) not in self._held and not repertoire.knows(each)]
        if doubtful and (surely or (not self._looking and self._rested < monotonic() + _CREDIT)):
            self._looking = True
            try:
                await self._look(tenant_id, doubtful[:_AT_ONCE])
            finally:
                self._looking = False
        return {each for each in doubtful if (tenant_id, each) in self._missing}

    async def _look(self, tenant_id: TenantId, ids: Sequence[ProductId]) -> None:
        began = monotonic()
        try:
            unknown = await self._shelving.unknown(tenant_id, ids, _PATIENCE)
        except Unavailable as lost:
            self._rested = monotonic() + _CREDIT + _AFTER_FAILURE
            logger.warning("whether the catalog holds what events name is not known: %s", lost.message)
            return
        finished = monotonic()
        self._rested = max(self._rested, began) + _REST * (finished - began)
        held = {(tenant_id, each) for each in ids if each not in unknown}
        self._missing = _bounded(self._missing - held, {(tenant_id, each) for each in unknown})
        self._held = _bounded(self._held, held)


def note_unknown(shop: Shop, found: Sequence[tuple[int, Event, Refusal]]) -> None:
    """Counts the events that name products in vain, for /metrics."""
    if vain := sum(refusal.code == _CODE and event.apart is None for _, event, refusal in found):
        UNKNOWN_PRODUCTS.labels(shop.tenant.tenant_id).inc(vain)


_CODE = "UNKNOWN_PRODUCT"


def _unknown(event: Event, missing: Collection[ProductId]) -> Refusal | None:
    if not missing:
        return None
    vain = [(field, product_id) for field, product_id in named(event) if product_id in missing]
    if not vain:
        return None
    more = f" and {len(vain) - 1} more" if len(vain) > 1 else ""
    said = f"the shop has no product {vain[0][1]!r}{more}; nothing is learnt from it until the catalog holds it"
    return Refusal(vain[0][0], _CODE, said)


def _bounded(there: set[_Named], more: set[_Named]) -> set[_Named]:
    """Both; without what was there, where that would be too much to remember."""
    return more if len(there) + len(more) > _REMEMBERED else there | more
