"""What is written on the command line, as values of the words that it means."""

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import typer

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Market
from gateway.errors import BadInput
from gateway.services.administering.tenants import SETTABLE


def read_market(text: str) -> Market:
    """`se:SEK:sv-SE,en` as a market; BadInput where it does not have that shape."""
    parts = text.split(":")
    if len(parts) not in (2, 3):
        raise BadInput(f"{text!r} is no market: ID:CURRENCY[:LOCALE[,LOCALE]], as in se:SEK:sv-SE", field="market")
    locales = parts[2].split(",") if parts[2:] else ()
    return Market(MarketId(parts[0]), parts[1], tuple(locales))


def read_change(text: str) -> tuple[str, Any]:
    """`retention_days=365` as a name and a value of its type; BadInput where it cannot be read."""
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} is no KEY=VALUE; the keys are {', '.join(SETTABLE)}")
    try:
        return name, _READ.get(name, str)(value)
    except BadInput as wrong:
        raise BadInput(wrong.message, field=name) from None


def read_share(text: str) -> float:
    """`20%` or `0.2` as a share; BadInput where it is none."""
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(f"{text[:40]!r} is no share: write 20% or 0.2, from 0 to 100%")
    return share


def _read_whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInput(f"{text!r} is no whole number") from None


def _read_flag(text: str) -> bool:
    known = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    if text.lower() not in known:
        raise BadInput(f"{text!r} is neither yes nor no")
    return known[text.lower()]


def _read_share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{text!r} is no number, such as 0.05") from None


def _read_rates(text: str) -> dict[str, float]:
    """`EUR=11.4,USD=10.5`."""
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    try:
        return {currency.strip(): float(rate) for currency, _, rate in pairs}
    except ValueError:
        raise BadInput(f"{text!r}: rates are written EUR=11.4,USD=10.5") from None


def _read_secret(text: str) -> str:
    """`-` reads it from standard input: a secret in the arguments can be seen by every user of the machine."""
    if text != "-":
        return text
    return typer.prompt("identity_secret", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().strip()


def _read_list(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


_READ: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "rates": _read_rates,
        "retention_days": _read_whole,
        "attribution_days": _read_whole,
        "page_hosts": _read_list,
        "identity_secret": _read_secret,
        "keyless": _read_flag,
        "release_minutes": _read_whole,
        "holdout": _read_share,
    }
)
