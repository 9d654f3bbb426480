import pytest

from gateway.strategies.repertoire import load_repertoire
from tests import shop
from tests.rehearsed import make_release


@pytest.fixture(scope="session")
def repertoire(tmp_path_factory):
    """The small shop with prices, ratings, and people who searched."""
    folder = tmp_path_factory.mktemp("releases") / "small"
    make_release(folder, shop.priced(), [*shop.visits("acme"), *shop.searches("acme")], shop.TREE)
    return load_repertoire(folder)
