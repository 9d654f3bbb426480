"""Whose column is which: theirs, recognised by name, or told with --map ours=theirs."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import BadInput

EVENTS: Mapping[str, str] = {
    "event_id": "eventid insertid messageid id",
    "type": "type eventtype event eventname action behavior behaviortype",
    "time": "time timestamp ts happenedat eventtime datetime date createdat invoicedate",
    "session_id": "sessionid session visitid",
    "user_id": "userid user customerid customer uid",
    "visitor_id": "visitorid visitor clientid anonymousid cookieid deviceid",
    "product_id": "productid product itemid item sku stockcode articleid article",
    "quantity": "quantity qty",
    "price": "price unitprice",
    "currency": "currency currencycode",
    "order_id": "orderid order ordernumber invoiceno invoice transactionid",
    "lines": "lines",
    "market": "market marketid",
    "channel": "channel",
    "search_term": "searchterm searchquery query",
    "category_id": "categoryid category",
    "value": "value",
    "recommendation_id": "recommendationid",
    "view_id": "viewid",
    "list_id": "listid",
    "placement_id": "placementid placement",
    "position": "position",
    "properties": "properties",
    "title": "title productname productdescription description name",
    "apart": "apart",
    "scope": "scope",
}
"""Our columns of events, and the names (lower case, letters and digits only) by which each is recognised, best first."""

CATALOG: Mapping[str, str] = {
    "product_id": "productid itemid id handle sku articleid articlenumber stockcode code",
    "title": "title name productname producttitle",
    "price": "price unitprice regularprice listprice",
    "sale_price": "saleprice specialprice offerprice",
    "sale_dates": "salepriceeffectivedate",
    "sale_from": "salefrom specialpricefromdate",
    "sale_to": "saleto specialpricetodate",
    "compare_at_price": "compareatprice",
    "currency": "currency currencycode",
    "market": "market marketid",
    "market_title": "markettitle",
    "market_page_url": "marketpageurl",
    "market_sku": "marketsku",
    "group_id": "groupid itemgroupid",
    "sku": "sku",
    "description": "description descriptionhtml bodyhtml body longdescription",
    "brand": "brand vendor manufacturer",
    "genre": "genre",
    "item_type": "itemtype",
    "categories": "categories categoryids category producttype type",
    "google_category": "googleproductcategory googlecategory productcategory",
    "image_urls": "imageurls images imageurl imagelink image imagesrc",
    "more_image_urls": "additionalimagelinks additionalimagelink additionalimages",
    "page_url": "pageurl url link producturl",
    "available": "available availability instock",
    "quantity": "quantity stock currentstock stockquantity inventory inventoryquantity qty quantitytosellonfacebook",
    "rating": "rating averagerating",
    "review_count": "reviewcount reviews ratingcount",
    "status": "status",
    "hidden": "hidden",
    "valid_from": "validfrom",
    "valid_to": "validto",
    "wordings": "wordings",
    "regions": "regions",
    "attributes": "attributes",
    "attributes.tags": "tags producttags producttags0",
    "attributes.color": "color colour",
    "attributes.size": "size",
    "attributes.material": "material",
    "attributes.pattern": "pattern",
    "attributes.gender": "gender",
    "attributes.age_group": "agegroup",
    "attributes.condition": "condition",
    "attributes.gtin": "gtin ean barcode",
    "attributes.mpn": "mpn",
    "attributes.size_type": "sizetype",
    **{f"attributes.custom_label_{number}": f"customlabel{number}" for number in range(5)},
}
"""Our columns of a catalog. `--map attributes.NAME=theirs` keeps any other column as an attribute."""

LISTS: Mapping[str, str] = {
    "list_id": "listid id name list",
    "products": "products productids items recommendations",
    "scores": "scores",
    "market": "market marketid",
    "seed_product_id": "seedproductid seedproduct productid product itemid",
    "seed_category_id": "seedcategoryid seedcategory categoryid category",
    "user_id": "userid user customerid",
    "valid_from": "validfrom",
    "valid_to": "validto",
}
"""Our columns of curated lists."""

EXPOSURES: Mapping[str, str] = {
    "experiment": "experiment experimentkey experimentid test",
    "variant": "variant variation variationid splitgroup group arm policy version",
    "time": "time timestamp ts exposedat happenedat datetime date createdat",
    "session_id": "sessionid session visitid",
    "user_id": "userid user customerid customer uid",
    "visitor_id": "visitorid visitor clientid anonymousid cookieid deviceid",
    "propensity": "propensity propensityscore probability",
}
"""Our columns of exposures."""


_PRICES = ". A catalog needs prices; where nobody has any: endcap import events --products makes products of what events name"
_NAMED, _LONGEST = 20, 60  # columns that a message names, and how much of each


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where our columns stand in their rows, and which of theirs nobody reads."""

    places: Mapping[str, int]
    ignored: tuple[str, ...]


def map_columns(theirs: Sequence[str], known: Mapping[str, str], told: Mapping[str, str], needed: Collection[str]) -> Mapped:
    """Recognises columns; BadInput lists what there is where a told one is unknown or a needed one missing."""
    places = {_ours(ours, known): _place(their, theirs) for ours, their in told.items()}
    by_name = {_plain(name): place for place, name in reversed(list(enumerate(theirs)))}
    taken = set(places.values())
    for ours, names in known.items():
        if ours in places:
            continue
        found = [by_name[name] for name in names.split() if name in by_name and by_name[name] not in taken]
        if found:
            places[ours] = found[0]
            taken.add(found[0])
    for ours in needed:
        if ours not in places:
            wanted = f"no column for {ours} was recognised: say --map {ours}=THEIRS; the file has {listed(theirs)}"
            raise BadInput(wanted + (_PRICES if ours == "price" else ""))
    return Mapped(places, tuple(name for place, name in enumerate(theirs) if place not in taken))


def read_pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """`["a=b,c=d", "e=f"]` as a mapping; BadInput where an equals sign is missing."""
    pairs = {}
    for piece in (piece.strip() for text in texts for piece in text.split(",")):
        left, equals, right = piece.partition("=")
        if not (equals and left.strip() and right.strip()):
            raise BadInput(f"{option} {piece!r}: write {option} LEFT=RIGHT")
        pairs[left.strip()] = right.strip()
    return pairs


def _ours(name: str, known: Mapping[str, str]) -> str:
    if name.startswith("attributes.") and "attributes" in known:
        return name
    found = {_plain(ours): ours for ours in known if "." not in ours}.get(_plain(name))
    if found is None:
        raise BadInput(f"--map {name}=…: there is no {name}; ours are {', '.join(k for k in known if '.' not in k)}")
    return found


def _place(their: str, theirs: Sequence[str]) -> int:
    if their in theirs:
        return theirs.index(their)
    folded = [name.casefold() for name in theirs]
    if their.casefold() in folded:
        return folded.index(their.casefold())
    raise BadInput(f"--map …={their}: the file has no column {their!r}; it has {listed(theirs)}")


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold().removeprefix("g:"))


def listed(theirs: Sequence[str]) -> str:
    """The names of their columns, as a message holds them."""
    more = f" and {len(theirs) - _NAMED:,} more" if len(theirs) > _NAMED else ""
    return (", ".join(name[:_LONGEST] for name in theirs[:_NAMED]) or "no columns") + more
