"""Prices and stock of a pushed product: what each market and region says, and what the product says for all of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import MarketId, Money, Offer, RegionOffer
from gateway.domain.harmless import MAX_TITLE, identifier
from gateway.domain.pushed import UNSAID, Said, ToldOffer, ToldProduct, Unsaid
from gateway.domain.tenant import Market
from gateway.services.asking.bounds import is_sound
from gateway.services.shelving.fitting import Unfit, fit, settle, settle_line, settle_page, settle_whole

MOST_MINOR_UNITS = 2**53 - 1
_MAX_REGION = 64
_LEAST_STOCK = -(2**31)


@dataclass(frozen=True, slots=True)
class _Place:
    """What is said of one market: by itself, and of its regions; each with its place in what was told."""

    own: tuple[str, ToldOffer] | None = None
    regions: Mapping[str, tuple[str, ToldOffer]] = field(default_factory=dict)


def read_offers(
    told: ToldProduct, before: Mapping[MarketId, Offer] | None, markets: Mapping[MarketId, Market]
) -> dict[MarketId, Offer]:
    """Where the product is sold, and for how much. `before`: as it was; null for a product that is told whole."""
    if before is not None and told.offers is None:
        raise Unfit("markets", "MISSING", "cannot be null: tell the whole product to take markets away")
    listed = None if isinstance(told.offers, Unsaid) else told.offers
    named = _named(listed or (), markets)
    if before is None:
        _check_currency(told, markets.values())
        sold = list(named) if listed is not None else [m for m, market in markets.items() if _in(market, told.price)]
    else:
        sold = list(dict.fromkeys((*before, *named)))
        _check_currency(told, [markets[m] for m in sold])
    return {m: _offer(markets[m], told, named.get(m, _Place()), before.get(m) if before else None) for m in sold}


def _check_currency(told: ToldProduct, markets: Iterable[Market]) -> None:
    """What the product says for all markets is a price in one of them."""
    for name, said in (("price", told.price), ("salePrice", told.sale_price)):
        if isinstance(said, Money) and not any(_in(market, said) for market in markets):
            there = ", ".join(f"{market.market_id} in {market.currency}" for market in markets) or "no market"
            message = f"{said.currency[:40]!r} is the currency of no market that it is about: {there}"
            raise Unfit(f"{name}.currency", "OTHER_CURRENCY", message)


def _named(said: Sequence[ToldOffer], markets: Mapping[MarketId, Market]) -> dict[MarketId, _Place]:
    places: dict[MarketId, _Place] = {}
    for number, each in enumerate(said):
        at, market_id = f"markets.{number}", MarketId(each.market_id)
        if market_id not in markets:
            there = ", ".join(sorted(markets)) or "none yet"
            raise Unfit(f"{at}.market", "UNKNOWN_MARKET", f"there is no market {each.market_id[:40]!r}; markets: {there}")
        place = places.get(market_id, _Place())
        if each.region is None:
            if place.own:
                raise Unfit(f"{at}.market", "REPEATED", f"{market_id} stands in {place.own[0]} already")
            if not isinstance(each.price_description, Unsaid) and each.price_description:
                raise Unfit(f"{at}.priceDescription", "NEEDS_REGION", "is what is said of a price in a region: name the region")
            places[market_id] = _Place((at, each), place.regions)
        else:
            _check_region(at, each, place)
            places[market_id] = _Place(place.own, {**place.regions, each.region: (at, each)})
    return places


def _check_region(at: str, said: ToldOffer, place: _Place) -> None:
    region = said.region or ""
    if not 1 <= len(region) <= _MAX_REGION or not is_sound(region):
        raise Unfit(f"{at}.region", "BAD_TEXT", f"must have 1 to {_MAX_REGION} characters, and no NUL")
    if region in place.regions:
        raise Unfit(f"{at}.region", "REPEATED", f"this region stands in {place.regions[region][0]} already")
    if not isinstance(said.sku, Unsaid) and said.sku:
        raise Unfit(f"{at}.sku", "BAD_VALUE", "is the whole market's: say it without a region")


def _offer(market: Market, told: ToldProduct, place: _Place, was: Offer | None) -> Offer:
    at, own = place.own or ("", ToldOffer(market_id=market.market_id))
    dot = f"{at}." if at else ""
    price, sale = _prices(market, told, own, dot, was)
    available: bool | None = was.available if was else True
    quantity = was.quantity if was else None
    for where, said in (("", told), (dot, own)):
        available, quantity = _stock(said.available, said.quantity, where, available, quantity)
    regions = dict(was.regions) if was else {}
    for region, (at_region, said_there) in place.regions.items():
        regions[region] = _region(market, said_there, f"{at_region}.", regions.get(region, RegionOffer()))
    return Offer(
        price=price,
        sale_price=sale,
        available=available is not False,
        quantity=quantity,
        title=settle_line(own.title, was.title if was else None, f"{dot}title", MAX_TITLE),
        page_url=settle_page(own.page_url, was.page_url if was else None, f"{dot}pageUrl"),
        sku=settle(own.sku, was.sku if was else None, lambda sku: fit(identifier(sku, f"{dot}sku")), None),
        regions=regions,
    )


def _prices(market: Market, told: ToldProduct, own: ToldOffer, dot: str, was: Offer | None) -> tuple[Money, Money | None]:
    """Price and sale price. Who says the price says the sale price; one that is no less than the price is none."""
    sale: Said[Money] = UNSAID
    if isinstance(own.price, Money):
        price = checked(own.price, market, f"{dot}price")
    elif _in(market, told.price) and isinstance(told.price, Money):
        price = checked(told.price, market, "price")
    elif was and isinstance(own.price, Unsaid):
        price = was.price
    else:
        message = f"{market.market_id} sells in {market.currency}, the product's own price is in another currency: say one here"
        raise Unfit(f"{dot}price", "MISSING", message)
    if not isinstance(own.sale_price, Unsaid):
        sale, where = own.sale_price, f"{dot}salePrice"
    elif not isinstance(own.price, Money) and (told.sale_price is None or _in(market, told.sale_price)):
        sale, where = told.sale_price, "salePrice"
    if isinstance(sale, Unsaid):
        return price, _less(was.sale_price if was else None, price)
    return price, _less(checked(sale, market, where), price) if sale else None


def _region(market: Market, said: ToldOffer, dot: str, was: RegionOffer) -> RegionOffer:
    """What differs in a region; a null that is said leaves it as the market says."""
    price = was.price if isinstance(said.price, Unsaid) else said.price and checked(said.price, market, f"{dot}price")
    if isinstance(said.sale_price, Money) and not price:
        raise Unfit(f"{dot}price", "MISSING", "a region with a sale price needs its price")
    sale = was.sale_price if isinstance(said.sale_price, Unsaid) else said.sale_price
    available, quantity = _stock(said.available, said.quantity, dot, was.available, was.quantity)
    return RegionOffer(
        price=price,
        sale_price=_less(checked(sale, market, f"{dot}salePrice"), price) if sale and price else None,
        available=None if said.available is None else available,
        quantity=quantity,
        page_url=settle_page(said.page_url, was.page_url, f"{dot}pageUrl"),
        price_description=settle_line(said.price_description, was.price_description, f"{dot}priceDescription", MAX_TITLE),
    )


def _stock(
    available: Said[bool], quantity: Said[int], dot: str, was_available: bool | None, was_quantity: int | None
) -> tuple[bool | None, int | None]:
    """Availability and stock; where only the stock is said, availability follows it."""
    stock = settle_whole(quantity, was_quantity, f"{dot}quantity", _LEAST_STOCK)
    if isinstance(available, bool):
        return available, stock
    if available is None or isinstance(quantity, int):
        return None if stock is None else stock > 0, stock
    return was_available, stock


def checked(price: Money, market: Market, name: str) -> Money:
    """The price, where it is one of the market's."""
    if price.currency != market.currency:
        message = f"{price.currency[:40]!r} is not {market.currency}, the currency of {market.market_id}"
        raise Unfit(f"{name}.currency", "OTHER_CURRENCY", message)
    if not 0 <= price.minor_units <= MOST_MINOR_UNITS:
        raise Unfit(f"{name}.minorUnits", "OUT_OF_RANGE", f"must be from 0 to {MOST_MINOR_UNITS}")
    return price


def _in(market: Market, price: Said[Money]) -> bool:
    return isinstance(price, Money) and price.currency == market.currency


def _less(sale: Money | None, price: Money) -> Money | None:
    return sale if sale and sale.minor_units < price.minor_units else None
