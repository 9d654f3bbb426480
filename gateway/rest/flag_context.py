"""An OpenFeature evaluation context, in our words: who it is about, and what conditions may ask of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from gateway.domain.about import came_from
from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.choice import Said
from gateway.domain.page import PageContext, PageRequest
from gateway.domain.placement import PageType
from gateway.domain.tenant import Caller
from gateway.errors import BadInput
from gateway.services.administering.admit import Naming, recognise
from gateway.services.asking.bounds import check_attributes, check_text
from gateway.services.hearing.discern import discerned
from gateway.services.shop import Shop

Told = Mapping[str, Any]

_IDS = ("sessionId", "visitorId", "userId")
_SAYS = ("market", "region", "locale", "channel", "pageType", "brand", "searchTerm", "referrer")
_TEXTS = (*_IDS, *_SAYS, "targetingKey", "userToken", "previewToken", "userAgent")
_UNKEPT = ("userAgent", "referrer", "userToken", "previewToken")  # of whichever length: they are read, and not kept
_LISTS = ("productIds", "categoryIds")


class NoTargetingKey(BadInput):
    """The context needs a targetingKey: the id of the unit, such as the session's."""


def asked_about(shop: Shop, caller: Caller, told: Told, agent: str | None) -> PageRequest:
    """What is asked of a context. `targetingKey` is the unit's id of whichever kind an experiment has; sessionId, visitorId and
    userId say it for one kind. Every name that we do not know is an attribute of the visitor, and of the shop's own context.
    """
    text = {name: _text(told, name) for name in _TEXTS}
    key = text["targetingKey"]
    if not any(text[name] for name in (*_IDS, "targetingKey", "userToken")):
        raise NoTargetingKey
    named = Naming(
        session_id=text["sessionId"] or key,
        visitor_id=text["visitorId"] or key,
        user_id=text["userId"] or (None if text["userToken"] else key),
        user_token=text["userToken"],
    )
    own = {name: value for name, value in told.items() if name not in (*_TEXTS, *_LISTS, "visitor", "context")}
    attributes = check_attributes("context", {**own, **_object(told, "visitor")})
    referrer = came_from(text["referrer"])
    check_text("context.referrer", (referrer,))
    request = PageRequest(
        placement_ids=(),
        market_id=MarketId(text["market"] or ""),
        visitor=replace(recognise(caller, shop.tenant, named), attributes=attributes),
        locale=text["locale"],
        region=text["region"],
        channel=text["channel"] or caller.channel,
        context=PageContext(
            product_ids=tuple(map(ProductId, _texts(told, "productIds"))),
            category_ids=tuple(map(CategoryId, _texts(told, "categoryIds"))),
            brand=text["brand"],
            search_term=text["searchTerm"],
            referrer=referrer,
        ),
        page_type=_page_type(text["pageType"]),
        said={name: _values(value) for name, value in {**own, **_object(told, "context")}.items()},
        variants=Said(token=text["previewToken"]),
    )
    return discerned(request, shop, caller, text["userAgent"], agent)


def _text(told: Told, name: str) -> str | None:
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise BadInput("must be a text", field=f"context.{name}")
    if name not in _UNKEPT:
        check_text(f"context.{name}", (value,))
    return value or None


def _texts(told: Told, name: str) -> list[str]:
    values = told.get(name) or []
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise BadInput("must be a list of ids", field=f"context.{name}")
    check_text(f"context.{name}", values)
    return [each for each in values if each]


def _object(told: Told, name: str) -> Told:
    value = told.get(name) or {}
    if not isinstance(value, dict):
        raise BadInput("must be an object", field=f"context.{name}")
    return value


def _page_type(said: str | None) -> PageType | None:
    if said is None:
        return None
    if said.lower() not in set(PageType):
        raise BadInput(f"must be one of {', '.join(PageType)}", field="context.pageType")
    return PageType(said.lower())


def _values(value: Any) -> tuple[str, ...]:
    """The texts of a value, as a request's own context has them."""
    held = value if isinstance(value, list) else [value]
    return tuple(each if isinstance(each, str) else orjson.dumps(each).decode() for each in held if each is not None)
