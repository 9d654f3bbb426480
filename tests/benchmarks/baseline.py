"""What a page costs at least: a hand-written Starlette endpoint over the same SQL, dicts and orjson, nothing decided."""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import sql
from gateway.store.database import open_database

_LISTS, _COUNT, _CANDIDATES = 3, 12, 108
_ASK = {"all_of": [], "any_of": [], "none_of": [], "beside": [], "caps": [], "wanted": _LISTS * _COUNT, "sold_out": False}


def create_app() -> Starlette:
    """The endpoint; its database and tenant come from the environment of the benchmark."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_database(os.environ["BENCH_DATABASE_URL"], 4) as db:
            ids = [r["product_id"] for r in await db.pool.fetch("select product_id from product where tenant_id = $1", "bench")]
            yield {"pool": db.pool, "ids": ids, "hydrate": sql.query("catalog.hydrate")}

    return Starlette(lifespan=lifespan, routes=[Route("/page", page, methods=["POST"])])


async def page(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    state = request.state
    wanted = random.sample(state.ids, _CANDIDATES)
    query = state.hydrate
    given = {
        "tenant_id": "bench", "market_id": asked["market"], "region": None, "locale": "", "owners": [], "ids": wanted, "seeds": [],
        "base": wanted, "tests": [], "asks": [_ASK],
    }  # fmt: skip
    rows = await state.pool.fetch(query.text, *query.arguments(given))
    lists = [rows[n * _COUNT : (n + 1) * _COUNT] for n in range(_LISTS)]
    said = {"data": {"placements": [{"id": str(n), "items": [_item(r) for r in each]} for n, each in enumerate(lists)]}}
    return Response(orjson.dumps(said), media_type="application/json")


def _item(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "recommendationId": "r", "position": 0, "score": 1.0, "strategy": "SIMILAR",
        "product": {
            "id": row["product_id"], "sku": row["sku"], "title": row["title"], "brand": row["brand"],
            "description": row["description"], "imageUrl": row["image_urls"][0] if row["image_urls"] else None,
            "pageUrl": row["page_url"], "price": {"minorUnits": row["price_minor"], "currency": "EUR"},
            "available": row["available"], "rating": row["rating"], "reviewCount": row["review_count"],
        },
    }  # fmt: skip
