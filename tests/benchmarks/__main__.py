"""make bench: every figure in one run, on an embedded PostgreSQL of its own."""

import sys
import tempfile
from pathlib import Path

from gateway.store.embedded import embedded_server
from tests.benchmarks import page


def main() -> None:
    """Prints as it measures."""
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name)) as url:
        for line in page.measure(url, Path(name)):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
