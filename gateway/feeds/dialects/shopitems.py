"""Lists of SHOPITEMs, as Heureka, Zboží and their like read them: prices with VAT, no currency, paths between bars."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from gateway.feeds.dialects.dialect import Dialect, Place, row_by_row, saying
from gateway.feeds.offers import Told

_CALLED = {"product_id": "ITEM_ID", "title": "PRODUCTNAME"}
_COMPARER = re.compile(r"[\w-]+\.(cz|sk|hu|pl|ro|bg|si|hr)", re.IGNORECASE)  # the comparer's own name before its categories


def _place(told: Told) -> Place:
    return Place(told.get("ITEM_ID"))


def _translate(told: Told) -> Told:
    stock, delivery = told.get("IN_STOCK", ""), told.get("DELIVERY_DATE", "0")
    quantity = stock if re.fullmatch(r"\d{1,40}", stock) else None
    sold_out = quantity is not None and int(quantity) == 0 and delivery == "0"
    return saying(
        product_id=told.get("ITEM_ID"),
        title=told.get("PRODUCTNAME") or told.get("PRODUCT"),
        description=told.get("DESCRIPTION"),
        brand=told.get("MANUFACTURER") or told.get("BRAND"),
        categories=[path for text in _each(told.get("CATEGORYTEXT")) if (path := _path(str(text)))],
        image_urls=[str(url) for name in ("IMGURL", "IMGURL_ALTERNATIVE") for url in _each(told.get(name))],
        page_url=told.get("URL"),
        price=told.get("PRICE_VAT") or told.get("PRICE"),
        compare_at_price=told.get("PRICE_BEFORE_DISCOUNT"),
        group_id=told.get("ITEMGROUP_ID"),
        available="no" if sold_out else "yes",
        quantity=quantity,
        attributes=dict(_attributes(told)),
        hidden=("true" if told["VISIBILITY"] == "0" else "false") if "VISIBILITY" in told else None,
    )


def _path(told: str) -> str:
    steps = [step.strip() for step in told.split("|") if step.strip()]
    return " > ".join(steps[1:] if len(steps) > 1 and _COMPARER.fullmatch(steps[0]) else steps)


def _attributes(told: Told) -> Iterator[tuple[str, list[str]]]:
    for name, column in (("gtin", "EAN"), ("mpn", "PRODUCTNO"), ("condition", "CONDITION")):
        if column in told:
            yield name, [told[column]]
    named: dict[str, list[str]] = {}
    for param in _each(told.get("PARAM")):
        if isinstance(param, Mapping) and param.get("PARAM_NAME") and param.get("VAL"):
            named.setdefault(str(param["PARAM_NAME"]), []).append(str(param["VAL"]))
    yield from named.items()


def _each(told: str | None) -> list[Any]:
    """A value that may be one or several."""
    if told is None or told[0] not in "[{":
        return [told] if told else []
    try:
        value = orjson.loads(told)
    except ValueError:
        return [told]
    return value if isinstance(value, list) else [value]


SHOPITEM = Dialect("a list of SHOPITEMs", _place, row_by_row(_translate, _CALLED))
