"""The hot query against a hand-written endpoint over the same SQL, and then events against the same server."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import orjson

from tests.benchmarks import events, stage
from tests.benchmarks.load import Figures, load, post
from tests.benchmarks.rest import faces, rest_requests

HOT = """query Item($ids: [ID!]!, $visitor: VisitorInput!, $page: PageInput) {
  placements(ids: $ids, market: "eu", visitor: $visitor, page: $page, limit: 12) {
    viewId
    placements { id message strategy items { recommendationId position score strategy product { ...Card } } }
  }
}
fragment Card on Product { id sku title brand description imageUrl pageUrl price { minorUnits currency } available rating reviewCount }
"""
IDS = ["item_page.similar", "item_page.together", "item_page.more"]
_CONNECTIONS = 16
_ROUNDS = 3
_SECONDS = 4.0


def hot_requests(seeds: list[str], query: str = HOT) -> Iterator[bytes]:
    """The hot query for another product each time."""
    chance = random.Random(1)
    for number in itertools.count():
        page = {"productIds": [chance.choice(seeds)]}
        variables = {"ids": IDS, "visitor": {"sessionId": f"s{number % 5000}"}, "page": page}
        yield post("/graphql", orjson.dumps({"query": query, "variables": variables}), stage.KEY)


def measure(url: str, folder: Path) -> Iterator[str | events.Share]:
    """The lines of the report, those of events with their gates."""
    stage.prepare(url, folder)
    ours, theirs = stage.free_port(), stage.free_port()
    serve = ["-m", "gateway", "serve"]
    settings = {"ENDCAP_DATABASE_URL": url, "ENDCAP_DATA_DIR": str(folder), "ENDCAP_PORT": str(ours), "ENDCAP_LOG_LEVEL": "error"}
    plain = ["-m", "uvicorn", "--factory", "tests.benchmarks.baseline:create_app", "--port", str(theirs), "--log-level", "error"]
    with (
        stage.running(serve, ours, "/health/ready", settings),
        stage.running(plain, theirs, "/page", {"BENCH_DATABASE_URL": url}),
    ):
        yield from asyncio.run(_pages(url, ours, theirs))
        yield from asyncio.run(_faces(url, ours))
        yield from events.measure(url, ours)


async def _pages(url: str, ours: int, theirs: int) -> list[str]:
    requests = hot_requests(await stage.product_ids(url))
    plain = itertools.repeat(post("/page", orjson.dumps({"market": "eu"}), stage.KEY))
    await load("127.0.0.1", ours, requests, connections=_CONNECTIONS, seconds=1)
    await load("127.0.0.1", theirs, plain, connections=_CONNECTIONS, seconds=1)
    rounds = []
    for _ in range(_ROUNDS):
        gateway = await load("127.0.0.1", ours, requests, connections=_CONNECTIONS, seconds=_SECONDS)
        baseline = await load("127.0.0.1", theirs, plain, connections=_CONNECTIONS, seconds=_SECONDS)
        rounds.append((gateway, baseline))
    ratio = median(g.rate / b.rate for g, b in rounds)
    alone = await load("127.0.0.1", ours, requests, connections=1, seconds=_SECONDS)
    return [
        "page: 3 placements × 12 products × 12 fields, 16 connections, one server process each",
        _line("gateway", [g for g, _ in rounds]),
        _line("hand-written endpoint, same SQL", [b for _, b in rounds]),
        f"  gateway / hand-written: {ratio:.2f} of its requests/s",
        _line("gateway, one connection", [alone]),
    ]


async def _faces(url: str, port: int) -> list[str]:
    seeds = await stage.product_ids(url)
    clicking = HOT.replace("score strategy", "score strategy clickUrl clickTrackingUrl")
    return await faces(
        port,
        {
            "GraphQL": lambda: hot_requests(seeds),
            "GraphQL with links that log clicks": lambda: hot_requests(seeds, clicking),
            "REST, every field": lambda: rest_requests(IDS, seeds),
        },
    )


def _line(name: str, rounds: list[Figures]) -> str:
    rate, p50, p99 = (median(getattr(r, field) for r in rounds) for field in ("rate", "p50", "p99"))
    errors = sum(r.errors for r in rounds)
    return f"  {name}: {rate:,.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, {errors} errors"
