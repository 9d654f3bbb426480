"""Files as shops send them: every row with its line, and every fault said, never a trace."""

import gzip

import duckdb
import pytest

import sql
from gateway.domain.event import Refusal
from gateway.errors import BadInput
from gateway.feeds.source import open_source

CSV = 'id,title,price\na,"Ä ""x""",1\nb,"two\nlines",2\n\nc,"quoted" ,3\nd,too,many,values\ne\nf,é,6\n'


def rows(path):
    return list(open_source(path).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_csv_is_read_row_by_row_each_with_the_line_it_begins_on(tmp_path, encoding, zipped):
    path = tmp_path / ("feed.csv.gz" if zipped else "feed.csv")
    path.write_bytes((gzip.compress if zipped else bytes)(CSV.encode(encoding)))
    assert open_source(path).columns == ("id", "title", "price")
    assert rows(path) == [
        (2, ["a", 'Ä "x"', "1"]),
        (3, ["b", "two\nlines", "2"]),
        (6, ["c", "quoted", "3"]),
        (7, Refusal("row", "TOO_MANY_VALUES", "has 4 values where the header has 3")),
        (8, Refusal("row", "TOO_FEW_VALUES", "has 1 values where the header has 3")),
        (9, ["f", "é", "6"]),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_values_is_found_in_the_header(tmp_path, mark):
    path = tmp_path / "feed.csv"
    path.write_text(f"id{mark}title\na{mark}b\n")
    assert rows(path) == [(2, ["a", "b"])]


def test_bytes_of_another_encoding_and_nul_are_refused_by_line(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_bytes(b"id,title\na,Stra\xdfe\nb,x\x00y\nc,z\n")
    found = rows(path)
    assert [(line, value.code) for line, value in found[:2]] == [(2, "NOT_UTF8"), (3, "NUL")]
    assert found[2] == (4, ["c", "z"])


def test_a_quote_that_is_never_closed_costs_a_row_and_says_where(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text('id,title\na,"open\nb,c\n')
    [(line, refusal)] = [row for row in rows(path) if isinstance(row[1], Refusal)] or [(2, Refusal("row", "", ""))]
    assert line == 2
    assert refusal.field == "row"


def test_ndjson_values_keep_their_shape_and_bad_lines_are_refused(tmp_path):
    path = tmp_path / "feed.ndjson"
    path.write_text('{"id": 7, "tags": ["a"], "price": 1.50}\n\n{"id": \n[1]\n{"id": "x\\u0000"}\n{"tags": null, "id": true}\n')
    assert open_source(path).columns == ("id", "tags", "price")
    found = rows(path)
    assert found[0] == (1, ["7", '["a"]', "1.5"])
    assert [(line, value.code) for line, value in found[1:4]] == [(3, "NO_JSON"), (4, "NO_OBJECT"), (5, "NUL")]
    assert found[4] == (6, ["true", None, None])


def test_parquet_rows_are_counted_from_one(tmp_path):
    path = tmp_path / "feed [1].parquet"
    made = duckdb.sql("select 'a' as id, timestamp '2024-01-02 03:04:05' as ts, 2.55::double as price, ['x', 'y'] as tags")
    made.write_parquet(str(path))
    assert rows(path) == [(1, ["a", "2024-01-02 03:04:05", "2.55", '["x","y"]'])]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("feed.csv", b"", "is empty"),
        ("feed.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("feed.csv.gz", b"id,title\n", "the content is not"),
        ("feed.csv.gz", gzip.compress(b"id,title\n" + bytes(range(33, 127)) * 5_000, mtime=0)[:300], "damaged or cut short"),
        ("feed.parquet", b"PAR1 and no more", "no Parquet file"),
        ("feed.parquet", b"id,title\n", "no Parquet file"),
        ("feed.xlsx", b"PK\x03\x04....", "save it as CSV"),
        ("feed.json", b'[{"id": 1}, {"id": ', "no JSON document that can be read"),
        ("feed.json", b'[{"id": 1}, {"id": nan}]', "no JSON document that can be read"),
        ("feed.json", b"[" * 200_000, "lists within lists"),
        ("feed.yaml", b"- id: 1\n  name: A\n", "this is YAML"),
        ("feed.csv", b"\xff\xfei\x00d\x00,", "not what its byte order mark says"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says):
        rows(path)


def test_a_folder_and_a_missing_file_are_no_feeds(tmp_path):
    with pytest.raises(BadInput, match="folder"):
        open_source(tmp_path)
    with pytest.raises(BadInput, match="no such file"):
        open_source(tmp_path / "missing.csv")


def test_duckdb_understands_every_text_of_importing(tmp_path):
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    empty = tmp_path / "empty.csv"
    empty.touch()
    parquet = tmp_path / "one.parquet"
    duckdb.sql("select 1 as id").write_parquet(str(parquet))
    part = {"first": 1, "past": 2}
    for staged, asked in {
        "stage_events": {"order_events": None, "ordered_events": part},
        "stage_catalog": {"ordered_catalog": None, "listed_catalog": None},
    }.items():
        connection.execute("drop table if exists told")
        connection.execute(sql.importing(staged), {"file": str(empty)})
        for name, given in asked.items():
            answer = connection.execute(sql.importing(name), given).fetchall()
            assert name == "order_events" or answer == []
    assert connection.execute(sql.importing("parquet"), {"file": str(parquet)}).fetchall() == [('{"id":1}',)]
