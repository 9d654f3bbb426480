"""What cannot be kept of a pushed catalog is refused by itself, with its field; what is at every limit is kept."""

import pytest

from tests.faces.pushing import CATEGORIES, HIDE, PATCH, SEK, TENT, TREE, UPSERT, read, refusal, taken, tell


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"id": ""}, "id", "MISSING"),
        ({"id": "x" * 257}, "id", "TOO_LONG"),
        ({"id": "a\0b"}, "id", "BAD_TEXT"),
        ({"title": "x" * 1001}, "title", "TOO_LONG"),
        ({"brand": "x" * 257}, "brand", "TOO_LONG"),
        ({"description": "a\0b"}, "description", "BAD_TEXT"),
        ({"price": {"minorUnits": 1, "currency": "USD"}}, "price.currency", "OTHER_CURRENCY"),
        ({"price": {"minorUnits": -1, "currency": "SEK"}}, "price.minorUnits", "OUT_OF_RANGE"),
        ({"price": {"minorUnits": 2**53, "currency": "SEK"}}, "price.minorUnits", "OUT_OF_RANGE"),
        ({"salePrice": {"minorUnits": 1, "currency": "USD"}}, "salePrice.currency", "OTHER_CURRENCY"),
        ({"markets": [{"market": "no"}]}, "markets.0.market", "UNKNOWN_MARKET"),
        ({"markets": [{"market": "de"}]}, "markets.0.price", "MISSING"),
        ({"markets": [{"market": "se"}, {"market": "de", "price": SEK}]}, "markets.1.price.currency", "OTHER_CURRENCY"),
        ({"markets": [{"market": "se"}, {"market": "se"}]}, "markets.1.market", "REPEATED"),
        ({"markets": [{"market": "se", "region": ""}]}, "markets.0.region", "BAD_TEXT"),
        ({"markets": [{"market": "se", "region": "n"}, {"market": "se", "region": "n"}]}, "markets.1.region", "REPEATED"),
        ({"markets": [{"market": "se", "region": "n", "salePrice": SEK}]}, "markets.0.price", "MISSING"),
        ({"markets": [{"market": "se", "priceDescription": "incl."}]}, "markets.0.priceDescription", "NEEDS_REGION"),
        ({"markets": [{"market": "se", "sku": "x" * 257}]}, "markets.0.sku", "TOO_LONG"),
        ({"markets": [{"market": "se", "region": "n", "sku": "T-1"}]}, "markets.0.sku", "BAD_VALUE"),
        ({"locales": [{"locale": "swedish"}]}, "locales.0.locale", "BAD_VALUE"),
        ({"locales": [{"locale": "sv"}, {"locale": "sv"}]}, "locales.1.locale", "REPEATED"),
        ({"locales": [{"locale": "sv", "pageUrl": "/\\evil"}]}, "locales.0.pageUrl", "BAD_URL"),
        ({"categoryIds": ["x" * 257]}, "categoryIds.0", "TOO_LONG"),
        ({"categoryIds": ["c"] * 101}, "categoryIds", "TOO_LONG"),
        ({"imageUrls": ["/a.jpg", "data:image/png;base64,x"]}, "imageUrls.1", "BAD_URL"),
        ({"imageUrls": ["/" + "x" * 2048]}, "imageUrls.0", "TOO_LONG"),
        ({"rating": -0.5}, "rating", "OUT_OF_RANGE"),
        ({"reviewCount": -1}, "reviewCount", "OUT_OF_RANGE"),
        ({"validFrom": "2026-05-02T00:00:00Z", "validTo": "2026-05-01T00:00:00Z"}, "validTo", "OUT_OF_RANGE"),
        ({"attributes": ["red"]}, "attributes", "BAD_VALUE"),
        ({"attributes": {"colour": {"is": "red"}}}, "attributes.colour", "BAD_VALUE"),
        ({"attributes": {"colour": ["red", None]}}, "attributes.colour", "BAD_VALUE"),
        ({"attributes": {"": "red"}}, "attributes", "BAD_TEXT"),
        ({"attributes": {"colour": "r\0d"}}, "attributes.colour", "BAD_TEXT"),
        ({"attributes": {"colour": "x" * 2000}}, "attributes.colour", "TOO_LONG"),
        ({"attributes": {"colour": ["x"] * 501}}, "attributes.colour", "TOO_LONG"),
        ({"attributes": {f"a{n}": n for n in range(201)}}, "attributes", "TOO_LONG"),
        ({"attributes": {f"a{n}": [f"{m:0500}" for m in range(4)] for n in range(40)}}, "attributes", "TOO_LONG"),
    ],
)  # fmt: skip
async def test_a_row_that_cannot_be_says_why(client, said, field, code):
    assert await refusal(client, UPSERT, {**TENT, **said}) == (field, code)
    assert await read(client) is None


