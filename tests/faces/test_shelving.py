"""A shop's systems push their catalog: whole products, patches, categories; and what the very next answer shows of it."""

from datetime import UTC, datetime, timedelta

from tests.faces.pushing import CATEGORIES, HIDE, PATCH, TENT, TREE, UPSERT, home, read, refusal, taken, tell


async def test_a_whole_product_is_in_the_very_next_answer(client):
    await taken(client, UPSERT, TENT)
    assert await read(client) == {
        "id": "tent", "groupId": None, "sku": None, "title": "Tent for two", "description": "Dry.\n\nLight.", "brand": "Nord",
        "genre": None, "itemType": None, "categories": [{"id": "care"}], "price": {"minorUnits": 199900, "currency": "SEK"},
        "salePrice": None, "regionPriceDescription": None, "available": True, "quantity": None,
        "imageUrls": ["https://shop.example/tent.jpg", "/tent-2.jpg"], "pageUrl": "https://shop.example/tent", "rating": 4.5,
        "reviewCount": 12, "attributeMap": {"colour": ["red", "green"], "persons": [2], "freestanding": [True]},
    }  # fmt: skip
    assert (await home(client))[0] == "tent"  # the newest
    assert await read(client, market="de") is None  # its price is in no market of euros


async def test_markets_regions_and_languages_say_what_differs(client):
    euros = {"minorUnits": 18900, "currency": "EUR"}
    more = {
        "salePrice": {"minorUnits": 149900, "currency": "SEK"},
        "quantity": 3,
        "markets": [
            {"market": "se"},
            {"market": "de", "price": euros, "quantity": 0, "title": "Zelt", "pageUrl": "/de/zelt"},
            {"market": "se", "region": "norrland", "price": {"minorUnits": 209900, "currency": "SEK"}, "priceDescription": "inkl. frakt"},
        ],
        "locales": [{"locale": "sv-SE", "title": "Tält", "description": "Torrt."}],
    }  # fmt: skip
    await taken(client, UPSERT, {**TENT, **more})
    swedish = await read(client)
    assert (swedish["title"], swedish["description"]) == ("Tält", "Torrt.")
    assert (swedish["price"]["minorUnits"], swedish["salePrice"], swedish["quantity"]) == (199900, {"minorUnits": 149900}, 3)
    north = await read(client, region="norrland")
    assert (north["price"]["minorUnits"], north["salePrice"], north["regionPriceDescription"]) == (209900, None, "inkl. frakt")
    german = await read(client, market="de")
    assert (german["title"], german["pageUrl"], german["price"], german["salePrice"]) == ("Zelt", "/de/zelt", euros, None)
    assert (german["quantity"], german["available"]) == (0, False)


async def test_a_market_may_count_a_product_under_a_unit_of_its_own(client):
    euros = {"minorUnits": 18900, "currency": "EUR"}
    region = {"market": "se", "region": "norrland", "available": False}

    async def units():
        return [(await read(client, **where))["sku"] for where in ({}, {"region": "norrland"}, {"market": "de"})]

    markets = [{"market": "se", "sku": "T-SE"}, {"market": "de", "price": euros}, region]
    await taken(client, UPSERT, {**TENT, "sku": "T", "markets": markets})
    assert await units() == ["T-SE", "T-SE", "T"]
    await taken(client, PATCH, {"id": "tent", "sku": "U", "markets": [{"market": "de", "sku": "T-DE"}]})
    assert await units() == ["T-SE", "T-SE", "T-DE"]
    told = await client.rows("select market_id, sku from analytics.products where product_id = 'tent' order by 1")
    assert [tuple(each) for each in told] == [("de", "T-DE"), ("se", "T-SE")]
    await taken(client, PATCH, {"id": "tent", "markets": [{"market": "se", "sku": None}]})
    assert await units() == ["U", "U", "T-DE"]
    await taken(client, UPSERT, {**TENT, "sku": "T", "markets": [{"market": "se"}, {"market": "de", "price": euros}, region]})
    assert await units() == ["T", "T", "T"]


