"""Lists come from files too, each row a list; a second run changes nothing."""

import json

import pytest

from gateway.domain.curated import MAX_PRODUCTS


@pytest.fixture
def write(tmp_path):
    def lines(name, *rows):
        path = tmp_path / name
        path.write_text("".join(row + "\n" for row in rows))
        return path

    return lines


CSV = ("list_id,products,scores,market,seed_product_id,valid_to", "summer,a|b|c,,,,", "goes-with-a,b|c,0.5|2,se,a,2030-01-01")


async def kept(bring):
    rows = await bring.rows(
        "select list_id, market_id, seed_product_id, user_id, product_ids, scores from curated_list order by 1"
    )
    return [tuple(row.values()) for row in rows]


async def test_a_csv_has_a_list_a_row(bring, write):
    report = await bring.lists(write("lists.csv", *CSV))
    assert (report.rows, report.added, report.refused) == (2, 2, 0)
    assert await kept(bring) == [
        ("goes-with-a", "se", "a", None, ["b", "c"], [0.5, 2.0]),
        ("summer", None, None, None, ["a", "b", "c"], pytest.approx([1, 2 / 3, 1 / 3])),
    ]


async def test_ndjson_may_have_ids_or_products_with_scores(bring, write):
    scored = {"id": "s", "userId": "anna", "products": [{"productId": "a", "score": 3}, {"productId": "b", "score": 1}]}
    plain = {"id": "p", "products": ["x y", 7]}  # an id with a blank, and a number
    await bring.lists(write("lists.ndjson", json.dumps(scored), json.dumps(plain)))
    assert await kept(bring) == [("p", None, None, None, ["x y", "7"], [1, 0.5]), ("s", None, None, "anna", ["a", "b"], [3, 1])]


async def test_the_same_file_again_changes_nothing_and_another_only_what_it_names(bring, write):
    await bring.lists(write("lists.csv", *CSV))
    again = await bring.lists(write("lists.csv", *CSV))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    report = await bring.lists(write("more.csv", "list_id,products", "summer,c|a", "autumn,b"))
    assert (report.added, report.changed, report.unchanged) == (1, 1, 0)
    assert [row[0] for row in await kept(bring)] == ["autumn", "goes-with-a", "summer"]


async def test_a_list_without_products_is_taken_away_and_of_two_with_one_id_the_later_counts(bring, write):
    await bring.lists(write("lists.csv", *CSV))
    report = await bring.lists(write("gone.csv", "list_id,products", "summer,", "twice,a", "twice,b"))
    assert report.notes[0] == "1 lists were taken away"
    assert [(row[0], row[4]) for row in await kept(bring)] == [("goes-with-a", ["b", "c"]), ("twice", ["b"])]


async def test_rows_that_cannot_be_used_are_refused_by_their_line(bring, write, tmp_path):
    many = "|".join(f"p{n}" for n in range(MAX_PRODUCTS + 1))
    report = await bring.lists(
        write(
            "bad.csv", "list_id,products,scores,market,seed_product_id,user_id,valid_to",
            "good,a,,,,,", ",a,,,,,", "b,a,,fr,,,", "c,a,,,a,anna,", "d,a|b,1,,,,", "e,a,x,,,,", "f,a,,,,,soon", f"g,{many},,,,,",
            'h,"[{""id"": 1}]",,,,,',
        )
    )  # fmt: skip
    assert (report.rows, report.added, report.refused) == (9, 1, 8)
    told = [json.loads(line) for line in (tmp_path / "bad.csv.refused.ndjson").read_text().splitlines()]
    assert [(each["line"], each["code"]) for each in told] == [
        (3, "BAD_TEXT"), (4, "UNKNOWN_MARKET"), (5, "SEVERAL_SEEDS"), (6, "SCORES_MISSING"), (7, "NO_NUMBER"), (8, "NO_TIME"),
        (9, "TOO_LONG"), (10, "NO_PRODUCT"),
    ]  # fmt: skip
    assert {each["field"] for each in told if each["code"] in ("BAD_TEXT", "SEVERAL_SEEDS")} == {"list_id", "seed_product_id"}


async def test_a_list_that_ends_before_it_begins_is_refused_by_the_name_of_the_file_s_column(bring, write, tmp_path):
    report = await bring.lists(write("bad.csv", "list_id,products,valid_from,valid_to", "a,b,2030-01-02,2030-01-01"))
    assert report.reasons == {"valid_to: OUT_OF_RANGE": 1}


async def test_what_the_shop_does_not_have_is_taken_and_named(bring, write, tmp_path):
    await bring.catalog(write("catalog.csv", "id,title,price,categories", "a,A,1,Camp", "b,B,1,Camp"))
    known = await bring.lists(write("known.csv", "list_id,products,seed_product_id,seed_category_id", "l,a,b,", "m,a,,camp"))
    assert (known.added, known.notes) == (2, [])
    report = await bring.lists(
        write("lists.csv", "list_id,products,seed_product_id,seed_category_id", "n,a|x,y,", "o,b,,campp", "p,,gone,")
    )
    assert (report.added, report.refused) == (2, 0)
    assert report.notes == [
        "the lists name what the shop does not have, and nothing is shown of it until it does: product x, product y, category campp"
    ]
    many = "|".join(f"p{n:02}" for n in range(30))
    [said] = (await bring.lists(write("many.csv", "list_id,products", f"q,{many}", f"r,{many}"))).notes
    assert said.endswith("product p08, product p09 and more")
