"""Several requests at once: each answered as if it were alone, in two statements, and counted in one more."""

import pytest

from tests.faces.serving import serving
from tests.faces.test_events import tell, view
from tests.faces.test_graphql import shown

MANY = """query ($requests: [RecommendationRequest!]!, $unique: Boolean, $market: String = "se", $region: String) {
  recommendMany(market: $market, region: $region, visitor: {sessionId: "s1"}, requests: $requests, unique: $unique) {
    viewId endCursor degraded warnings { code message }
    placements { id viewId strategy endCursor degraded warnings { code message } facets { field buckets { label value count from to } }
      items { recommendationId strategy fallback product { id } } } } }"""
COUNTED = MANY.replace("placements { id", "placements { totalCount id")


@pytest.fixture
async def learned(trained, database_url, tmp_path):
    """A client of the shop once it has a release."""
    async with serving(database_url, tmp_path) as client:
        yield client


async def many(client, *requests, query=MANY, **more):
    return (await client.data(query, requests=list(requests), **more))["recommendMany"]


def item(product, **more):
    return {"placement": "item_page.similar", "page": {"productIds": [product]}, **more}


async def test_each_request_is_answered_in_its_place_with_its_own_page(learned):
    answer = await many(learned, item("boot"), item("lace"), {"strategies": ["BESTSELLERS"], "limit": 2})
    assert [fill["id"] for fill in answer["placements"]] == ["item_page.similar", "item_page.similar", "bestsellers"]
    boot, lace, selling = map(shown, answer["placements"])
    assert (boot[0], set(lace), len(selling)) == ("sneaker", {"boot", "sneaker", "wax"}, 2)
    assert answer["viewId"] == answer["placements"][0]["viewId"]
    assert not answer["degraded"]


async def test_an_answer_is_what_the_same_request_gets_alone(learned):
    requests = [
        item("boot"), item("sneaker", filter={"brands": ["Nord"]}), item("wax", exclude=["boot"]),
        {"placement": "category_page.top", "page": {"categoryIds": ["care"]}}, {"strategies": ["SEARCH"], "page": {"searchTerm": "boot"}},
        {"strategies": ["NEW_ARRIVALS", "PERSONAL"]},
    ]  # fmt: skip
    together = (await many(learned, *requests))["placements"]
    for request, fill in zip(requests, together, strict=True):
        [alone] = (await many(learned, request))["placements"]
        assert shown(fill) == shown(alone), request


async def test_a_request_that_cannot_be_answered_is_empty_and_says_why_and_the_others_stand(client):
    wrong = {
        "requests.1.limit": ("BAD_USER_INPUT", item("boot", limit=0)),
        "requests.2.placement": ("UNKNOWN_PLACEMENT", {"placement": "item_page.nowhere"}),
        "requests.3.placement": ("BAD_USER_INPUT", {}),
        "requests.4.placement": ("BAD_USER_INPUT", {"placement": "home_page.top", "strategies": ["CART"]}),
        "requests.5.after": ("BAD_USER_INPUT", item("boot", after="nonsense")),
        "requests.6.facets.0.field": ("BAD_USER_INPUT", item("boot", facets=[{"field": "weight", "kind": "TERM"}])),
        "requests.7.facets.0.kind": ("BAD_USER_INPUT", item("boot", facets=[{"field": "brand", "kind": "DYNAMIC_RANGE"}])),
        "requests.8.facets.0.ranges": ("BAD_USER_INPUT", item("boot", facets=[{"field": "price", "kind": "RANGE"}])),
        "requests.9.exclude": ("LIMIT_EXCEEDED", item("boot", exclude=[str(n) for n in range(1001)])),
        "requests.10.page.type": ("MIXED_PAGE_TYPES", item("boot", page={"type": "CART"})),
    }
    answer = await many(client, item("boot"), *(request for _, request in wrong.values()), item("boot"))
    first, *failed, last = answer["placements"]
    assert shown(first) == shown(last) != []
    for (field, (code, _)), fill in zip(wrong.items(), failed, strict=True):
        [warning] = fill["warnings"]
        assert (fill["items"], fill["degraded"], warning["code"]) == ([], True, code)
        assert warning["message"].startswith(f"{field}: "), warning