async def test_what_the_whole_product_no_longer_names_goes_away(client):
    euros = {"minorUnits": 18900, "currency": "EUR"}
    region = {"market": "se", "region": "norrland", "available": False}
    wide = {
        "markets": [{"market": "se"}, {"market": "de", "price": euros}, region],
        "locales": [{"locale": "sv-SE", "title": "Tält"}],
    }
    await taken(client, UPSERT, {**TENT, **wide, "quantity": 4, "groupId": "tents"})
    first_seen = await client.rows("select first_seen from product_market where product_id = 'tent' and market_id = 'se'")
    await taken(client, UPSERT, {key: TENT[key] for key in ("id", "title", "price")})
    assert await read(client, market="de") is None
    left = await read(client)
    assert (left["title"], left["brand"], left["groupId"], left["attributeMap"], left["imageUrls"]) == (
        "Tent for two",
        None,
        None,
        {},
        [],
    )
    assert (left["quantity"], left["pageUrl"]) == (None, "/products/tent")
    assert (await read(client, region="norrland"))["available"]
    assert first_seen == await client.rows(
        "select first_seen from product_market where product_id = 'tent'"
    )  # it is no newer for it
    await taken(client, UPSERT, {**TENT, "markets": []})
    assert await read(client) is None


async def test_a_patch_changes_what_it_says_and_nothing_else(client):
    euros = {"minorUnits": 18900, "currency": "EUR"}
    region = {"market": "se", "region": "norrland", "price": {"minorUnits": 209900, "currency": "SEK"}}
    wide = {
        "markets": [{"market": "se"}, {"market": "de", "price": euros}, region],
        "locales": [{"locale": "sv-SE", "title": "Tält"}],
    }
    await taken(client, UPSERT, {**TENT, **wide, "groupId": "tents"})
    before = await read(client, locale="en")
    await taken(client, PATCH, {"id": "tent", "price": {"minorUnits": 150000, "currency": "SEK"}, "quantity": 7})
    after = await read(client, locale="en")
    assert after == {**before, "price": {"minorUnits": 150000, "currency": "SEK"}, "quantity": 7}
    assert (await read(client, market="de"))["price"] == euros
    assert (await read(client))["title"] == "Tält"
    assert (await read(client, region="norrland"))["price"]["minorUnits"] == 209900
    await taken(
        client, PATCH, {"id": "tent", "markets": [{"market": "de", "quantity": 0}], "attributes": {"persons": 3, "colour": None}}
    )
    german, swedish = await read(client, market="de"), await read(client)
    assert (german["available"], german["quantity"], german["price"]) == (False, 0, euros)
    assert (swedish["available"], swedish["quantity"]) == (True, 7)
    assert swedish["attributeMap"] == {"freestanding": [True], "persons": [3]}


async def test_a_null_that_is_said_takes_a_value_away(client):
    region = {"market": "se", "region": "norrland", "price": {"minorUnits": 209900, "currency": "SEK"}}
    sale = {"salePrice": {"minorUnits": 99900, "currency": "SEK"}, "quantity": 0, "groupId": "tents"}
    await taken(
        client, UPSERT, {**TENT, **sale, "markets": [{"market": "se"}, region], "locales": [{"locale": "sv-SE", "title": "Tält"}]}
    )
    assert not (await read(client))["available"]
    nulls = dict.fromkeys(
        ("salePrice", "quantity", "available", "brand", "groupId", "attributes", "imageUrls", "rating", "locales")
    )
    await taken(client, PATCH, {"id": "tent", **nulls, "markets": [{"market": "se", "region": "norrland", "price": None}]})
    left = await read(client, region="norrland")
    assert (left["title"], left["salePrice"], left["quantity"], left["available"]) == ("Tent for two", None, None, True)
    assert (left["brand"], left["groupId"], left["attributeMap"], left["imageUrls"], left["rating"]) == (None, None, {}, [], None)
    assert left["price"]["minorUnits"] == 199900
    for name in ("title", "price", "markets"):
        assert await refusal(client, PATCH, {"id": "tent", name: None}) == (name, "MISSING")


