"""All that a server holds in memory of each tenant. Replaced whole when something changed, never edited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import CategoryTree, MarketId, ProductId
from gateway.domain.event_type import STANDARD, Types
from gateway.domain.experiment import Experiment, ExperimentKey
from gateway.domain.playbook import Playbook
from gateway.domain.ranking import Candidate
from gateway.domain.tenant import ApiKey, Market, Tenant, TenantId
from gateway.errors import BadInput
from gateway.services.notice import KeyLog
from gateway.strategies.repertoire import Repertoire

Newcomers = Mapping[ProductId, Sequence[Candidate]]
"""Products that the release does not know, by those known ones that they are like."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One tenant: its settings, markets, categories, keys, placements, experiments and event types, the release that serves, and
    what came after it. `experiments`: those that run, are paused or were stopped.
    """

    tenant: Tenant
    version: int
    markets: Mapping[MarketId, Market] = field(default_factory=dict)
    categories: CategoryTree = field(default_factory=CategoryTree)
    keys: tuple[ApiKey, ...] = ()
    playbook: Playbook = field(default_factory=Playbook)
    experiments: Mapping[ExperimentKey, Experiment] = field(default_factory=dict)
    draft_experiments: Mapping[ExperimentKey, Experiment] = field(default_factory=dict)
    repertoire: Repertoire = field(default_factory=Repertoire)
    newcomers: Newcomers = field(default_factory=dict)
    event_types: Types = field(default_factory=lambda: STANDARD)
    serving: str | None = None  # the release that the database says should serve

    def market(self, market_id: str) -> Market:
        """The market of this id; BadInput names those there are."""
        market = self.markets.get(MarketId(market_id))
        if market is None:
            there = ", ".join(sorted(self.markets)) or "none yet"
            raise BadInput(f"there is no market {market_id!r}; markets: {there}", field="market")
        return market


class Shops:
    """Every tenant's shop, now. One reference that is replaced."""

    def __init__(self) -> None:
        self._by_tenant: Mapping[TenantId, Shop] = {}
        self._by_secret: Mapping[bytes, tuple[Shop, ApiKey]] = {}
        self._origins: frozenset[str] = frozenset()
        self.uses = KeyLog()

    def __iter__(self) -> Iterator[Shop]:
        return iter(self._by_tenant.values())

    def get(self, tenant_id: str) -> Shop | None:
        """The shop of a tenant, or null."""
        return self._by_tenant.get(TenantId(tenant_id))

    def with_key(self, secret_sha256: bytes) -> tuple[Shop, ApiKey] | None:
        """The shop and the key that a secret's SHA-256 belongs to."""
        return self._by_secret.get(secret_sha256)

    def allows_origin(self, origin: str) -> bool:
        """Whether any key at all may be used from this origin: what a preflight, which carries no key, is told."""
        return origin in self._origins

    def put(self, shop: Shop) -> None:
        """One shop anew, the others as they are."""
        self.replace({**self._by_tenant, shop.tenant.tenant_id: shop})

    def replace(self, shops: Mapping[TenantId, Shop]) -> None:
        """The new state, whole."""
        self._by_secret = {key.secret_sha256: (shop, key) for shop in shops.values() for key in shop.keys}
        self._origins = frozenset(origin for shop in shops.values() for origin in _origins(shop))
        self._by_tenant = dict(shops)


def _origins(shop: Shop) -> Iterator[str]:
    """Where browsers may ask from: what the keys allow, and, without a key, the shop's own pages."""
    for key in shop.keys:
        yield from key.allowed_origins
    if shop.tenant.keyless:
        yield from (f"https://{host}" for host in shop.tenant.page_hosts)
