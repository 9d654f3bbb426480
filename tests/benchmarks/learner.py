"""The part of a training that a factorisation does too: from a file of events to a vector a product. `python -m … WORK`."""

import sys
from pathlib import Path
from time import process_time

import orjson

from gateway.index.graph import after_graph, order_graph, view_graph
from gateway.index.traits import read_traits
from gateway.index.vectors import walk_vectors
from gateway.index.workshop import Limits, open_workshop


def main(work: str) -> None:
    """Prints the processor's seconds as JSON: days summed up and merged, three graphs counted, the first walked."""
    began = process_time()
    with open_workshop(Path(work), Limits()) as duck:
        traits = read_traits(duck)
        _, walk = view_graph(duck, traits)
        order_graph(duck, traits)
        after_graph(duck, traits)
        walk_vectors(walk)
    sys.stdout.buffer.write(orjson.dumps({"vectors": process_time() - began}))


if __name__ == "__main__":
    main(sys.argv[1])