async def test_hidden_products_are_nowhere_until_they_are_shown_again(client):
    assert "boot" in await home(client)
    told = await tell(client, HIDE, "boot", "unicorn", "boot")
    assert told["accepted"] == 1
    assert [(e["index"], e["id"], e["field"], e["code"]) for e in told["errors"]] == [
        (1, "unicorn", "id", "UNKNOWN_PRODUCT"),
        (2, "boot", "id", "REPEATED"),
    ]
    assert "boot" not in await home(client)
    assert await read(client, "boot") is None
    await taken(client, PATCH, {"id": "boot", "hidden": False})
    assert "boot" in await home(client)


async def test_what_a_feed_has_hidden_stays_so_until_the_shop_says_otherwise(client):
    await client.rows("update product set hidden = true, hidden_by = 'supplier' where product_id = 'boot'")
    await taken(client, PATCH, {"id": "boot", "quantity": 3, "brand": "Süd"})
    [row] = await client.rows("select hidden, hidden_by, brand from product where product_id = 'boot'")
    assert tuple(row) == (True, "supplier", "Süd")
    await taken(client, HIDE, "boot")
    assert (await client.rows("select hidden_by from product where product_id = 'boot'"))[0]["hidden_by"] is None
    await taken(client, PATCH, {"id": "boot", "hidden": False})
    assert await read(client, "boot")


async def test_a_sale_price_that_is_no_less_than_the_price_is_none(client):
    await taken(client, UPSERT, {**TENT, "salePrice": {"minorUnits": 199900, "currency": "SEK"}})
    assert (await read(client))["salePrice"] is None
    await taken(client, PATCH, {"id": "tent", "salePrice": {"minorUnits": 149900, "currency": "SEK"}})
    assert (await read(client))["salePrice"] == {"minorUnits": 149900}
    await taken(client, PATCH, {"id": "tent", "price": {"minorUnits": 120000, "currency": "SEK"}})
    assert (await read(client))["salePrice"] is None


async def test_a_product_comes_and_goes_with_its_dates(client):
    now = datetime.now(UTC)
    tomorrow, yesterday = ((now + timedelta(days=n)).isoformat() for n in (1, -1))
    await taken(client, UPSERT, {**TENT, "validFrom": tomorrow})
    assert await read(client) is None
    await taken(client, PATCH, {"id": "tent", "validFrom": yesterday, "validTo": tomorrow})
    assert await read(client)
    await taken(client, PATCH, {"id": "tent", "validFrom": None, "validTo": yesterday})
    assert await read(client) is None


async def test_unknown_categories_are_taken_with_a_warning(client):
    told = await tell(client, UPSERT, {**TENT, "categoryIds": ["care", "camping", "tents"]})
    assert (told["accepted"], told["warnings"]) == (
        1,
        [{"code": "UNKNOWN_CATEGORY", "message": "the shop has no category 'camping', 'tents'"}],
    )


async def test_categories_come_in_any_order_and_are_in_the_next_answer(client):
    await taken(
        client,
        CATEGORIES,
        {"id": "tents", "name": "Tents", "parentId": "camping"},
        {"id": "camping", "name": "<i>Camping</i>", "parentId": "outdoors"},
        {"id": "outdoors", "name": "Outdoors"},
    )
    tree = {c["id"]: c for c in (await client.data(TREE))["categories"]}
    assert tree["outdoors"] == {
        "id": "outdoors", "name": "Outdoors", "active": True,
        "children": [{"id": "camping", "active": True, "children": [{"id": "tents"}]}],
    }  # fmt: skip
    await taken(client, CATEGORIES, {"id": "camping", "name": "Camping", "active": False})
    tree = {c["id"]: c for c in (await client.data(TREE))["categories"]}
    assert (tree["camping"]["active"], tree["outdoors"]["children"]) == (False, [])
    await taken(client, CATEGORIES, {"id": "camping", "name": "Camping"})
    assert {c["id"]: c["active"] for c in (await client.data(TREE))["categories"]}["camping"]
