"""One product of the example shop: a model in a colour, named, priced, stocked and reviewed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from gateway.demo.pricing import draw_price, draw_sale, in_euros, in_kronor
from gateway.demo.shelves.palette import COLOURS, MATERIALS
from gateway.demo.shelves.shelf import Brand, Department, Kind, Shelf
from gateway.domain.catalog import CatalogEntry, CategoryId, MarketId, Money, Offer, ProductId, Wording

_NAMES = (
    "Alm", "Ask", "Björk", "Dagg", "Dal", "Dis", "Frost", "Gärde", "Glim", "Grind", "Hage", "Hassel", "Havre", "Holme", "Höjd",
    "Klint", "Lind", "Ljung", "Lumi", "Lund", "Moss", "Myr", "Näs", "Rim", "Rönn", "Sälg", "Säv", "Skare", "Skär", "Spång",
    "Starr", "Stig", "Sund", "Tuva", "Udde", "Vass", "Vide", "Vik", "Äng", "Älv", "Kvist", "Kulle", "Bris", "Sky", "Solsken",
    "Gryning", "Kväll", "Skugga", "Sten", "Sand", "Strand", "Fjord", "Fors", "Källa", "Tjärn", "Torp", "Vall", "Åker", "Kobbe",
    "Lada", "Brygga", "Ros", "Malva", "Klöver", "Blåklint", "Vallmo",
)  # fmt: skip
_SOLD_OUT = 0.05  # the share of products, market by market
_ONE_MARKET = 0.03  # the share of models sold in one market only, for either market
_NEW = 0.06  # the share of models nobody has reviewed yet
_DEAREST, _CHEAPEST = 0.62, 0.32  # where in a shelf's price range the upper and the lower third begin


@dataclass(frozen=True, slots=True)
class Item:
    """A product, and what shoppers and draughtsmen want to know of it."""

    entry: CatalogEntry
    shelf_id: str
    kind: int  # which of the shelf's kinds
    colour: str
    tier: int  # 0 cheap, 1 middling, 2 dear, among its kind
    pull: float  # how much it attracts


@dataclass(frozen=True, slots=True)
class _Model:
    number: int
    name: str
    kind: Kind
    brand: Brand
    material: str
    price: float
    discount: float | None
    markets: tuple[str, ...]
    rating: float | None
    reviews: int


def draw_models(department: Department, shelf: Shelf, rng: Random) -> Iterator[Item]:
    """Products without end: model after model, each in one to three colours."""
    names = rng.sample(_NAMES, len(_NAMES))
    number = 0
    while True:
        kind = number % len(shelf.kinds)
        model = _draw_model(number, names, shelf.kinds[kind], rng.choice(department.brands), shelf, rng)
        number += 1
        pull = rng.lognormvariate(0, 0.9) * (1.3 if model.discount else 1.0)
        for colour in rng.sample(shelf.colours, rng.choice((1, 2, 2, 3))):
            entry = _tell(model, shelf, department, colour, rng)
            yield Item(entry, shelf.shelf_id, kind, colour, _tier(model, shelf), pull * rng.uniform(0.5, 1.2))


def _draw_model(number: int, names: list[str], kind: Kind, brand: Brand, shelf: Shelf, rng: Random) -> _Model:
    again = number // len(names)
    new = rng.random() < _NEW
    where = rng.random()
    return _Model(
        number=number,
        name=names[number % len(names)] + (f" {again + 1}" if again else ""),
        kind=kind,
        brand=brand,
        material=rng.choice(shelf.materials),
        price=draw_price(shelf, kind, brand, rng),
        discount=draw_sale(rng),
        markets=("se",) if where < _ONE_MARKET else ("de",) if where > 1 - _ONE_MARKET else ("se", "de"),
        rating=None if new else round(min(4.9, max(2.8, rng.gauss(3.9 + 0.3 * brand.level, 0.35))), 1),
        reviews=0 if new else int(rng.lognormvariate(3.1, 1.1)) + 1,
    )


def _tier(model: _Model, shelf: Shelf) -> int:
    low, high = shelf.price
    place = math.log(model.price / model.kind.factor / low) / math.log(high / low)
    return (place > _CHEAPEST) + (place > _DEAREST)


def _tell(model: _Model, shelf: Shelf, department: Department, colour: str, rng: Random) -> CatalogEntry:
    product_id = ProductId(f"{shelf.shelf_id}-{model.number + 1:03}-{colour}")
    named, shade = model.kind.name, COLOURS[colour].name
    return CatalogEntry(
        product_id=product_id,
        title=f"{model.name} {named.en}, {shade.en}",
        offers={MarketId(market): _offer(model, market, rng) for market in model.markets},
        wordings={
            "sv-SE": Wording(title=f"{model.name} {named.sv}, {shade.sv}"),
            "de-DE": Wording(title=f"{model.name} {named.de}, {shade.de}"),
        },
        group_id=f"{shelf.shelf_id}-{model.number + 1:03}",
        sku=f"{shelf.shelf_id[:3].upper()}{model.number + 1:03}{colour[:2].upper()}",
        description=_describe(model, shelf),
        brand=model.brand.name,
        item_type=named.en,
        category_ids=(CategoryId(shelf.shelf_id), CategoryId(department.department_id)),
        image_urls=(f"/shop/images/{product_id}.svg",),
        rating=model.rating,
        review_count=model.reviews,
        attributes={"colour": [shade.en], "material": [model.material], "type": [named.en]},
    )


def _offer(model: _Model, market: str, rng: Random) -> Offer:
    sold_out = rng.random() < _SOLD_OUT
    price = _priced(model.price, market)
    lowered = _priced(model.price * (1 - model.discount), market) if model.discount else None
    return Offer(
        price=price,
        sale_price=lowered if lowered and lowered.minor_units < price.minor_units else None,
        available=not sold_out,
        quantity=0 if sold_out else min(240, int(rng.lognormvariate(2.8, 1.0)) + 1),
    )


def _priced(kronor: float, market: str) -> Money:
    return in_kronor(kronor) if market == "se" else in_euros(kronor)


def _describe(model: _Model, shelf: Shelf) -> str:
    material = MATERIALS[model.material].en
    story = shelf.story.format(material=material, Material=material.capitalize())
    return f"{story} {model.brand.motto}"
