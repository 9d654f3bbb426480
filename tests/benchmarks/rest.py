"""The same page over both faces, and with links that log clicks, in one run."""

import itertools
import random
from collections.abc import Callable, Iterator
from statistics import median

import orjson

from tests.benchmarks import stage
from tests.benchmarks.load import Figures, load, post

_CONNECTIONS = 16
_ROUNDS = 3
_SECONDS = 3.0


def rest_requests(ids: list[str], seeds: list[str]) -> Iterator[bytes]:
    """The page of another product each time, over REST: every field of the answer."""
    chance = random.Random(1)
    for number in itertools.count():
        visitor, page = {"sessionId": f"s{number % 5000}"}, {"productIds": [chance.choice(seeds)]}
        said = {"ids": ids, "market": "eu", "visitor": visitor, "page": page, "limit": 12}
        yield post("/v1/placements", orjson.dumps(said), stage.KEY)


async def faces(port: int, requests: dict[str, Callable[[], Iterator[bytes]]]) -> list[str]:
    """The lines of the report: each face in turn, round by round; the first is what the others are measured by."""
    streams = {name: make() for name, make in requests.items()}
    measured: dict[str, list[Figures]] = {name: [] for name in streams}
    for _ in range(_ROUNDS):
        for name, stream in streams.items():
            measured[name].append(await load("127.0.0.1", port, stream, connections=_CONNECTIONS, seconds=_SECONDS))
    first = next(iter(measured.values()))
    lines = ["the same page by face: 3 placements × 12 products, 16 connections"]
    for name, figures in measured.items():
        ratio = median(mine.rate / theirs.rate for mine, theirs in zip(figures, first, strict=True))
        rate, p99 = median(f.rate for f in figures), median(f.p99 for f in figures)
        lines.append(
            f"  {name}: {rate:,.0f} requests/s, p99 {p99:.1f} ms, {ratio:.2f} × the first, {sum(f.errors for f in figures)} errors"
        )
    return lines
