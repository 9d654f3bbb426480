"""What a front-end developer asks, and what is answered."""

PAGE = """query ($ids: [ID!]!, $market: String!, $page: PageInput, $filter: ProductFilter, $exclude: [ID!], $limit: Int, $locale: String) {
  placements(ids: $ids, market: $market, locale: $locale, visitor: {sessionId: "s1"}, page: $page, filter: $filter, exclude: $exclude, limit: $limit) {
    viewId degraded warnings { code message }
    placements { id listId message strategy degraded warnings { code } items {
      recommendationId position score strategy fallback pageUrl reason { text seedProductId releaseId }
      product { id title price { minorUnits currency } salePrice { minorUnits } available imageUrl categories { id name ancestors { id } } } } } } }"""


def shown(fill):
    return [item["product"]["id"] for item in fill["items"]]


async def test_a_page_without_a_release_shows_the_newest_products_and_says_so(client):
    page = (await client.data(PAGE, ids=["home_page.top"], market="se"))["placements"]
    assert page["degraded"]
    assert [w["code"] for w in page["warnings"]] == ["NO_RELEASE"]
    assert shown(page["placements"][0]) == ["boot", "sneaker", "lace", "wax"]
    assert {i["fallback"] for i in page["placements"][0]["items"]} == {"NEWEST"}
    assert page["placements"][0]["message"] == "For you"


async def test_no_product_stands_twice_on_a_page_and_the_first_placement_chooses_first(client):
    page = (await client.data(PAGE, ids=["home_page.more", "home_page.top"], market="se", limit=2))["placements"]
    assert [shown(fill) for fill in page["placements"]] == [["boot", "sneaker"], ["lace", "wax"]]


async def test_hidden_and_sold_out_products_are_never_shown(client):
    page = (await client.data(PAGE, ids=["home_page.top"], market="se"))["placements"]
    assert {"ghost", "gone"}.isdisjoint(shown(page["placements"][0]))


async def test_what_the_page_is_about_and_what_is_excluded_is_not_shown(client):
    page = {"productIds": ["boot"], "cart": [{"productId": "wax"}]}
    answer = (await client.data(PAGE, ids=["item_page.similar"], market="se", page=page, exclude=["lace"]))["placements"]
    assert shown(answer["placements"][0]) == ["sneaker"]


async def test_a_product_has_the_price_the_title_and_the_currency_of_the_market(client):
    page = (await client.data(PAGE, ids=["home_page.top"], market="de"))["placements"]
    boot = next(i["product"] for i in page["placements"][0]["items"] if i["product"]["id"] == "boot")
    assert (boot["title"], boot["price"]) == ("Winterstiefel", {"minorUnits": 11990, "currency": "EUR"})
    page = (await client.data(PAGE, ids=["home_page.top"], market="se", locale="sv-SE"))["placements"]
    assert page["placements"][0]["items"][0]["product"]["title"] == "Vinterkänga"


async def test_ids_derive_from_the_view_and_the_page_url_carries_the_recommendation(client):
    page = (await client.data(PAGE, ids=["home_page.top", "home_page.more"], market="se", limit=1))["placements"]
    first, second = (fill["items"][0]["recommendationId"] for fill in page["placements"])
    assert (first[-4:], second[-4:]) == ("0101", "0201")
    assert first[:-4] == page["viewId"][:-4]
    assert page["placements"][0]["items"][0]["pageUrl"] == f"/products/boot?recommendation_id={first}"


async def test_a_page_type_that_lacks_its_context_is_answered_with_a_warning(client):
    page = (await client.data(PAGE, ids=["item_page.similar"], market="se"))["placements"]
    assert "MISSING_CONTEXT" in [w["code"] for w in page["warnings"]]
    assert page["placements"][0]["items"]


async def test_an_unknown_product_is_answered_with_a_warning(client):
    page = {"productIds": ["never-heard-of"]}
    answer = (await client.data(PAGE, ids=["item_page.similar"], market="se", page=page))["placements"]
    assert "UNKNOWN_PRODUCT" in [w["code"] for w in answer["warnings"]]
    assert answer["placements"][0]["items"]


