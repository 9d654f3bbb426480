"""A shop whose visits, by the names of their sessions, are withheld from the night's learning or are not."""

import random
from collections.abc import Iterator
from datetime import timedelta

import duckdb

from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from tests import shop
from tests.rehearsed import Told

EACH = 60
PRODUCTS = [Told(f"{department}{n:02}") for department in "abcd" for n in range(EACH)]


def sessions(*, withheld: bool) -> Iterator[str]:
    """Session ids whose visits are withheld from the graphs, or are not, as the workshop draws them."""
    drawn = "select 'v' || n from range(100000) t(n) where (md5_number_lower('s:v' || n) % 50 = 0) = ? order by n"
    return (name for (name,) in duckdb.execute(drawn, [withheld]).fetchall())


def visits(names, *, scrambled=False, seed=1):
    """Visits to five neighbouring products of one department; scrambled, to any five products of the shop."""
    chance = random.Random(seed)
    for number, name in enumerate(names):
        began, department, at = shop.NEWEST - timedelta(minutes=number), chance.choice("abcd"), chance.randrange(EACH)
        for step, place in enumerate(chance.sample(range(8), 5)):
            known = f"{department}{(at + place) % EACH:02}"
            product = chance.choice(PRODUCTS).product_id if scrambled else known
            yield Event(
                "acme", f"{name}-{step}", "view", began + timedelta(seconds=step), Visitor(SessionId(name)), "SERVER", product
            )
