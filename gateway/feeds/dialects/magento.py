"""Magento 2's product CSV: the simple products of a configurable one are its group; those nobody may see alone are hidden."""

import re
from collections.abc import Iterator, Sequence
from functools import partial

from gateway.feeds.dialects.dialect import Dialect, Line, Offered, Place, saying
from gateway.feeds.dialects.family import heir, led, readable
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.offers import Told
from gateway.feeds.refusals import Unusable

_CALLED = {"product_id": "sku", "title": "name"}
MARKS = frozenset({"sku", "name", "product_type"})
ONE_OF = frozenset({"attribute_set_code", "additional_attributes", "product_websites"})
_MEDIA = "/media/catalog/product"  # where Magento keeps the pictures that it names by a path
_ALONE_UNSEEN = "not visible individually"
_SAYS_WHETHER_SEEN = frozenset({"product_online", "status", "visibility"})
_UNTOLD = frozenset({"has_options", "required_options"})  # of the machine, not of the product
_FROM_WHOLE = ("description", "brand", "categories", "image_urls", "page_url")
_PART = re.compile(r"(?:^|\|)sku=([^,|]+)")
_GROUPED = re.compile(r"(?:^|,)([^=,]+)(?:=[^,]*)?")


def _place(told: Told) -> Place:
    names = _parts(told)
    return Place(told.get("sku"), told.get("store_view_code"), family=None if names else told.get("sku"), names=names)


def _parts(told: Told) -> list[str]:
    """The SKUs of which it is made."""
    if "configurable_variations" in told:
        return _PART.findall(told["configurable_variations"])
    return [sku.strip() for sku in _GROUPED.findall(told.get("associated_skus", ""))]


def _products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
    mains = [line.told for line in lines if "store_view_code" not in line.told]
    wholes = {sku: told for told in mains if "configurable_variations" in told for sku in _parts(told)}
    by_sku = {told.get("sku", ""): told for told in mains}
    for line in lines:
        told = line.told
        if "store_view_code" in told:
            yield Offered((line,), partial(_view, told))
        elif parts := _parts(told):
            yield Offered((line,), partial(_whole, told, [by_sku[sku] for sku in parts if sku in by_sku], lister))
        else:
            yield Offered((line,), partial(_single, told, wholes.get(told.get("sku", "")), lister))


def _view(told: Told) -> Listed:
    view = told["store_view_code"][:40]
    raise Unusable(
        "store_view_code", "STORE_VIEW", f"tells only what differs in the store view {view!r}; export the default view alone"
    )


def _whole(told: Told, parts: Sequence[Told], lister: Lister) -> Listed:
    whole = led(_translate(told), [readable(_translate, part) for part in parts if _is_enabled(part)], lister)
    if "configurable_variations" in told:
        whole = {**whole, "group_id": told.get("sku", "")}
    return lister.read(whole, _CALLED)


def _single(told: Told, whole: Told | None, lister: Lister) -> Listed:
    single = _translate(told)
    if whole is None:
        return lister.read(single, _CALLED)
    return lister.read({**heir(single, _translate(whole), _FROM_WHOLE), "group_id": whole["sku"]}, _CALLED)


def _translate(told: Told) -> Told:
    extra = _attributes(told.get("additional_attributes", ""))
    brand = next((extra.pop(name)[0] for name in ("manufacturer", "brand") if name in extra), None)
    counted = told.get("manage_stock") == "1" or told.get("use_config_manage_stock", "1") == "1"
    single = not _parts(told) and told.get("product_type") not in ("bundle", "configurable", "grouped")
    hidden = not _is_enabled(told) or told.get("visibility", "").casefold() == _ALONE_UNSEEN
    says = told.keys() & _SAYS_WHETHER_SEEN
    return saying(
        product_id=told.get("sku"),
        sku=told.get("sku"),
        title=told.get("name"),
        description=told.get("description") or told.get("short_description"),
        brand=brand,
        categories=_paths(told.get("categories", "")),
        image_urls=_pictures(told),
        page_url=f"/{told['url_key']}.html" if "url_key" in told and not hidden else None,
        price=told.get("price"),
        sale_price=told.get("special_price"),
        sale_from=told.get("special_price_from_date") or told.get("special_from_date"),
        sale_to=told.get("special_price_to_date") or told.get("special_to_date"),
        available=told.get("is_in_stock"),
        quantity=told.get("qty") if counted and single else None,
        attributes=extra,
        hidden=("true" if hidden else "false") if says else None,
    )


def _is_enabled(told: Told) -> bool:
    return told.get("product_online", told.get("status", "1")).casefold() in ("1", "yes", "enabled")


def _paths(told: str) -> list[str]:
    """`Default Category/Gear/Bags,Default Category/Sale`: paths below the shop's root, whose name nobody sees."""
    root = re.split(r"[/,]", told, maxsplit=1)[0]
    found = re.split(rf",(?={re.escape(root)}(?:[/,]|$))", told)
    return [
        " > ".join(steps) for path in found if (steps := [step.replace("\\/", "/") for step in re.split(r"(?<!\\)/", path)][1:])
    ]


def _attributes(told: str) -> dict[str, list[str]]:
    """`size=XS,climate=Cool|Indoor`: a comma ends a value only before another name."""
    found: dict[str, list[str]] = {}
    for pair in re.split(r",(?=\w+=)", told):
        name, _, value = pair.partition("=")
        values = [each.strip().strip('"') for each in value.split("|") if each.strip()]
        if values and name not in _UNTOLD:
            found[name.strip()] = values
    return found


def _pictures(told: Told) -> list[str]:
    named = [told.get("base_image", ""), *told.get("additional_images", "").split(",")]
    paths = [path.strip() for path in named if path.strip() and path.strip() != "no_selection"]
    return list(dict.fromkeys(path if "://" in path else f"{_MEDIA}/{path.removeprefix('/')}" for path in paths))


MAGENTO = Dialect("Magento's CSV", _place, _products)
