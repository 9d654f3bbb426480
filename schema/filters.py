"""The ways a caller narrows what may be shown."""

import strawberry
from strawberry import ID

from gateway.domain.catalog import CategoryId
from gateway.domain.page import ProductFilter
from schema.words import MinorUnits


@strawberry.input(description="A name and the values that count for it.")
class NameValueInput:
    name: str = strawberry.field(description="The attribute.")
    values: list[str] = strawberry.field(description="Alternatives; numbers and truth values by their text.")


@strawberry.input(
    name="ProductFilter", description="Values within one attribute are alternatives; attributes add up. Null does not filter."
)
class ProductFilterInput:
    category_ids: list[ID] | None = strawberry.field(default=None, description="In any of these categories, or below them.")
    exclude_category_ids: list[ID] | None = strawberry.field(default=None, description="In none of these, nor below them.")
    brands: list[str] | None = strawberry.field(default=None, description="Of any of these brands.")
    exclude_brands: list[str] | None = strawberry.field(default=None, description="Of none of these.")
    min_price: MinorUnits | None = strawberry.field(
        default=None, description="What it costs now, at least, in the market's currency."
    )
    max_price: MinorUnits | None = strawberry.field(default=None, description="What it costs now, at most.")
    on_sale: bool | None = strawberry.field(default=None, description="Only (or never) products on sale.")
    min_rating: float | None = strawberry.field(default=None, description="Rated at least so; unrated products do not pass.")
    attributes: list[NameValueInput] | None = strawberry.field(default=None, description="Has one of the values, for every name.")
    not_: list[NameValueInput] | None = strawberry.field(
        default=None, name="not", description="Has none of the values, for every name."
    )

    def understood(self) -> ProductFilter:
        """The filter in the gateway's words."""
        return ProductFilter(
            category_ids=_ids(self.category_ids),
            exclude_category_ids=_ids(self.exclude_category_ids),
            brands=_texts(self.brands),
            exclude_brands=_texts(self.exclude_brands),
            min_price=self.min_price,
            max_price=self.max_price,
            on_sale=self.on_sale,
            min_rating=self.min_rating,
            attributes=named(self.attributes),
            without=named(self.not_),
        )


def _ids(given: list[ID] | None) -> tuple[CategoryId, ...] | None:
    return None if given is None else tuple(CategoryId(g) for g in given)


def _texts(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


def named(given: list[NameValueInput] | None) -> dict[str, tuple[str, ...]]:
    """The values by name."""
    found: dict[str, tuple[str, ...]] = {}
    for each in given or ():  # a name that stands twice: its values add to the alternatives
        found[each.name] = (*found.get(each.name, ()), *each.values)
    return found
