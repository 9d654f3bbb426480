"""What a search term finds: titles first, mended where they are misspelt, and nothing by accident."""

import pytest

from gateway.domain.catalog import MarketId
from gateway.domain.tenant import Market, Shelf
from gateway.domain.visitor import Visitor
from gateway.store.visitors import Sought

SHELVES = [("furniture", "Möbler", None), ("chairs", "Stolar", "furniture"), ("lamps", "Lampor", None)]
PRODUCTS = [
    ("chair", "Oak armchair", "Norrland", "A seat for the reading lamp", ["chairs"]),
    ("lamp", "Reading lamp", "Ljus", "Brass", ["lamps"]),
    ("norr", "Wall light", "Lamp & Son", "Steel", ["lamps"]),
    ("shade", "Shade", "Ljus", "For any lamp", ["lamps"]),
    ("red", "Red lamp", "Ljus", None, ["lamps"]),
    ("quote", "Mirror 'Don''t look'", None, None, []),
    ("jp", "読書灯 デスク", None, None, []),
    ("hidden", "Secret lamp", None, None, ["lamps"]),
]


@pytest.fixture
async def find(stores, tenant):
    """Finds product ids in Sweden, best first."""
    async with stores.db.transaction() as session:
        columns = ("tenant_id", "category_id", "name", "parent_id")
        await session.copy("category", columns, [("acme", *each) for each in SHELVES])
        columns = ("tenant_id", "product_id", "title", "brand", "description", "category_ids", "hidden")
        await session.copy("product", columns, [("acme", *each, each[0] == "hidden") for each in PRODUCTS])
        columns = ("tenant_id", "market_id", "product_id", "price_minor")
        await session.copy("product_market", columns, [("acme", "se", each[0], 100) for each in PRODUCTS])
        await session.copy(
            "product_locale", ("tenant_id", "locale", "product_id", "title"), [("acme", "sv-SE", "chair", "Fåtölj i ek")]
        )

    async def found(term, locale="en", market="se"):
        shelf = Shelf(tenant, Market(MarketId(market), "SEK"), locale)
        look = await stores.visitors.look_back(shelf, Sought(Visitor(), terms=[term]))
        return [product_id for product_id, _ in look.found[0]]

    return found


async def test_a_title_goes_before_a_brand_and_a_brand_before_a_description(find):
    found = await find("lamp")
    assert set(found[:2]) == {"lamp", "red"}
    assert found[2] == "norr"
    assert set(found[3:]) == {"shade", "chair"}


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("armchiar", "chair"),  # two letters have changed places
        ("armchar", "chair"),  # one is missing
        ("armmchair", "chair"),  # one too many
        ("raeding lamp", "lamp"),  # one of two words
        ("Reading LAMP", "lamp"),
        ("norland", "chair"),  # a brand
        ("stolr", "chair"),  # a category's name
        ("fåtöljj", "chair"),  # another language's title
    ],
)
async def test_a_misspelt_word_finds_what_was_meant(find, term, first):
    assert (await find(term, locale="sv-SE"))[0] == first


async def test_titles_of_the_language_asked_for_are_searched_and_no_other_s(find):
    assert await find("fåtölj", locale="sv-SE") == ["chair"]
    assert await find("読書灯") == ["jp"]


async def test_a_category_s_name_finds_what_stands_in_it_or_below(find):
    assert await find("stolar") == ["chair"]
    assert await find("möbler") == ["chair"]


async def test_a_phrase_holds_together_and_what_is_left_out_stays_out(find):
    assert await find('"reading lamp"') == ["lamp", "chair"]
    assert "red" not in await find("lamp -red")
    assert "red" not in await find("lapm -red")  # mended, and still left out
    assert set(await find("armchair or shade")) == {"chair", "shade"}


@pytest.mark.parametrize(
    "term", ["", " ", "a", "👟", "'", "\\", "'; drop table product; --", "%", "&|!", "-", "-lamp -", "<->", ":*", "x" * 256, '"']
)
async def test_what_says_nothing_finds_nothing_and_breaks_nothing(find, term):
    assert not {"hidden", "quote"} & set(await find(term))
    assert await find("don't") == ["quote"]


async def test_neither_hidden_products_nor_those_of_another_market_are_found(find):
    assert "hidden" not in await find("secret")
    assert await find("lamp", market="de") == []