async def test_filters_hold_on_every_rung(client):
    async def asked(**filter):
        page = (await client.data(PAGE, ids=["home_page.top"], market="se", filter=filter))["placements"]
        return shown(page["placements"][0])

    assert await asked(categoryIds=["shoes"]) == ["boot", "sneaker"]  # boots stand below shoes
    assert await asked(excludeCategoryIds=["shoes"]) == ["lace", "wax"]
    assert await asked(brands=["Nord"], maxPrice=10000) == ["lace", "wax"]
    assert await asked(excludeBrands=["Nord"]) == ["sneaker"]
    assert await asked(onSale=True) == ["sneaker"]
    assert await asked(onSale=False) == ["boot", "lace", "wax"]
    assert await asked(minPrice=59900, maxPrice=59900) == ["sneaker"]  # what it costs now counts
    assert await asked(minRating=4) == ["boot"]
    assert await asked(attributes=[{"name": "colour", "values": ["red", "black"]}]) == ["boot", "sneaker"]
    assert await asked(attributes=[{"name": "size", "values": ["42"]}]) == ["boot"]
    assert await asked(**{"not": [{"name": "colour", "values": ["red"]}]}) == ["boot", "lace", "wax"]
    assert await asked(brands=[]) == []


async def test_one_strategy_is_asked_without_a_placement(client):
    query = """{ recommend(strategy: NEW_ARRIVALS, market: "se", visitor: {visitorId: "v"}, limit: 3) {
                 id strategy items { fallback product { id } reason { text } } } }"""
    fill = (await client.data(query))["recommend"]
    assert (fill["id"], fill["strategy"]) == ("new_arrivals", "NEW_ARRIVALS")
    assert shown(fill) == ["boot", "sneaker", "lace"]
    assert {i["fallback"] for i in fill["items"]} == {"NONE"}
    assert fill["items"][0]["reason"]["text"] == "New in the shop"


async def test_new_arrivals_are_31_days_old_at_most_and_older_ones_come_from_the_ladder(client):
    query = (
        """{ recommend(strategy: NEW_ARRIVALS, market: "se", visitor: {visitorId: "v"}) { items { fallback product { id } } } }"""
    )
    fill = (await client.data(query))["recommend"]
    assert [i["fallback"] for i in fill["items"] if i["product"]["id"] == "wax"] == ["NEWEST"]


async def test_products_are_read_by_id_in_order_with_null_for_what_is_not_there(client):
    query = """{ product(id: "boot", market: "se") { id attributes { name values } attributeMap(names: ["size"]) recommendable quantity rating }
                 productsByIds(ids: ["wax", "ghost", "boot", "nope"], market: "se") { id } }"""
    data = await client.data(query)
    assert data["product"]["attributes"] == [
        {"name": "size", "values": ["42"]},
        {"name": "colour", "values": ["black", "brown"]},
    ]
    assert data["product"]["attributeMap"] == {"size": [42]}
    assert [p and p["id"] for p in data["productsByIds"]] == ["wax", None, "boot", None]


async def test_products_are_listed_in_pages_that_meet_without_gap_or_overlap(client):
    query = """query ($after: String) { products(market: "se", first: 2, after: $after) {
                 totalCount pageInfo { hasNextPage endCursor hasPreviousPage } edges { node { id } } } }"""
    seen, after = [], None
    while True:
        page = (await client.data(query, after=after))["products"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["boot", "gone", "lace", "sneaker", "wax"]
    assert page["totalCount"] == 5


async def test_products_are_searched_by_their_words(client):
    query = """query ($search: String) { products(market: "se", search: $search) { edges { node { id } } } }"""
    for search, found in [
        ("winter", ["boot"]),
        ("nord wax", ["wax"]),
        ('"running shoe"', ["sneaker"]),
        ("'; drop table product; --", []),
    ]:
        page = (await client.data(query, search=search))["products"]
        assert [edge["node"]["id"] for edge in page["edges"]] == found


async def test_products_are_found_in_the_language_that_is_asked_for(client):
    query = """query ($locale: String) { products(market: "se", locale: $locale, search: "vinterkänga") { totalCount edges { node { id } } } }"""
    assert (await client.data(query, locale="sv-SE"))["products"] == {"totalCount": 1, "edges": [{"node": {"id": "boot"}}]}
    assert (await client.data(query, locale="en"))["products"]["totalCount"] == 0


async def test_a_language_that_the_market_does_not_speak_is_told(client):
    page = (await client.data(PAGE, ids=["home_page.top"], market="se", locale="fr-FR"))["placements"]
    assert "UNKNOWN_LOCALE" in [w["code"] for w in page["warnings"]]


async def test_categories_form_a_tree(client):
    data = await client.data(
        """{ categories { id hasChildren children { id parentId ancestors { name } } } markets { id currency locales } }"""
    )
    shoes = next(c for c in data["categories"] if c["id"] == "shoes")
    assert shoes == {
        "id": "shoes",
        "hasChildren": True,
        "children": [{"id": "boots", "parentId": "shoes", "ancestors": [{"name": "Shoes"}]}],
    }
    assert [m["id"] for m in data["markets"]] == ["de", "se"]