@pytest.mark.parametrize(("more", "field"), [({"market": "fr"}, "market"), ({"region": "x" * 300}, "region")])
async def test_what_is_wrong_for_all_of_them_is_an_error(client, more, field):
    [error] = (await client.ask(MANY, requests=[item("boot")], **more))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": field}


async def test_from_one_to_twenty_requests_can_be_asked(client):
    for number in (0, 21):
        [error] = (await client.ask(MANY, requests=[item("boot")] * number))["errors"]
        assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "field": "requests"}
    assert len((await many(client, *[item("boot")] * 20))["placements"]) == 20


async def test_where_it_is_asked_no_product_stands_in_two_answers_and_each_is_still_full(client):
    newest = {"strategies": ["NEW_ARRIVALS"], "limit": 2}
    twice = (await many(client, newest, newest))["placements"]
    assert shown(twice[0]) == shown(twice[1])
    once = (await many(client, newest, newest, unique=True))["placements"]
    assert [shown(fill) for fill in once] == [["boot", "sneaker"], ["lace", "wax"]]


async def test_twenty_requests_cost_two_statements_and_one_more_where_anything_is_counted(client, statements):
    requests = [item("boot"), {"strategies": ["SEARCH"], "page": {"searchTerm": "wax"}}, {"placement": "personal_page.top"}]
    await many(client, *requests)
    plain = [name for name in statements if name.startswith(("catalog.", "visitor.", "facet."))]
    await many(client, *requests, query=COUNTED)
    counted = [name for name in statements if name.startswith(("catalog.", "visitor.", "facet."))][len(plain) :]
    assert plain == ["visitor.look_back", "catalog.hydrate"]
    assert sorted(counted) == ["catalog.hydrate", "facet.count", "visitor.look_back"]


async def test_the_next_page_of_an_answer_repeats_nothing(client):
    newest = {"strategies": ["NEW_ARRIVALS"], "limit": 2}
    [first] = (await many(client, newest))["placements"]
    [second] = (await many(client, {**newest, "after": first["endCursor"]}))["placements"]
    assert [shown(first), shown(second)] == [["boot", "sneaker"], ["lace", "wax"]]


async def test_each_answer_is_kept_as_a_view_of_its_own(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path) as client:
        answer = await many(client, item("boot"), item("boot", limit=0), item("lace"))
    rows = await client.rows("select view_id::text, page::jsonb ->> 'productIds' as about from served_view order by 2")
    assert [tuple(row) for row in rows] == [
        (answer["placements"][0]["viewId"], '["boot"]'), (answer["placements"][2]["viewId"], '["lace"]'),
    ]  # fmt: skip


# What is counted: six products, of which one is hidden, one sold out.


async def facets(client, *asked, **more):
    answer = await many(client, {"strategies": ["NEW_ARRIVALS"], "facets": list(asked), **more}, query=COUNTED)
    [fill] = answer["placements"]
    return fill["totalCount"], [[(b["value"] or b["label"], b["count"]) for b in f["buckets"]] for f in fill["facets"]]


async def test_terms_are_counted_over_all_that_could_be_shown_and_a_category_with_what_is_below_it(client):
    total, [brands, categories, sale, colours, sizes] = await facets(
        client,
        *({"field": field, "kind": "TERM"} for field in ("brand", "category", "onSale", "attributes.colour", "attributes.size")),
        limit=1,
    )
    assert total == 4
    assert brands == [("Nord", 3), ("Fleet", 1)]
    assert categories == [("care", 2), ("shoes", 2), ("boots", 1)]
    assert sale == [("false", 3), ("true", 1)]
    assert colours == [("black", 1), ("brown", 1), ("red", 1)]
    assert sizes == [("42", 1)]


