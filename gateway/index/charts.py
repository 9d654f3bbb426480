"""Ranked lists of products: for the whole shop, for a category, for a brand; in each market and everywhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import orjson

import sql
from gateway.index.manifest import BadRelease
from gateway.index.mapped import map_array

DEPTH = 200
"""Products that a chart ranks at most."""

EVERYWHERE = ""  # the chart of all markets together

_Spans = Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]  # market -> kind -> name -> (start, end)


class Charts:
    """The charts of one kind of ranking, best first, with the scores they were ranked by."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        try:
            written = orjson.loads((folder / f"{name}.json").read_bytes())
            length, self._spans = int(written["length"]), _spans(written["charts"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadRelease(f"{folder / name}.json cannot be read: {error}") from error
        self._rows = map_array(folder / f"{name}.i32", np.int32, (length,))
        self._scores = map_array(folder / f"{name}.f32", np.float32, (length,))

    def best(self, market_id: str, count: int, *, kind: str = "all", name: str = "") -> list[tuple[int, float]]:
        """The first rows of a chart and their scores: the market's own, else the one of all markets, else nothing."""
        for market in (market_id, EVERYWHERE):
            span = self._spans.get(market, {}).get(kind, {}).get(name)
            if span:
                start, end = span[0], min(span[1], span[0] + count)
                return list(zip(self._rows[start:end].tolist(), self._scores[start:end].tolist(), strict=True))
        return []

    def check(self, products: int) -> None:
        """BadRelease where a chart names no product or reaches out of its file."""
        if self._rows.min(initial=0) < 0 or self._rows.max(initial=0) >= max(products, 1):
            raise BadRelease(f"{self._name} names products that are not there")
        if not (np.isfinite(self._scores) & (self._scores > 0)).all():
            raise BadRelease(f"{self._name} has scores that are no scores")
        for kinds in self._spans.values():
            for names in kinds.values():
                if any(not 0 <= start < end <= len(self._rows) for start, end in names.values()):
                    raise BadRelease(f"{self._name}.json reaches out of its chart")


def write_charts(folder: Path, name: str, duck: duckdb.DuckDBPyConnection) -> None:
    """Ranks by the statement of the same name in sql/training and writes what it finds."""
    found = duck.execute(sql.training(name)).fetchnumpy()
    found["product"].astype(np.int32).tofile(folder / f"{name}.i32")
    found["score"].astype(np.float32).tofile(folder / f"{name}.f32")
    charts: dict[str, dict[str, dict[str, tuple[int, int]]]] = {}
    keys = list(zip(found["market_id"].tolist(), found["kind"].tolist(), found["name"].tolist(), strict=True))
    start = 0
    for end in range(1, len(keys) + 1):
        if end == len(keys) or keys[end] != keys[start]:
            market, kind, scope = keys[start]
            charts.setdefault(market, {}).setdefault(kind, {})[scope] = (start, end)
            start = end
    (folder / f"{name}.json").write_bytes(orjson.dumps({"length": len(keys), "charts": charts}))


def _spans(charts: Any) -> _Spans:
    return {
        market: {kind: {name: (int(start), int(end)) for name, (start, end) in names.items()} for kind, names in kinds.items()}
        for market, kinds in charts.items()
    }
