"""Keep at hand the products that came after the release: beside which of the known ones each may stand until it is trained."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.catalog import ProductId
from gateway.domain.ranking import Candidate
from gateway.services.clock import again_and_again
from gateway.services.shop import Newcomers, Shop, Shops
from gateway.store.newcomers import Alike, NewcomerStore
from gateway.strategies.repertoire import Repertoire

_Seen = tuple[str | None, datetime | None]  # the release, and when the newest product came


@dataclass(frozen=True, slots=True)
class Freshener:
    """Looks every `seconds` whether products have come; reads them only then."""

    store: NewcomerStore
    shops: Shops
    seconds: float
    seen: dict[str, _Seen] = field(default_factory=dict)

    async def run(self) -> None:
        """Looks until cancelled; a lost database is tried again."""
        failed = "new products cannot be read; they wait for the next release"
        await again_and_again(self._look, self.seconds, lost="cannot look for new products", failed=failed, at_once=True)

    async def _look(self) -> None:
        for shop in list(self.shops):
            await self.refresh(shop)

    async def refresh(self, shop: Shop) -> None:
        """Puts the newcomers of one shop in force, where others have come or another release serves."""
        name, release = shop.tenant.tenant_id, shop.repertoire.release_id
        now = (release, await self.store.newest(name) if release else None)
        if self.seen.get(name, (None, None)) == now:
            return
        newcomers = _beside(shop.repertoire, await self.store.alike(name)) if now[1] else {}
        standing = self.shops.get(name)
        if standing and standing.repertoire.release_id == release:
            self.shops.put(replace(standing, newcomers=newcomers))
            self.seen[name] = now


def _beside(repertoire: Repertoire, alike: Sequence[Alike]) -> Newcomers:
    """For each known product the newcomers that are like it, the most alike first."""
    found: dict[ProductId, list[Candidate]] = defaultdict(list)
    for product_id, seed, likeness in alike:
        if not repertoire.knows(product_id) and repertoire.knows(seed):
            found[seed].append(Candidate(product_id, likeness, seed))
    ranked: Mapping[ProductId, list[Candidate]] = found
    return {seed: tuple(sorted(each, key=lambda c: -c.score)) for seed, each in ranked.items()}
