"""Open an account, and change its settings; every value is looked at before the database sees it."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.domain.currency import A_CODE, CURRENCIES
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Caller, Market, Tenant, TenantId
from gateway.errors import BadInput
from gateway.store.tenants import TenantStore

_TENANT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MARKET_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")  # language, script, region of BCP 47
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[0-9]{1,5})?")
_MAX_NAME = 200
_MAX_LOCALES = 50
_MOST_RATES = 200
_MOST_HOSTS = 100
_MOST_SECRET = 1_000
_MOST_PATTERN = 2_000
_MOST_HELD_OUT = 0.5
COMMAND_LINE = "command line"
_MIN_SECRET = 32  # HS256 wants a key as long as its hash


async def open_account(tenants: TenantStore, tenant_id: str, name: str, markets: Sequence[Market]) -> Tenant:
    """A new tenant with its markets and the placements that every tenant starts with: all of it, or nothing.

    BadInput names the part that cannot be; Conflict where the id is taken.
    """
    if not _TENANT_ID.fullmatch(tenant_id):
        raise BadInput(f"{tenant_id!r}: up to 63 lower-case letters, digits, - and _, not beginning with - or _", field="name")
    if not markets:
        raise BadInput("one market at least is needed, as in se:SEK:sv-SE", field="market")
    for market in markets:
        check_market(market)
    if len({market.market_id for market in markets}) < len(markets):
        raise BadInput("a market is given twice", field="market")
    opened = Tenant(TenantId(tenant_id), check_name(name))
    await tenants.create(opened.tenant_id, opened.name, markets, DEFAULTS)
    return opened


def actor_of(caller: Caller) -> str:
    """Who does it, for the audit log."""
    return caller.key_name or COMMAND_LINE


async def change_settings(tenants: TenantStore, tenant: Tenant, changes: Mapping[str, Any], by: str = COMMAND_LINE) -> Tenant:
    """The tenant with these settings, kept, by whom. BadInput where a name is none of `SETTABLE` or a value cannot be."""
    if unknown := changes.keys() - SETTABLE.keys():
        raise BadInput(f"there is no such setting; there are {', '.join(SETTABLE)}", field=", ".join(sorted(unknown)))
    settled = {name: SETTABLE[name](value) for name, value in changes.items()}
    return await tenants.change(tenant.tenant_id, settled, by)


async def put_market(tenants: TenantStore, tenant: Tenant, told: Market, by: str = COMMAND_LINE) -> None:
    """Adds a market, or changes its languages. Conflict where its currency would change: its prices are in the old one."""
    check_market(told)
    await tenants.upsert_market(tenant.tenant_id, told, by)


async def find_tenant(tenants: TenantStore, name: str | None) -> Tenant:
    """The tenant of this id, or the only one there is; BadInput names those there are."""
    there = await tenants.tenants()
    if name is None and len(there) == 1:
        return there[0]
    found = next((t for t in there if t.tenant_id == name), None)
    if found:
        return found
    known = f"tenants: {', '.join(t.tenant_id for t in there)}" if there else "none yet; make one with: endcap tenant create"
    raise BadInput(
        f"say which with --tenant; {known}" if name is None else f"there is no tenant {name!r}; {known}", field="tenant"
    )


def check_market(market: Market) -> None:
    """BadInput names the part of a market that cannot be."""
    if not _MARKET_ID.fullmatch(market.market_id):
        raise BadInput(f"{market.market_id!r} is no market id: lower-case letters, digits, - and _, 32 at most", field="market")
    if market.currency not in CURRENCIES:
        raise BadInput(f"{market.currency!r} is no currency; {A_CODE}", field="currency")
    if len(market.locales) > _MAX_LOCALES:
        raise BadInput(f"a market may have {_MAX_LOCALES} languages at most", field="locale")
    for locale in market.locales:
        if not LOCALE.fullmatch(locale):
            raise BadInput(f"{locale!r} is no locale: a language, and a region where it matters, as in sv-SE", field="locale")


def check_name(value: str) -> str:
    """A name that people can read, without the blanks around it."""
    if not value.strip() or len(value) > _MAX_NAME or not value.isprintable():
        raise BadInput(f"must have from 1 to {_MAX_NAME} characters, all of them printable", field="name")
    return value.strip()


def is_time_zone(value: str) -> bool:
    """Whether the IANA database knows it."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: `Europe` is a folder
        return False
    return True


def _time_zone(value: str) -> str:
    if not is_time_zone(value):
        raise BadInput(f"{value!r} is no time zone of the IANA database, as in Europe/Stockholm", field="time_zone")
    return value


def _rates(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or len(value) > _MOST_RATES:
        raise BadInput(f"must be an object of {_MOST_RATES} currencies at most, as in EUR: 11.4", field="rates")
    for currency, rate in value.items():
        if currency not in CURRENCIES:
            raise BadInput(f"{currency!r} is no currency; {A_CODE}", field="rates")
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not math.isfinite(rate) or rate <= 0:
            raise BadInput(f"the rate of {currency} must be a number above 0", field="rates")
    return {currency: float(rate) for currency, rate in value.items()}


def _hosts(value: Sequence[str]) -> list[str]:
    hosts = [host.strip().lower() for host in value]
    if len(hosts) > _MOST_HOSTS:
        raise BadInput(f"may be {_MOST_HOSTS} hosts at most", field="page_hosts")
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise BadInput(f"{host!r} is no host: a name without scheme and path, as in www.shop.example", field="page_hosts")
    return list(dict.fromkeys(hosts))


def _pattern(value: str) -> str:
    if "{id}" not in value or not value.isprintable():
        raise BadInput("must contain {id}, where the product's id goes", field="page_url_pattern")
    if len(value) > _MOST_PATTERN or not re.match(r"(https?://[^/\s]+)?/(?!/)\S*$", value):
        raise BadInput("must be a path, or a whole URL that begins with https:// or http://", field="page_url_pattern")
    return value


def _secret(value: str | None) -> str | None:
    if value and not (value.isprintable() and _MIN_SECRET <= len(value.encode()) <= _MOST_SECRET):
        message = f"must have {_MIN_SECRET} printable characters at least, {_MOST_SECRET} at most; empty takes it away"
        raise BadInput(message, field="identity_secret")
    return value or None


def _flag(value: bool) -> bool:
    return value


def _holdout(value: float) -> float:
    if isinstance(value, bool) or not 0 <= value <= _MOST_HELD_OUT:
        raise BadInput(f"must be a share from 0 to {_MOST_HELD_OUT}, such as 0.05; 0 holds nobody out", field="holdout")
    return float(value)


def _whole(field: str, least: int, most: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not least <= value <= most:
            raise BadInput(f"must be a whole number from {least} to {most}", field=field)
        return value

    return check


SETTABLE: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "name": check_name,
        "time_zone": _time_zone,
        "rates": _rates,
        "retention_days": _whole("retention_days", 1, 3650),
        "attribution_days": _whole("attribution_days", 1, 90),
        "page_hosts": _hosts,
        "page_url_pattern": _pattern,
        "identity_secret": _secret,
        "keyless": _flag,
        "release_minutes": _whole("release_minutes", 1, 525_600),
        "holdout": _holdout,
    }
)
"""What may be set, and how each value, already of its type, is looked at."""
