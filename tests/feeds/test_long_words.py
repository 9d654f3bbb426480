"""What an index must hold whole is no longer than it can hold, in any script."""


async def test_a_brand_that_no_index_could_hold_is_refused_and_the_longest_is_kept(bring, tmp_path):
    path = tmp_path / "products.csv"
    rows = [f"a,A,1,{'時' * 256}", f"b,B,1,{'時' * 257}"]
    path.write_text("\n".join(["id,title,price,brand", *rows]))
    report = await bring.catalog(path)
    assert (report.added, report.refused, report.reasons) == (1, 1, {"brand: TOO_LONG": 1})
    assert await bring.rows("select length(brand) as long from product") == [{"long": 256}]
