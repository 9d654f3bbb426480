"""Which format a file is in, by its columns; and what looks like a catalog and is none."""

from collections.abc import Collection

from gateway.errors import BadInput
from gateway.feeds.dialects import magento, retail, shopify, shopify_json, woocommerce
from gateway.feeds.dialects.dialect import Dialect
from gateway.feeds.dialects.shopitems import SHOPITEM
from gateway.feeds.rows import Source
from gateway.feeds.xml_items import SHOPITEMS

_GOOGLES = ({"id", "title", "availability", "price", "link"}, {"id", "title", "image_link", "price"})
_NO_CATALOGS = (
    (
        {"sku", "linked_sku"},
        "links between products, such as cross-sells, and no products: endcap import lists",
    ),
    (
        {"sku", "rating_value", "review"},
        "reviews, and no products: rating and review_count of the catalog say what they come to",
    ),
    ({"name", "type", "mode"}, "the schema of a table: it names columns and has no products"),
    ({"eventType", "visitorId", "eventTime"}, "events, no products: endcap import events"),
    ({"event_name", "event_timestamp"}, "events, no products: endcap import events"),
)


def recognise(source: Source) -> Dialect | None:
    """The format of these columns; null where they are read by name."""
    columns = set(source.columns)
    if source.vocabulary == SHOPITEMS:
        return SHOPITEM
    if shopify.is_shopify(columns):
        return shopify.CSV
    if columns >= shopify_json.MARKS:
        return shopify_json.JSON
    if columns >= woocommerce.MARKS:
        return woocommerce.WOOCOMMERCE
    if columns >= magento.MARKS and columns & magento.ONE_OF:
        return magento.MAGENTO
    return retail.RETAIL if "title" in columns and columns & retail.MARKS else None


def refuse_what_is_none(source: Source) -> None:
    """BadInput where the file tells something else than products, with what it tells."""
    columns = set(source.columns)
    for marks, about in _NO_CATALOGS:
        if columns >= marks and "price" not in columns:
            raise BadInput(f"{source.path}: holds {about}")


def is_google(columns: Collection[str]) -> bool:
    """Whether the columns are Google Merchant's, which Meta reads too."""
    names = {name.casefold().removeprefix("g:").replace(" ", "_") for name in columns}
    return any(names >= marks for marks in _GOOGLES)
