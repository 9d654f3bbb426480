"""What a page is about, as a client says it."""

import strawberry
from strawberry import ID

from gateway.domain.about import context_of
from gateway.domain.catalog import Money
from gateway.domain.page import PageContext
from gateway.domain.placement import PageType, StrategyName
from schema.words import MinorUnits, described

PageTypeEnum = described(
    PageType,
    "PageType",
    "What kind of page asks.",
    {
        PageType.HOME: "The front page.",
        PageType.ITEM: "One product's page: tell its id in productIds.",
        PageType.CATEGORY: "A category's page: tell categoryIds.",
        PageType.SEARCH: "Search results: tell searchTerm.",
        PageType.BRAND: "A brand's page: tell brand.",
        PageType.CART: "The cart: tell its lines in cart.",
        PageType.ADD_TO_CART: "Just after something was added: tell addedToCart.",
        PageType.PURCHASE_COMPLETE: "After an order: tell order.",
        PageType.PERSONAL: "The visitor's own page.",
        PageType.ERROR: "Nothing was found.",
        PageType.GENERIC: "Any other page.",
    },
)

StrategyEnum = described(
    StrategyName,
    "Strategy",
    "A way to find products.",
    {
        StrategyName.SIMILAR: "Like the page's product, in behaviour and content.",
        StrategyName.ALSO_VIEWED: "What visitors of the page's product looked at as well.",
        StrategyName.ALSO_BOUGHT: "What is bought together with the page's products.",
        StrategyName.BOUGHT_AFTER_VIEWING: "What visitors bought in the end who had looked at the page's product.",
        StrategyName.CART: "What goes with everything in the cart, two of a category at most.",
        StrategyName.UPSELL: "Like the page's product, of the same category, and up to twice as dear.",
        StrategyName.ALTERNATIVES: "What can stand in for the page's product: same category, like price, in stock.",
        StrategyName.BESTSELLERS: "What sells, in the category, the brand or the market.",
        StrategyName.TRENDING: "What sells more than it used to.",
        StrategyName.NEW_ARRIVALS: "New in the market within 31 days, newest first.",
        StrategyName.TOP_RATED: "What is rated best, in the category, the brand or the market; few ratings count little.",
        StrategyName.RECENTLY_VIEWED: "What this visitor looked at last and has not bought.",
        StrategyName.PERSONAL: "From what this visitor did last.",
        StrategyName.SEARCH: "What the page's search term matches, and what those who searched for it clicked and bought.",
        StrategyName.CURATED: "The shop's own lists, for the page's product or category, for the visitor, or by name.",
    },
)


@strawberry.input(description="An amount of money.")
class MoneyInput:
    minor_units: MinorUnits = strawberry.field(description="In the currency's smallest unit.")
    currency: str = strawberry.field(description="ISO 4217.")

    def understood(self) -> Money:
        """The amount in the gateway's words."""
        return Money(self.minor_units, self.currency)


@strawberry.input(description="One product of a cart or an order.")
class CartLineInput:
    product_id: ID = strawberry.field(description="The product.")
    quantity: int | None = strawberry.field(default=None, description="1 where null.")
    unit_price: MoneyInput | None = strawberry.field(default=None, description="What one of it costs.")


@strawberry.input(description="An order that was made.")
class OrderInput:
    id: ID = strawberry.field(description="The shop's number of it.")
    lines: list[CartLineInput] = strawberry.field(description="What was bought.")


@strawberry.input(description="What the page is about.")
class PageInput:
    type: PageType | None = strawberry.field(default=None, description="The kind of page; the placements say it where null.")
    product_ids: list[ID] | None = strawberry.field(
        default=None, description="The products the page is about, most important first."
    )
    cart: list[CartLineInput] | None = strawberry.field(default=None, description="What lies in the cart.")
    added_to_cart: list[CartLineInput] | None = strawberry.field(default=None, description="What was just added.")
    category_ids: list[ID] | None = strawberry.field(default=None, description="The categories the page is about.")
    category_hints: list[ID] | None = strawberry.field(
        default=None, description="Categories that say what the page is about better than its products do; the first is the seed."
    )
    brand: str | None = strawberry.field(default=None, description="The brand the page is about.")
    search_term: str | None = strawberry.field(default=None, description="What was searched for.")
    order: OrderInput | None = strawberry.field(default=None, description="The order that was just made.")
    referrer: str | None = strawberry.field(
        default=None, description="document.referrer; conditions read its host and path, the rest is not kept."
    )

    def understood(self) -> PageContext:
        """The page in the gateway's words; an empty id is no id."""
        return context_of(self)
