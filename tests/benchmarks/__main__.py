"""make bench: every figure in one run, on an embedded PostgreSQL of its own."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from gateway.store.embedded import embedded_server
from tests.benchmarks import assignment, find, page
from tests.benchmarks.events import Share
from tests.benchmarks.find import Gate
from tests.benchmarks.training import measure_training


def main() -> None:
    """Prints as it measures; exit code 1 where a gate is missed."""
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name)) as url:
        lines = list(_said(page.measure(url, Path(name))))
    gates: list[Gate | Share] = [line for line in lines if isinstance(line, Share)]
    gates += [gate for products in find.MOST_FOR_A_PAGE for gate in _found(products)]
    gates += _assigning()
    _say("training, in seconds of one processor")
    _say(str(measure_training()))
    sys.exit(not all(gate.holds for gate in gates))


def _said(lines: Iterable[str | Share]) -> Iterator[str | Share]:
    for line in lines:
        _say(str(line))
        yield line


def _found(products: int) -> Iterator[find.Gate]:
    _say(f"candidates: a generated release of {products:,} products; a page is 4 placements × 12")
    for gate in find.measure(products):
        _say(str(gate))
        yield gate


def _assigning() -> Iterator[find.Gate]:
    _say("assignment: one experiment and one visitor")
    for gate in assignment.measure():
        _say(str(gate))
        yield gate


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
