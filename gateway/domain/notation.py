"""Decisions and settings as JSON, under the names of the API."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from gateway.domain.catalog import ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.placement import Placement
from gateway.domain.rule import Match, Rule
from gateway.domain.tenant import ApiKey, Market, Tenant

FIGURES: Mapping[str, str] = MappingProxyType(
    {"minPrice": "min_price", "maxPrice": "max_price", "onSale": "on_sale", "minRating": "min_rating"}
)
LISTS: Mapping[str, str] = MappingProxyType(
    {
        "categoryIds": "category_ids",
        "excludeCategoryIds": "exclude_category_ids",
        "brands": "brands",
        "excludeBrands": "exclude_brands",
    }
)
NAMED: Mapping[str, str] = MappingProxyType({"attributes": "attributes", "not": "without"})
"""What of a match is its filter: the name in JSON, and ours."""


def placement_told(placement: Placement) -> dict[str, Any]:
    """The placement, whole."""
    return {
        "id": placement.placement_id,
        "strategies": [name.name for name in placement.strategies],
        "count": placement.count,
        "messages": dict(placement.messages),
        "fallback": placement.fallback,
        "requireAvailable": placement.require_available,
        "deadlineMs": placement.deadline_ms,
        "diversity": placement.diversity,
        "rotation": placement.rotation,
        "parameters": dict(placement.parameters),
    }


def rule_told(rule: Rule) -> dict[str, Any]:
    """The rule; what it does not say is left out."""
    told = {
        "id": rule.rule_id,
        "kind": rule.kind.value,
        "placement": rule.placement_id,
        "priority": rule.priority,
        "when": dict(rule.when),
        "match": match_told(rule.match),
        "slot": rule.slot,
        "weight": rule.weight,
        "cap": rule.cap,
        "startsAt": _moment(rule.starts_at),
        "endsAt": _moment(rule.ends_at),
        "timeZone": rule.time_zone,
    }
    return {name: value for name, value in told.items() if value is not None}


def match_told(match: Match) -> dict[str, Any]:
    """What a rule is about; what it does not ask is left out."""
    wanted = match.filter or ProductFilter()
    told: dict[str, Any] = {theirs: getattr(wanted, ours) for theirs, ours in FIGURES.items()}
    told |= {theirs: _listed(getattr(wanted, ours)) for theirs, ours in LISTS.items()}
    told |= {theirs: {n: list(v) for n, v in getattr(wanted, ours).items()} or None for theirs, ours in NAMED.items()}
    told |= {"productIds": _listed(match.product_ids), "bought": match.bought or None, "attribute": match.attribute}
    told |= dict(zip(("from", "to"), match.band, strict=True))
    return {name: value for name, value in told.items() if value is not None}


def match_of(said: Mapping[str, Any]) -> Match:
    """The match that is said so; sound JSON, as it is kept. What a newer version may have added is passed over."""
    filtered: dict[str, Any] = {ours: said[theirs] for theirs, ours in FIGURES.items() if theirs in said}
    filtered |= {ours: tuple(said[theirs]) for theirs, ours in LISTS.items() if theirs in said}
    filtered |= {ours: {n: tuple(v) for n, v in said[theirs].items()} for theirs, ours in NAMED.items() if theirs in said}
    products = said.get("productIds")
    return Match(
        filter=ProductFilter(**filtered) if filtered else None,
        product_ids=None if products is None else tuple(ProductId(each) for each in products),
        bought=said.get("bought", False),
        attribute=said.get("attribute"),
        band=(said.get("from"), said.get("to")),
    )


def tenant_told(tenant: Tenant) -> dict[str, Any]:
    """A tenant's settings; of its secrets only whether they are set."""
    return {
        "name": tenant.name,
        "timeZone": tenant.time_zone,
        "rates": dict(tenant.rates),
        "retentionDays": tenant.retention_days,
        "attributionDays": tenant.attribution_days,
        "pageHosts": list(tenant.page_hosts),
        "pageUrlPattern": tenant.page_url_pattern,
        "identitySecret": "set" if tenant.identity_secret else None,
        "keyless": tenant.keyless,
        "releaseMinutes": tenant.release_minutes,
        "holdout": tenant.holdout,
    }


def market_told(market: Market) -> dict[str, Any]:
    """The market."""
    return {"id": market.market_id, "currency": market.currency, "locales": list(market.locales)}


def key_told(key: ApiKey) -> dict[str, Any]:
    """The key, never its secret nor the secret's hash."""
    return {
        "name": key.name,
        "scopes": sorted(key.scopes),
        "allowedOrigins": list(key.allowed_origins),
        "channel": key.channel,
        "environment": key.environment.value,
        "expiresAt": _moment(key.expires_at),
    }


def camel(name: str) -> str:
    """What the API calls it: `page_hosts` → `pageHosts`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
