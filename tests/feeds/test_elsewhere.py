"""A file in a currency that its market does not sell in: what to do is said once, whatever many rows there are."""

import pytest

SAID = "no market of acme sells in CZK; to add one: endcap tenant market NAME:CZK:LANGUAGE --tenant acme"


@pytest.mark.parametrize("content", ["id,title,price\na,A,1 CZK\nb,B,CZK 2\n", "id,title,price,currency\na,A,1,czk\nb,B,2,CZK\n"])
async def test_a_currency_of_no_market(bring, tmp_path, content):
    path = tmp_path / "feed.csv"
    path.write_text(content)
    report = await bring.catalog(path, market="se")
    assert (report.rows, report.refused) == (2, 2)
    assert report.notes == [SAID]
    assert [(row["line"], row["code"]) for row in report.first_refused] == [(2, "OTHER_CURRENCY"), (3, "OTHER_CURRENCY")]


async def test_a_currency_of_another_market(bring, tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price\na,A,1 EUR\n")
    report = await bring.catalog(path, market="se")
    assert report.notes == ["the prices are in EUR, in which de sells: say --market de"]


async def test_where_anything_else_is_wrong_or_right_the_reasons_speak_for_themselves(bring, tmp_path):
    path = tmp_path / "feed.csv"
    for other in ("b,B,1", "b,B,free"):
        path.write_text(f"id,title,price\na,A,1 CZK\n{other}\n")
        assert (await bring.catalog(path, market="se")).notes == []
