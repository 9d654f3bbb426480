"""Importing lists that the shop computed elsewhere: a row a list, read and written as a stream."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic
from typing import Any

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.curated import CuratedList, ListId, find_fault
from gateway.domain.event import Refusal
from gateway.domain.visitor import UserId
from gateway.feeds import amounts, texts
from gateway.feeds.columns import LISTS, Mapped, map_columns
from gateway.feeds.destination import Destination
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.report import Report, Tell
from gateway.feeds.source import Row, Source
from gateway.store.lists import ListStore

_BATCH = 500  # lists a transaction
_NAMED = 10  # unknown products and categories that the report names
_COLUMN = {
    "id": "list_id", "seedProductId": "seed_product_id", "seedCategoryId": "seed_category_id", "user": "user_id",
    "validTo": "valid_to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListImport:
    """What was asked: which file, for whom, and whose columns are whose."""

    source: Source
    destination: Destination
    columns: Mapping[str, str]


async def import_lists(asked: ListImport, lists: ListStore, tell: Tell) -> Report:
    """Takes a whole file in; rows that cannot be used are in the report's file. Lists that the file does not name stay."""
    started = monotonic()
    mapped = map_columns(asked.source.columns, LISTS, asked.columns, ("list_id", "products"))
    refusals = Refusals(asked.source.path)
    report = Report(file=str(asked.source.path), ignored_columns=mapped.ignored)
    rows = asked.source.rows()
    removed, unknown = 0, dict[str, None]()
    try:
        while batch := await asyncio.to_thread(lambda: list(islice(rows, _BATCH))):
            report.rows += len(batch)
            told = list(_lists(batch, mapped, asked.destination, refusals))
            missing = await lists.unknown(asked.destination.tenant_id, told)
            names = (*(f"product {each}" for each in missing.products), *(f"category {each}" for each in missing.categories))
            unknown |= dict.fromkeys(names[: _NAMED + 1 - len(unknown)])
            listed = await lists.put(asked.destination.tenant_id, told)
            report.added += len(listed.added)
            report.changed += len(listed.changed)
            removed += len(listed.removed)
            report.unchanged += len({t.list_id for t in told} - listed.added - listed.changed - listed.removed)
            tell("writing lists", report.rows, None)
    finally:
        refusals.close()
    report.note_refusals(refusals)
    if removed:
        report.notes.append(f"{removed} lists were taken away")
    if unknown:
        more = " and more" if len(unknown) > _NAMED else ""
        named = ", ".join(list(unknown)[:_NAMED])
        report.notes.append(
            f"the lists name what the shop does not have, and nothing is shown of it until it does: {named}{more}"
        )
    report.seconds = round(monotonic() - started, 3)
    return report


def _lists(batch: Sequence[Row], mapped: Mapped, destination: Destination, refusals: Refusals) -> Iterator[CuratedList]:
    for line, values in batch:
        if isinstance(values, Refusal):
            refusals.add(line, values)
            continue
        told = {name: value for name, place in mapped.places.items() if (value := values[place]) is not None}
        try:
            read = _read(told)
        except Unusable as unusable:
            refusals.add(line, unusable.refusal, told)
            continue
        if fault := find_fault(read, destination.markets):
            refusals.add(line, replace(fault, field=_COLUMN.get(fault.field, fault.field)), told)
        else:
            yield read


def _read(told: Mapping[str, str]) -> CuratedList:
    products, scores = _products(told.get("products", ""))
    if "scores" in told:
        scores = [amounts.number(str(each), "scores") for each in _several(told["scores"], "scores")]
    named = {name: told.get(name) for name in ("market", "seed_product_id", "seed_category_id", "user_id")}
    return CuratedList(
        list_id=ListId(told.get("list_id", "")),
        product_ids=products,
        scores=scores,
        market_id=MarketId(named["market"]) if named["market"] else None,
        seed_product_id=ProductId(named["seed_product_id"]) if named["seed_product_id"] else None,
        seed_category_id=CategoryId(named["seed_category_id"]) if named["seed_category_id"] else None,
        user_id=UserId(named["user_id"]) if named["user_id"] else None,
        valid_from=texts.moment(told["valid_from"], "valid_from") if "valid_from" in told else None,
        valid_to=texts.moment(told["valid_to"], "valid_to") if "valid_to" in told else None,
    )


def _products(told: str) -> tuple[list[ProductId], list[float]]:
    """`a|b|c`, a JSON list of ids, or one of objects with productId (or product_id) and score."""
    ids: list[ProductId] = []
    scores: list[float] = []
    for each in _several(told, "products"):
        named = each if isinstance(each, Mapping) else {"productId": each}
        product_id = named.get("productId", named.get("product_id"))
        if not isinstance(product_id, str | int) or isinstance(product_id, bool):
            raise Unusable("products", "NO_PRODUCT", "a product is an id, or an object with productId and score")
        ids.append(ProductId(str(product_id)))
        if named.get("score") is not None:
            scores.append(amounts.number(str(named["score"]), "products"))
    return ids, scores


def _several(told: str, name: str) -> Sequence[Any]:
    if told.startswith("["):
        listed: Sequence[Any] = texts.json_of(told, name, list)
        return listed
    return [piece for piece in re.split(r"[|;,\s]+", told) if piece]
