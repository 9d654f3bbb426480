"""make bench: every figure in one run, on an embedded PostgreSQL of its own."""

import sys
import tempfile
from pathlib import Path

from gateway.store.embedded import embedded_server
from tests.benchmarks import page
from tests.benchmarks.training import measure_training


def main() -> None:
    """Prints as it measures."""
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name)) as url:
        for line in page.measure(url, Path(name)):
            _say(line)
    made = measure_training()
    _say(f"training: {made['events']:,} generated events, {made['products']:,} products, from files to a sealed release")
    _say(f"  {made['seconds']:.1f} s, {made['peak_megabytes']:,} MB at most, recall@20 {made['recall']:.3f}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
