"""A release that is not byte for byte what was sealed, or that does not hold what it says, never serves."""

import dataclasses
import shutil

import numpy as np
import orjson
import pytest

from gateway.domain.page import PageContext
from gateway.domain.placement import StrategyName
from gateway.index.canary import send_canary
from gateway.index.manifest import NAME, BadRelease, Manifest, read, seal
from gateway.index.neighbours import write_neighbours
from gateway.index.release import Release
from gateway.strategies.repertoire import load_repertoire
from gateway.strategies.strategy import Moment
from gateway.strategies.variety import vary
from tests import shop
from tests.rehearsed import make_release


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases") / "sound"
    make_release(folder, shop.priced(), [*shop.visits("acme", 60), *shop.searches("acme")], shop.TREE)
    return folder


@pytest.fixture
def folder(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "copy")


def damage(path, at, byte=None):
    data = bytearray(path.read_bytes())
    data[at] ^= byte or 0xFF
    path.write_bytes(data)


def files(folder):
    return sorted(path for path in folder.iterdir() if path.name != NAME and path.stat().st_size)


def test_a_sound_release_passes_every_check(sound):
    Release.open(sound).check()
    send_canary(sound)


def test_one_flipped_bit_in_any_file_is_noticed(folder):
    for path in files(folder):
        kept = path.read_bytes()
        damage(path, len(kept) // 2, 1)
        with pytest.raises(BadRelease, match=path.name):
            read(folder)
        path.write_bytes(kept)
    read(folder)


def test_a_truncated_file_is_noticed_whichever_it_is(folder):
    for path in files(folder):
        kept = path.read_bytes()
        path.write_bytes(kept[:-1])
        with pytest.raises(BadRelease, match=path.name):
            read(folder)
        path.write_bytes(kept)


def test_a_missing_file_is_noticed(folder):
    (folder / "vectors.ann").unlink()
    with pytest.raises(BadRelease, match=r"vectors\.ann is missing"):
        load_repertoire(folder)


@pytest.mark.parametrize("change", [{"dimensions": 128}, {"products": 1}, {"recall": 1.5}])
def test_an_edited_manifest_is_noticed(folder, change):
    written = orjson.loads((folder / NAME).read_bytes())
    (folder / NAME).write_bytes(orjson.dumps({**written, **change}))
    with pytest.raises(BadRelease, match="changed after it was sealed"):
        read(folder)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"{}", b'{"checksum": "x", "format": 1}'])
def test_a_manifest_that_is_none_is_noticed(folder, text):
    (folder / NAME).write_bytes(text)
    with pytest.raises(BadRelease):
        read(folder)


def test_a_release_of_a_later_format_is_refused_by_its_number(folder):
    written = orjson.loads((folder / NAME).read_bytes())
    (folder / NAME).write_bytes(orjson.dumps({**written, "format": 99}))
    with pytest.raises(BadRelease, match="format 99"):
        read(folder)


NEW_WITH_2 = ("cart", "bought_after_viewing", "upsell", "alternatives", "top_rated", "searches", "sketches", "withheld")


def test_a_release_of_the_version_before_serves_what_it_holds(folder):
    for path in list(folder.iterdir()):
        if path.name.startswith(NEW_WITH_2):
            path.unlink()
    seal(folder, dataclasses.replace(read_unchecked(folder), format=1))
    repertoire = load_repertoire(folder)
    page = Moment("se", PageContext(product_ids=(shop.product("chairs", 3),), search_term="lamp"))
    assert repertoire.find(StrategyName.SIMILAR, page, 5)
    assert {name for name in StrategyName if repertoire.find(name, page, 5)}.isdisjoint(NEW_WITH_2)
    similar = repertoire.find(StrategyName.SIMILAR, page, 5)
    assert vary(similar, repertoire.release, 0.5) == similar


@pytest.mark.parametrize("name", ["similar.i32", "top_rated.f32", "sketches.f16", "searches.i32"])
def test_a_table_of_another_size_is_refused_though_its_sums_are_right(folder, name):
    damaged = (folder / name).read_bytes()
    (folder / name).write_bytes(damaged[: len(damaged) // 2 // 4 * 4])
    seal(folder, read_unchecked(folder))
    with pytest.raises(BadRelease):
        load_repertoire(folder)


def test_a_folder_that_is_not_there_is_no_release(tmp_path):
    with pytest.raises(BadRelease, match="holds no release"):
        load_repertoire(tmp_path / "nowhere")


def test_an_index_of_other_dimensions_is_refused_though_its_sums_are_right(folder):
    manifest = read(folder)
    vectors = np.random.default_rng(1).normal(size=(manifest.products, manifest.dimensions // 2)).astype(np.float32)
    write_neighbours(folder, vectors)
    seal(folder, manifest)
    with pytest.raises(BadRelease, match=r"vectors"):
        send_canary(folder)


@pytest.mark.parametrize("seed", range(6))
def test_a_garbled_index_kills_at_most_the_canary(folder, seed):
    """Sealed as it is, so that only the look inside can tell: whatever happens to the canary, this process lives."""
    chance = np.random.default_rng(seed)
    path = folder / "vectors.ann"
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    data[chance.choice(len(data), len(data) // 4)] = chance.integers(0, 256, len(data) // 4)
    path.write_bytes(data.tobytes())
    seal(folder, read_unchecked(folder))
    with pytest.raises(BadRelease):
        load_repertoire(folder)


@pytest.mark.parametrize("name", ["also_viewed.i32", "upsell.i32", "bestsellers.i32", "top_rated.i32", "vectors.i32"])
def test_a_row_that_is_no_product_is_refused_though_its_sums_are_right(folder, name):
    rows = np.fromfile(folder / name, np.int32)
    rows[len(rows) // 2] = 1_000_000
    rows.tofile(folder / name)
    seal(folder, read_unchecked(folder))
    with pytest.raises(BadRelease, match="not there"):
        send_canary(folder)


def read_unchecked(folder):
    written = orjson.loads((folder / NAME).read_bytes())
    return Manifest(**{field.name: written[field.name] for field in dataclasses.fields(Manifest) if field.name != "files"})
