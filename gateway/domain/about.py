"""What a page says it is about, in the words that both faces share, and what is meant by them."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from gateway.domain.catalog import CategoryId, Money, ProductId
from gateway.domain.event import OrderLine
from gateway.domain.page import PageContext

_LONGEST = 200  # characters of a referrer


class SaidMoney(Protocol):
    """An amount as it was told."""

    @property
    def minor_units(self) -> int: ...
    @property
    def currency(self) -> str: ...


class SaidLine(Protocol):
    """One product of a cart or an order as it was told."""

    @property
    def product_id(self) -> str: ...
    @property
    def quantity(self) -> int | None: ...
    @property
    def unit_price(self) -> SaidMoney | None: ...


class SaidOrder(Protocol):
    """An order as it was told."""

    @property
    def id(self) -> str: ...
    @property
    def lines(self) -> Sequence[SaidLine]: ...


class SaidPage(Protocol):
    """A page as it was told: the arguments of GraphQL's `page`, and of REST's."""

    @property
    def product_ids(self) -> Iterable[str] | None: ...
    @property
    def cart(self) -> Sequence[SaidLine] | None: ...
    @property
    def added_to_cart(self) -> Sequence[SaidLine] | None: ...
    @property
    def category_ids(self) -> Iterable[str] | None: ...
    @property
    def category_hints(self) -> Iterable[str] | None: ...
    @property
    def brand(self) -> str | None: ...
    @property
    def search_term(self) -> str | None: ...
    @property
    def order(self) -> SaidOrder | None: ...
    @property
    def referrer(self) -> str | None: ...


def context_of(said: SaidPage) -> PageContext:
    """What the page is about; an empty id is no id, and a line without one no line."""
    return PageContext(
        product_ids=tuple(ProductId(each) for each in said.product_ids or () if each),
        cart=_lines(said.cart),
        added_to_cart=_lines(said.added_to_cart),
        order=_lines(said.order.lines if said.order else None),
        category_ids=tuple(CategoryId(each) for each in said.category_ids or () if each),
        category_hints=tuple(CategoryId(each) for each in said.category_hints or () if each),
        brand=said.brand or None,
        search_term=said.search_term or None,
        order_id=said.order.id if said.order else None,
        referrer=came_from(said.referrer),
    )


def came_from(url: str | None) -> str | None:
    """Host and path of the page before, as in news.example/offers; null where no host is told.

    What stands behind them may be about a person. A page does not fail for what its browser says here, so nothing is refused.
    """
    try:
        parts = urlsplit(url or "")
        return f"{parts.hostname}{parts.path}"[:_LONGEST] if parts.hostname else None
    except ValueError:
        return None


def line_of(said: SaidLine) -> OrderLine:
    """One product of an order; one piece of it where no quantity is told."""
    price = said.unit_price
    paid = Money(price.minor_units, price.currency) if price else None
    return OrderLine(ProductId(said.product_id), 1 if said.quantity is None else said.quantity, paid)


def _lines(said: Sequence[SaidLine] | None) -> tuple[OrderLine, ...]:
    return tuple(line_of(line) for line in said or () if line.product_id)
