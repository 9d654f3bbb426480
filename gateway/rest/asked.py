"""A page as a client of REST asks for it: the arguments of GraphQL's `placements`, by the same names."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from gateway.domain.about import context_of
from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.choice import Forced, Said, SplitGroup
from gateway.domain.page import PageContext, PageRequest, ProductFilter
from gateway.domain.placement import PageType, PlacementId
from gateway.domain.tenant import Caller
from gateway.domain.told import ToldLine
from gateway.domain.visitor import Visitor
from gateway.errors import BadInput
from gateway.rest.fault import in_words
from gateway.services.administering.admit import recognise_asker
from gateway.services.asking.bounds import FIRST_YEAR, LAST_YEAR
from gateway.services.hearing.discern import discerned
from gateway.services.shop import Shop

_MOST = 2**53
Amount = Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)]


class _Told(msgspec.Struct, rename="camel", frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Camel case on the wire; a name that nobody knows is refused."""


class AskedVisitor(_Told, frozen=True):
    """Who looks. At least one id; an empty id is no id."""

    session_id: str | None = None
    user_id: str | None = None
    visitor_id: str | None = None
    user_token: str | None = None
    contact_id: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    user_agent: str | None = None
    attributes: Any = None

    def recognised(self, caller: Caller, shop: Shop) -> Visitor:
        """The visitor as far as it is believed; BadInput where there is no id at all."""
        return recognise_asker(caller, shop.tenant, self, self.attributes)


class AskedOrder(_Told, frozen=True):
    """An order that was made."""

    id: str
    lines: tuple[ToldLine, ...]


class AskedPage(_Told, frozen=True):
    """What the page is about."""

    type: str | None = None
    product_ids: tuple[str, ...] | None = None
    cart: tuple[ToldLine, ...] | None = None
    added_to_cart: tuple[ToldLine, ...] | None = None
    category_ids: tuple[str, ...] | None = None
    category_hints: tuple[str, ...] | None = None
    brand: str | None = None
    search_term: str | None = None
    order: AskedOrder | None = None
    referrer: str | None = None

    @property
    def page_type(self) -> PageType | None:
        """The kind of page; BadInput where there is none of this name."""
        if self.type is None:
            return None
        if self.type not in PageType.__members__:
            raise BadInput(f"must be one of {', '.join(PageType.__members__)}", field="page.type")
        return PageType[self.type]

    def understood(self) -> PageContext:
        """The page in the gateway's words; an empty id is no id."""
        return context_of(self)


class AskedValues(_Told, frozen=True):
    """A name and its values."""

    name: str
    values: tuple[str, ...]


class AskedFilter(_Told, frozen=True):
    """Only products that pass."""

    category_ids: tuple[str, ...] | None = None
    exclude_category_ids: tuple[str, ...] | None = None
    brands: tuple[str, ...] | None = None
    exclude_brands: tuple[str, ...] | None = None
    min_price: Amount | None = None
    max_price: Amount | None = None
    on_sale: bool | None = None
    min_rating: float | None = None
    attributes: tuple[AskedValues, ...] | None = None
    not_: tuple[AskedValues, ...] | None = msgspec.field(name="not", default=None)

    def understood(self) -> ProductFilter:
        """The filter in the gateway's words."""
        return ProductFilter(
            category_ids=_ids(self.category_ids),
            exclude_category_ids=_ids(self.exclude_category_ids),
            brands=self.brands,
            exclude_brands=self.exclude_brands,
            min_price=self.min_price,
            max_price=self.max_price,
            on_sale=self.on_sale,
            min_rating=self.min_rating,
            attributes=_named(self.attributes),
            without=_named(self.not_),
        )


class AskedSplitGroup(_Told, frozen=True):
    """The group that the visitor was put into elsewhere."""

    group: str
    experiment: str | None = None


class AskedVariant(_Told, frozen=True):
    """A variant that somebody wants to look at."""

    experiment: str
    variant: str


class AskedPlacements(_Told, frozen=True):
    """The whole question."""

    ids: tuple[str, ...]
    market: str
    visitor: AskedVisitor
    locale: str | None = None
    region: str | None = None
    channel: str | None = None
    page: AskedPage | None = None
    filter: AskedFilter | None = None
    exclude: tuple[str, ...] | None = None
    limit: int | None = None
    after: str | None = None
    context: tuple[AskedValues, ...] | None = None
    at: datetime | None = None
    drafts: bool = False
    record: bool = False
    request_id: str | None = None
    split_groups: tuple[AskedSplitGroup, ...] | None = None
    force: tuple[AskedVariant, ...] | None = None
    preview_token: str | None = None

    def understood(self, caller: Caller, shop: Shop, agent: str | None) -> PageRequest:
        """The request in the gateway's words. `agent`: what the asking program says of itself."""
        request = PageRequest(
            placement_ids=tuple(PlacementId(i) for i in self.ids),
            market_id=MarketId(self.market),
            visitor=self.visitor.recognised(caller, shop),
            locale=self.locale,
            region=self.region,
            channel=self.channel,
            context=self.page.understood() if self.page else PageContext(),
            page_type=self.page.page_type if self.page else None,
            filter=self.filter.understood() if self.filter else None,
            exclude=frozenset(ProductId(i) for i in self.exclude or () if i),
            limit=self.limit,
            after=self.after,
            said=_named(self.context),
            at=_moment(self.at),
            drafts=self.drafts,
            variants=self._variants(),
        )
        return discerned(request, shop, caller, self.visitor.user_agent, agent)

    def _variants(self) -> Said:
        groups = (SplitGroup(each.group, each.experiment) for each in self.split_groups or ())
        forced = (Forced(each.experiment, each.variant) for each in self.force or ())
        return Said(tuple(groups), tuple(forced), self.preview_token or None)


_placements = msgspec.json.Decoder(AskedPlacements)


def read_placements(body: bytes) -> AskedPlacements:
    """The question of a body; BadInput names the field that cannot be read, and says what would be right."""
    try:
        return _placements.decode(body)
    except RecursionError:
        raise BadInput("the body is nested too deeply") from None
    except ValueError as fault:
        found = in_words(fault, "is no argument here: they are those of GraphQL's placements, by the same names")
        raise BadInput(found.message, field=found.field or None) from None


def _ids(given: tuple[str, ...] | None) -> tuple[CategoryId, ...] | None:
    return None if given is None else tuple(CategoryId(each) for each in given)


def _named(given: tuple[AskedValues, ...] | None) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in given or ():  # a name that stands twice: its values add to the alternatives
        found[each.name] = (*found.get(each.name, ()), *each.values)
    return found


def _moment(given: datetime | None) -> datetime | None:
    if given is None:
        return None
    if given.tzinfo is None or not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise BadInput("must be a moment with its time zone, such as 2026-05-04T12:30:00Z", field="at")
    return given.astimezone(UTC)
