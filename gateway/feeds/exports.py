"""Everything written out again, as NDJSON or Parquet, in the columns that an import reads."""

import gzip
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import duckdb
import orjson

from gateway.domain.catalog import Money
from gateway.domain.currency import in_units
from gateway.domain.tenant import TenantId
from gateway.errors import BadInput
from gateway.feeds.report import Tell
from gateway.feeds.source import OFFLINE
from gateway.store.outlet import Outlet, Stream

What = Literal["catalog", "events", "views", "orders", "attribution", "exposures"]
Format = Literal["ndjson", "parquet"]
Record = Mapping[str, Any]

_TEXT, _TIME, _LIST, _JSON = "VARCHAR", "TIMESTAMP WITH TIME ZONE", "VARCHAR[]", "JSON"
_KINDS = {
    "available": "BOOLEAN", "hidden": "BOOLEAN", "quantity": "BIGINT", "review_count": "BIGINT", "position": "BIGINT",
    "rating": "DOUBLE", "value": "DOUBLE", "time": _TIME, "valid_from": _TIME, "valid_to": _TIME, "served_at": _TIME,
    "image_urls": _LIST, "categories": _JSON, "attributes": _JSON, "wordings": _JSON, "regions": _JSON, "lines": _JSON,
    "properties": _JSON, "page": _JSON, "lists": _JSON, "line": "BIGINT", "refunded": "BIGINT", "net_quantity": "BIGINT",
    "ordered_at": _TIME, "day": "DATE", "phase": "BIGINT", "policy": "BIGINT", "propensity": "DOUBLE", "multiple": "BOOLEAN",
}  # fmt: skip
"""What a column is in Parquet, where it is no text."""

_CATALOG = (
    "product_id", "market", "currency", "price", "sale_price", "available", "quantity", "title", "description", "brand",
    "group_id", "sku", "genre", "item_type", "categories", "image_urls", "page_url", "rating", "review_count", "attributes",
    "hidden", "valid_from", "valid_to", "market_title", "market_page_url", "market_sku", "wordings", "regions",
)  # fmt: skip
_EVENTS = (
    "event_id", "type", "time", "session_id", "user_id", "visitor_id", "claimed_user_id", "product_id", "quantity", "price",
    "currency", "order_id", "lines", "market", "channel", "search_term", "category_id", "value", "recommendation_id", "view_id",
    "list_id", "placement_id", "position", "properties", "scope", "apart",
)  # fmt: skip
_VIEWS = (
    "view_id", "served_at", "market", "locale", "channel", "session_id", "user_id", "visitor_id", "release_id", "page", "lists",
)  # fmt: skip
_PRICES = {"price": "price_minor", "sale_price": "sale_price_minor"}
_ORDERS = (
    "order_key", "order_id", "event_id", "line", "ordered_at", "product_id", "quantity", "refunded", "unit_price", "currency",
    "session_id", "user_id", "visitor_id",
)  # fmt: skip
_ATTRIBUTION = (
    "model", "kind", "day", "order_key", "order_id", "event_id", "line", "net_quantity", "net_revenue", "currency",
    "recommendation_id", "view_id", "placement_id", "strategy", "level", "rule_id", "release_id", "variant", "channel",
    "market_id",
)  # fmt: skip
_EXPOSURES = (
    "experiment", "phase", "policy", "session_id", "visitor_id", "user_id", "variant", "time", "source", "propensity", "multiple",
    "apart", "market", "device", "page_type",
)  # fmt: skip
_COLUMNS: Mapping[What, tuple[str, ...]] = {
    "catalog": _CATALOG, "events": _EVENTS, "views": _VIEWS, "orders": _ORDERS, "attribution": _ATTRIBUTION,
    "exposures": _EXPOSURES,
}  # fmt: skip


async def export(outlet: Outlet, tenant_id: TenantId, what: What, form: Format, out: Path, tell: Tell) -> int:
    """Writes the file whole or not at all; how many records it has. A name that ends in .gz is compressed."""
    if out.is_dir() or not out.parent.is_dir():  # noqa: ASYNC240  (the work is files)
        raise BadInput(f"{out}: name a file in a folder that exists", field="out")
    try:
        with tempfile.TemporaryDirectory(prefix=".endcap-export-", dir=out.parent) as folder:
            told = Path(folder) / ("told.ndjson.gz" if out.suffix == ".gz" else "told.ndjson")
            async with outlet.open(what, tenant_id) as stream:
                written = await _write(_records(what, stream), told, _COLUMNS[what], tell)
            if form == "parquet":
                told = _as_parquet(told, Path(folder) / "told.parquet", _COLUMNS[what])
            told.replace(out)
    except OSError as wrong:
        raise BadInput(f"{out}: {wrong.strerror or wrong}", field="out") from None
    return written


async def _write(records: AsyncIterator[Record], path: Path, columns: Iterable[str], tell: Tell) -> int:
    written = 0
    with gzip.open(path, "wb", 6) if path.suffix == ".gz" else path.open("wb") as file:
        async for record in records:
            row = {name: record.get(name) for name in columns}
            file.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))
            written += 1
            if written % 10_000 == 0:
                tell("writing", written, None)
    return written


def _as_parquet(told: Path, target: Path, columns: Iterable[str]) -> Path:
    kinds = {name: _KINDS.get(name, _TEXT) for name in columns}
    with duckdb.connect(config={**OFFLINE, "memory_limit": "512MB", "temp_directory": str(told.parent)}) as connection:
        connection.read_json(str(told), columns=kinds, format="newline_delimited").write_parquet(str(target))
    return target


async def _records(what: What, stream: Stream) -> AsyncIterator[Record]:
    waiting: list[Record] = []  # the lines of an order may go on in the next batch
    while rows := await stream.batch():
        records = [*waiting, *map(dict, rows)]
        waiting = [r for r in records if _whose(r) == _whose(records[-1])] if what == "events" else []
        for record in _told(what, records[: len(records) - len(waiting)]):
            yield record
    for record in _told(what, waiting):
        yield record


def _told(what: What, rows: list[Record]) -> Iterator[Record]:
    if what == "events":
        for _, same in groupby(rows, key=_whose):
            yield _event(list(same))
    elif what == "catalog":
        for row in rows:
            prices = {name: _units(row, minor) for name, minor in _PRICES.items()}
            regions = [_region(row, told) for told in row["regions"] or ()]
            yield {**row, **prices, "regions": regions or None}
    else:
        yield from rows


def _whose(row: Record) -> tuple[object, ...]:
    """Which event a row is of: the shop, a browser and whoever tried something out may have used the same id."""
    return row["event_id"], row["scope"], row["apart"]


def _region(row: Record, told: Record) -> Record:
    """What a region says, with its prices as people write them."""
    priced = {**told, "currency": row["currency"]}
    prices = {name: _units(priced, minor) for name, minor in _PRICES.items() if minor in told}
    return {**{name: value for name, value in told.items() if name not in _PRICES.values()}, **prices}


def _event(rows: list[Record]) -> Record:
    first = rows[0]
    if not first["whole"]:
        return {**first, "price": _units(first, "unit_price_minor")}
    lines = [
        {name: row[name] for name in ("product_id", "quantity")} | {"price": _units(row, "unit_price_minor")} for row in rows
    ]
    return {**first, "product_id": None, "quantity": None, "lines": lines}


def _units(row: Record, minor: str) -> str | None:
    """The amount as people write it: 19.99."""
    return None if row[minor] is None else f"{in_units(Money(row[minor], row['currency'])):f}"
