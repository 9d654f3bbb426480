"""User events of Google's Retail API in our words."""

from collections.abc import Iterator
from typing import Any

from gateway.domain.told import Told, ToldLine
from gateway.feeds import heard as words
from gateway.feeds.heard import Given, Heard, Home, Said, an_object, first_text, objects, text
from gateway.feeds.refusals import Unusable
from gateway.feeds.shelves import shelf_of
from gateway.feeds.wording import Wording

EACH = {"detail-page-view": "view", "add-to-cart": "add_to_cart", "remove-from-cart": "remove_from_cart"}
WHOLE = {
    "home-page-view": "page_view",
    "search": "search",
    "category-page-view": "view_category",
    "purchase-complete": "purchase",
}
UNUSED = frozenset({"shopping-cart-page-view", "promotion-offered", "promotion-not-offered"})

WORDING = Wording(
    {
        "one of sessionId, userId or visitorId": "visitorId",
        "a purchase needs lines, or productId": "a purchase-complete needs productDetails, each with product.id",
        "lines": "productDetails", "productId": "product.id", "orderId": "purchaseTransaction.id", "searchTerm": "searchQuery",
        "categoryId": "pageCategories", "userId": "userInfo.userId",
    },
    {
        "productId": "productDetails.product.id", "lines": "productDetails", "orderId": "purchaseTransaction.id",
        "searchTerm": "searchQuery", "categoryId": "pageCategories", "userId": "userInfo.userId",
        "time": "eventTime", "type": "eventType",
        "quantity": "productDetails.quantity",
    },
)  # fmt: skip
_LONGEST_NAME = 256
_KEPT_OF_ORDERS = ("revenue", "tax", "cost")


def hear(given: Given, home: Home) -> Heard:
    """One user event."""
    name = (text(given.get("eventType")) or "")[:_LONGEST_NAME]
    try:
        if name in EACH:
            return words.heard(name, _each(given, EACH[name], home), _titles(given))
        if name in WHOLE:
            return words.heard(name, [Said(_whole(given, WHOLE[name], home))], _titles(given))
    except Unusable as unusable:
        return words.refused(name, unusable)
    if name in UNUSED:
        return Heard(name)
    known = ", ".join(sorted(EACH.keys() | WHOLE.keys() | UNUSED))
    return words.refused(name or words.OTHER, Unusable("eventType", "UNKNOWN_TYPE", f"{name[:40]!r} is none of {known}"))


def _each(given: Given, kind: str, home: Home) -> Iterator[Said]:
    details = objects(given.get("productDetails"))
    if not details:
        raise Unusable("productDetails", "MISSING", f"a {given['eventType']} needs productDetails, each with product.id")
    for number, detail in enumerate(details):
        at = f"productDetails[{number}]"
        try:
            counted = words.count(detail.get("quantity")) if kind != "view" else None
            yield Said(_told(given, kind, home, product_id=_product_id(detail), quantity=counted), at)
        except Unusable as unusable:
            yield Said(unusable.refusal, at)


def _whole(given: Given, kind: str, home: Home) -> Told:
    if kind == "search":
        return _told(given, kind, home, search_term=text(given.get("searchQuery")))
    if kind == "view_category":
        paths = given.get("pageCategories")
        path = text(paths[0] if isinstance(paths, list) and paths else paths)
        shelf = shelf_of(path) if path else ()
        return _told(given, kind, home, category_id=shelf[-1].category_id if shelf else None)
    if kind != "purchase":
        return _told(given, kind, home)
    order = an_object(given.get("purchaseTransaction"))
    currency = home.currency_of({"currency": order.get("currencyCode")})
    details = enumerate(objects(given.get("productDetails")))
    lines = tuple(_line(detail, f"productDetails[{number}]", currency) for number, detail in details)
    kept = words.beside(order, _KEPT_OF_ORDERS)
    return _told(given, kind, home, order_id=text(order.get("id")), lines=lines, properties=kept)


def _line(detail: Given, at: str, currency: str | None) -> ToldLine:
    """The API tells what an order came to, and of a product at most what it costs."""
    costs = an_object(an_object(detail.get("product")).get("priceInfo"))
    paid = words.price(costs.get("price"), first_text(costs.get("currencyCode")) or currency, f"{at}.price")
    return ToldLine(_product_id(detail), words.count(detail.get("quantity"), f"{at}.quantity"), paid)


def _product_id(detail: Given) -> str:
    product = an_object(detail.get("product"))
    found = first_text(product.get("id"), (text(product.get("name")) or "").rpartition("/")[2])
    if found is None:
        raise Unusable("productDetails.product.id", "MISSING", "a product needs its id")
    return found


def _titles(given: Given) -> dict[str, str]:
    products = [an_object(detail.get("product")) for detail in objects(given.get("productDetails"))]
    return {product_id: title for each in products if (product_id := text(each.get("id"))) and (title := text(each.get("title")))}


def _told(given: Given, kind: str, home: Home, **said: Any) -> Told:
    visitor, person = text(given.get("visitorId")), an_object(given.get("userInfo"))
    return Told(
        type=kind,
        session_id=words.session(visitor, given.get("sessionId")),
        user_id=text(person.get("userId")),
        visitor_id=visitor,
        user_agent=text(person.get("userAgent")),
        market=home.market,
        time=words.iso_moment(given.get("eventTime"), "eventTime"),
        **said,
    )