async def test_what_is_largest_can_be_kept(client):
    """At every limit at once: nothing that is taken may fail in the database."""
    longest = {
        "id": "é" * 256, "groupId": "é" * 256, "sku": "é" * 256, "title": "時" * 1000, "brand": "時" * 256, "genre": "時" * 256,
        "itemType": "時" * 256, "categoryIds": [f"{n:03}" + "時" * 253 for n in range(100)], "description": "時 " * 49_999,
        "imageUrls": [f"/{n:03}" + "x" * 2044 for n in range(100)], "pageUrl": "/" + "x" * 2047, "reviewCount": 2**31 - 1,
        "quantity": 2**31 - 1, "rating": 2.0**30, "attributes": {"時" * 10: ["時" * 650, 2**63, -1.5, False], "a": ["b"] * 500},
        "price": {"minorUnits": 2**53 - 1, "currency": "SEK"},
        "markets": [{"market": "se", "title": "時" * 1000, "pageUrl": "/" + "x" * 2047}, {"market": "se", "region": "時" * 64, "title": "x"}],
        "locales": [{"locale": "zh-Hans-CN", "title": "時" * 1000, "description": "時" * 100_000}],
    }  # fmt: skip
    told = await tell(client, UPSERT, longest)
    assert (told["accepted"], told["errors"]) == (1, [])
    await taken(client, PATCH, {"id": "é" * 256, "categoryIds": [], "hidden": False})


async def test_a_patch_is_about_a_market_where_the_product_is_sold(client):
    await taken(client, UPSERT, TENT)
    euros = {"minorUnits": 18900, "currency": "EUR"}
    assert await refusal(client, PATCH, {"id": "tent", "price": euros}) == ("price.currency", "OTHER_CURRENCY")
    assert await refusal(client, PATCH, {"id": "tent", "markets": [{"market": "de", "quantity": 2}]}) == (
        "markets.0.price",
        "MISSING",
    )
    await taken(client, PATCH, {"id": "tent", "markets": [{"market": "de", "price": euros, "quantity": 2}]})
    assert (await read(client, market="de"))["price"] == euros
    assert await refusal(client, PATCH, {"id": "unicorn", "quantity": 2}) == ("id", "UNKNOWN_PRODUCT")


async def test_one_bad_row_does_not_sink_its_neighbours(client):
    rows = [
        TENT,
        {**TENT, "id": "x", "pageUrl": "javascript:alert(1)"},
        {**TENT, "id": "y", "title": "<b> </b>"},
        {**TENT, "id": "stove"},
    ]
    told = await tell(client, UPSERT, *rows)
    assert told["accepted"] == 2
    assert [(e["index"], e["id"], e["field"], e["code"]) for e in told["errors"]] == [
        (1, "x", "pageUrl", "BAD_URL"),
        (2, "y", "title", "MISSING"),
    ]
    assert [await read(client, each) is not None for each in ("tent", "x", "y", "stove")] == [True, False, False, True]


async def test_only_a_server_may_tell_the_catalog_and_a_thousand_rows_at_once(client):
    for mutation in (UPSERT, PATCH, HIDE, CATEGORIES):
        for key in ("storefront", "preview"):
            answer = await client.ask(mutation, key=key, rows=[])
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert await tell(client, mutation, key="admin") == {"accepted": 0, "errors": [], "warnings": []}
    many = [{"id": f"p{n}", "title": "A", "price": SEK} for n in range(1001)]
    answer = await client.ask(UPSERT, key="server", rows=many)
    assert answer["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "field": "products"}
    assert (await tell(client, UPSERT, *many[:1000]))["accepted"] == 1000


async def test_a_category_that_would_stand_below_itself_is_refused(client):
    told = await tell(
        client,
        CATEGORIES,
        {"id": "shoes", "name": "Shoes", "parentId": "winter"},  # boots is below shoes already
        {"id": "winter", "name": "Winter", "parentId": "boots"},
        {"id": "self", "name": "Self", "parentId": "self"},
        {"id": "sandals", "name": "Sandals", "parentId": "shoes"},
        {"id": "lost", "name": "Lost", "parentId": "nowhere"},
        {"id": "lost", "name": "Again"},
        {"id": "", "name": "None"},
        {"id": "empty", "name": " "},
    )
    assert [(e["index"], e["field"], e["code"]) for e in told["errors"]] == [
        (0, "parentId", "CIRCLE"), (1, "parentId", "CIRCLE"), (2, "parentId", "CIRCLE"), (5, "id", "REPEATED"), (6, "id", "MISSING"),
        (7, "name", "MISSING"),
    ]  # fmt: skip
    assert told["warnings"] == [{"code": "UNKNOWN_CATEGORY", "message": "the shop has no category 'nowhere'"}]
    tree = {c["id"]: [below["id"] for below in c["children"]] for c in (await client.data(TREE))["categories"]}
    assert tree == {"shoes": ["boots", "sandals"], "care": [], "lost": []}
