"""What products say is read once; after that only what is new, until the shop speaks of other things."""

import numpy as np
import pytest

import gateway.index.reader as reading
from gateway.index.content import read_content
from gateway.index.reader import Reader
from gateway.index.workshop import Limits, open_workshop
from tests.rehearsed import Told, bring

WORDS = [
    (material, kind)
    for material in ("oak", "steel", "linen", "wool", "glass")
    for kind in ("chair", "lamp", "rug", "table", "shelf", "vase")
]
SHOP = [Told(f"p{n:02}", f"{material} {kind} in {material}") for n, (material, kind) in enumerate(WORDS)]


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Reads a catalog; its vectors by id, and how many texts were looked at, teaching apart."""
    looked = []
    kept = tmp_path / "kept"
    kept.mkdir()
    plain = Reader.read
    monkeypatch.setattr(reading.Reader, "read", lambda self, words: looked.extend(words) or plain(self, words))

    def read(products, folder=kept):
        looked.clear()
        with open_workshop(bring(tmp_path / "work", products), Limits()) as duck:
            vectors = read_content(duck, folder).vectors
        return dict(zip(sorted(p.product_id for p in products), vectors, strict=True)), len(looked)

    return read


def test_the_second_night_reads_nothing_and_knows_the_same(read):
    first, count = read(SHOP)
    assert count == len(SHOP)
    again, count = read(SHOP)
    assert count == 0
    assert np.array_equal(np.array([*first.values()]), np.array([*again.values()]))


def test_what_is_new_or_says_something_else_is_read_and_what_is_gone_is_forgotten(read):
    first, _ = read(SHOP)
    changed = [Told("p00", "wool rug"), *SHOP[1:-1], Told("new", "glass vase in glass")]
    again, count = read(changed)
    assert count == 2
    assert again.keys() == first.keys() - {"p29"} | {"new"}
    assert again["new"] == pytest.approx(first["p29"], abs=1e-6)
    assert all(np.array_equal(again[i], first[i]) for i in again.keys() - {"new", "p00"})
    assert again["p00"] @ first["p20"] > 0.9  # the wool rug


def test_a_shop_that_speaks_of_other_things_is_listened_to_anew(read):
    read(SHOP)
    others = [Told(f"q{n}", f"bicycle saddle number {n}") for n in range(9)]
    found, count = read([*SHOP, *others])
    assert count == len(SHOP) + len(others)
    assert found["q1"] @ found["q2"] > 0.5 > abs(found["q1"] @ found["p00"])


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b"PK" + b[2:][::-1]])
def test_a_memory_that_was_damaged_is_none(read, tmp_path, damage):
    first, _ = read(SHOP)
    path = tmp_path / "kept" / "content.npz"
    path.write_bytes(damage(path.read_bytes()))
    again, count = read(SHOP)
    assert count == len(SHOP)
    assert again["p03"] == pytest.approx(first["p03"])


def test_products_without_words_resemble_nothing(read):
    found, _ = read([Told("a"), Told("b"), Told("c", "...")])
    assert not np.array([*found.values()]).any()
    assert read([]) == ({}, 0)