async def test_counts_hold_to_the_filter_the_words_and_the_rules_of_the_placement(client):
    brand = {"field": "brand", "kind": "TERM"}
    assert await facets(client, brand, filter={"maxPrice": 10000}) == (2, [[("Nord", 2)]])
    assert await facets(client, brand, page={"searchTerm": "running"}) == (1, [[("Fleet", 1)]])
    assert await facets(client, brand, page={"searchTerm": "runnign"}) == (1, [[("Fleet", 1)]])  # misspelt
    assert await facets(client, brand, page={"searchTerm": "shoes"}) == (2, [[("Fleet", 1), ("Nord", 1)]])  # a category's name
    assert await facets(client, brand, page={"searchTerm": "nothing like it"}) == (0, [[]])
    await client.rows(
        """insert into rule (tenant_id, kind, match, status) values ('acme', 'EXCLUDE', '{"brands": ["Fleet"]}', 'LIVE')"""
    )
    for _ in range(250):
        total, found = await facets(client, brand)
        if total == 3:
            break
    assert (total, found) == (3, [[("Nord", 3)]])


async def test_ranges_are_counted_from_their_lower_bound_to_below_their_upper(client):
    ranges = [{"to": 4900}, {"from": 4900, "to": 59900}, {"from": 59900}]
    _, [price, rating] = await facets(
        client,
        {"field": "price", "kind": "RANGE", "ranges": ranges},
        {"field": "rating", "kind": "RANGE", "ranges": [{"from": 4}]},
    )
    assert price == [("< 49.00", 0), ("49.00–599.00", 2), ("≥ 599.00", 2)]
    assert rating == [("≥ 4", 1)]


async def test_a_range_that_is_open_at_both_ends_is_all_that_say_anything(client):
    _, [rating] = await facets(client, {"field": "rating", "kind": "RANGE", "ranges": [{}]})
    assert rating == [("*", 2)]


async def test_a_bound_that_no_price_can_have_is_refused(client):
    [fill] = (
        await many(
            client, {"strategies": ["NEW_ARRIVALS"], "facets": [{"field": "price", "kind": "RANGE", "ranges": [{"from": 1e308}]}]}
        )
    )["placements"]
    [said] = fill["warnings"]
    assert (said["code"], said["message"]) == (
        "BAD_USER_INPUT",
        "requests.0.facets.0.ranges: a bound is a number of 2^53 at most",
    )


async def test_nothing_has_no_ranges(client):
    _, [sizes] = await facets(client, {"field": "attributes.nobody_says", "kind": "DYNAMIC_RANGE"})
    assert sizes == []


async def test_ranges_with_round_bounds_hold_each_product_once(client):
    await client.rows("""
        with new as (insert into product (tenant_id, product_id, title)
                     select 'acme', 'n' || n, 'Many' from generate_series(1, 200) n returning product_id)
        insert into product_market (tenant_id, market_id, product_id, price_minor)
        select 'acme', 'se', product_id, 1000 + substr(product_id, 2)::int * 37 from new""")
    [fill] = (
        await many(
            client,
            {"strategies": ["NEW_ARRIVALS"], "facets": [{"field": "price", "kind": "DYNAMIC_RANGE", "maxRanges": 4}]},
            query=COUNTED,
        )
    )["placements"]
    buckets = fill["facets"][0]["buckets"]
    assert [b["from"] for b in buckets] == [None, *(b["to"] for b in buckets[:-1])]
    assert [b["to"] for b in buckets] == [3000, 5000, 7000, None]
    assert sum(b["count"] for b in buckets) == fill["totalCount"] == 204
    assert min(b["count"] for b in buckets) > 40


async def order(client, sort):
    return shown((await many(client, {"strategies": ["NEW_ARRIVALS"], "sort": sort}))["placements"][0])


async def test_what_was_chosen_is_shown_in_the_order_asked_for(client):
    assert await order(client, "PRICE_ASC") == ["lace", "wax", "sneaker", "boot"]
    assert await order(client, "PRICE_DESC") == ["boot", "sneaker", "wax", "lace"]
    assert await order(client, "NEWEST") == ["boot", "sneaker", "lace", "wax"]
    assert await order(client, "RELEVANCE") == await order(client, None)


async def test_what_sells_or_what_the_visitor_likes_comes_first(learned):
    assert (await order(learned, "POPULAR"))[-1] == "lace"  # never sold
    await tell(learned, view("wax"), view("boot"))
    assert (await order(learned, "PERSONALIZED"))[0] == "sneaker"  # goes with the boot
