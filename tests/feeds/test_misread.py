"""Files most of whose rows fail on one column: the column that was taken for it is named, and how to name another."""

import pytest

from gateway.errors import BadInput


def write(tmp_path, lines):
    path = tmp_path / "file.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


async def test_the_column_that_most_events_fail_on_is_named_with_what_would_name_another(bring, tmp_path):
    lines = [
        "user,item,type,time,visitStartTime",
        *(f"u,p,view,0,170000000{n}" for n in range(3)),
        "u,p,view,1700000000,1700000000",
    ]
    report = await bring.events(write(tmp_path, lines))
    assert report.reasons == {"time: OUT_OF_RANGE": 3}
    said = (
        "time was read from the column 'time': where another holds it, say --map time=THEIRS; the file has user, item, type, time"
    )
    assert [note.startswith(said) for note in report.notes if "--map" in note] == [True]
    report = await bring.events(write(tmp_path, lines), columns={"time": "visitStartTime"})
    assert (report.refused, [note for note in report.notes if "--map" in note]) == (0, [])


async def test_a_few_rows_that_fail_name_no_column(bring, tmp_path):
    lines = ["user,item,type,time", "u,p,view,0", *(f"u,p,view,170000000{n}" for n in range(3))]
    report = await bring.events(write(tmp_path, lines))
    assert (report.refused, [note for note in report.notes if "--map" in note]) == (1, [])


async def test_the_column_that_most_products_fail_on_is_named(bring, tmp_path):
    report = await bring.catalog(write(tmp_path, ["id,title,price,amount", "a,A,low,1", "b,B,high,2"]))
    assert (
        "price was read from the column 'price': where another holds it, say --map price=THEIRS; the file has id, title, price, amount"
        in report.notes
    )


async def test_a_catalog_without_prices_is_told_that_they_are_needed_and_what_makes_products_without(bring, tmp_path):
    with pytest.raises(BadInput, match="A catalog needs prices; where nobody has any: endcap import events --products"):
        await bring.catalog(write(tmp_path, ["id,title", "a,A"]))
