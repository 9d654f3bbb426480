"""Feeds that mean harm, and such as look like it: no entity is expanded, nothing is fetched, nothing grows without end."""

import gzip
import io
import os
import tracemalloc
import zipfile

import pytest

from gateway.errors import BadInput
from gateway.feeds import unpacking
from gateway.feeds.source import open_source

LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{("&" + of + ";") * 10}">' for of, name in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>\n<rss><channel><item><id>1</id><title>&j;</title></item></channel></rss>"
)
SECRET = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><id>1</id><title>&x;</title></item></rss>'
REMOTE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><rss><item><id>1</id><title>&x;</title></item></rss>'
OUTSIDE = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd"><rss><item><id>1</id></item></rss>'
PARAMETER = '<!DOCTYPE rss [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><rss><item><id>1</id></item></rss>'
ATTRIBUTE = LAUGHS.replace("<rss>", '<rss version="&j;">')
HIDDEN = "<!-- " + "x" * 500 + " --><?pi y?>\n" + SECRET
LOWER = SECRET.replace("DOCTYPE", "doctype")


def rows(path, **told):
    return list(open_source(path, **told).rows())


@pytest.mark.parametrize("told", [LAUGHS, SECRET, REMOTE, OUTSIDE, PARAMETER, ATTRIBUTE, HIDDEN, LOWER])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_document_type_is_refused_whatever_it_says(tmp_path, told, encoding):
    path = tmp_path / "feed.xml"
    path.write_bytes(told.replace('<?xml version="1.0"?>\n', "").encode(encoding))
    with pytest.raises(BadInput, match="has a document type"):
        rows(path)


def test_a_document_type_behind_a_long_comment_is_refused_too(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text("<!--" + "x" * 2_000_000 + "-->" + LAUGHS.partition("\n")[2])
    with pytest.raises(BadInput, match=r"document type|no element begins"):
        rows(path)


def test_a_document_type_in_utf_7_is_no_document_type(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(b'<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE rss+AD4-<rss/>')
    with pytest.raises(BadInput, match="no encoding of texts"):
        rows(path)


@pytest.mark.parametrize("entity", ["&x;", "&nbsp;", "&#0;", "&#xD800;"])
def test_entities_that_xml_does_not_know_refuse_the_feed(tmp_path, entity):
    path = tmp_path / "feed.xml"
    path.write_text(f"<rss><channel><item><id>1</id><title>a{entity}b</title></item></channel></rss>")
    with pytest.raises(BadInput, match="not well-formed XML"):
        rows(path)


def test_the_entities_that_xml_knows_are_letters(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(
        "<rss><channel><item><id>1</id><title>&lt;b&gt; &amp;&quot;&#65;<![CDATA[<&x;>]]></title></item></channel></rss>"
    )
    assert rows(path) == [(1, ["1", '<b> &"A<&x;>'])]


def test_an_xinclude_is_only_an_element(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(
        '<rss xmlns:xi="http://www.w3.org/2001/XInclude"><item><id>1</id><xi:include href="file:///etc/passwd" parse="text"/></item></rss>'
    )
    assert rows(path) == [(1, ["1", "file:///etc/passwd"])]


def test_a_feed_nested_without_end_is_refused(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text("<rss><item>" + "<a>" * 5_000 + "</a>" * 5_000 + "</item></rss>")
    with pytest.raises(BadInput, match="not well-formed XML"):
        rows(path)


def test_a_feed_whose_item_never_ends_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    path = tmp_path / "feed.xml.gz"
    with gzip.open(path, "wt") as file:
        file.write("<rss><channel>")
        for _ in range(40):
            file.write("<junk>x</junk>" * 70_000)
    with pytest.raises(BadInput, match="without the end of an item"):
        rows(path)


def test_a_small_file_that_becomes_a_huge_one_is_refused(tmp_path):
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb", mtime=0) as file:
        file.write(b"id,title,price\n")
        for _ in range(100):
            file.write(b"0" * 999_999 + b"\n")
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(bomb.getvalue())
    with pytest.raises(BadInput, match=r"unpacks to more than 67,108,864 bytes"):
        rows(path)
    zipped = tmp_path / "feed.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.csv", gzip.decompress(bomb.getvalue()))
    with pytest.raises(BadInput, match=r"unpacks to more than 67,108,864 bytes"):
        rows(zipped)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_is_not_read_piece_by_piece_is_not_read(tmp_path, method):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("feed.csv", b"id,title\n" + b"0" * 30_000_000)
    with pytest.raises(BadInput, match="pack it anew, by deflate"):
        peak_of(lambda: rows(path), most=4_000_000)


@pytest.mark.parametrize(
    ("name", "start", "unit"),
    [("one-line.csv", "id,title\n1,", "a"), ("one-header.csv", "id", ",a"), ("one-row.csv", "id,title\n1", ',"' + "a" * 900 + '\n"'),
     ("one-line.ndjson", '{"id": 1}\n{"id": "', "a"), ("first-line.ndjson", '{"id": "', "a"), ("one-string.json", '[{"id": "', "a")],
)  # fmt: skip
def test_a_row_without_end_is_refused_before_it_fills_the_memory(tmp_path, name, start, unit):
    path = tmp_path / f"{name}.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(start)
        for _ in range(200):
            file.write(unit * (1_000_000 // len(unit)))
    with path.open("ab") as file:
        file.write(os.urandom(2_000_000))  # so that it is no bomb by its size
    with pytest.raises(BadInput, match=r"without the end of a row|no JSON document"):
        peak_of(lambda: rows(path), most=250_000_000)


def peak_of(reading, most):
    """Fails where reading takes more than `most` bytes at once."""
    tracemalloc.start()
    try:
        reading()
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < most


def test_no_feed_is_larger_than_the_bound_however_well_it_is_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST", 1_000_000)
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(gzip.compress(b"id,title\n" + bytes(range(33, 127)) * 20_000))
    with pytest.raises(BadInput, match=r"more than 1,000,000 bytes"):
        rows(path)


@pytest.mark.parametrize("inner", [gzip.compress(b"id\na\n", mtime=0), b"PK\x03\x04"])
def test_what_is_packed_twice_is_not_unpacked_twice(tmp_path, inner):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("feed.csv", inner)
    with pytest.raises(BadInput, match="packed twice"):
        rows(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\feed.csv", "a/../../b.csv", "x" * 3_000 + ".csv"])
def test_a_name_in_an_archive_is_no_path(tmp_path, name):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "id,title\na,A\n")
    assert rows(path) == [(2, ["a", "A"])]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["feed.zip"]


def test_of_an_archive_one_file_is_meant_or_named(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/._a.csv", "x")
        archive.writestr(".DS_Store", "x")
        archive.writestr("deep/a.csv", "id,title\na,A\n")
    assert rows(path) == [(2, ["a", "A"])]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", "id,title\nb,B\n")
    with pytest.raises(BadInput, match=r"holds 2 files; say --member NAME, of 'deep/a.csv', 'b.csv'"):
        rows(path)
    assert rows(path, member="b.csv") == [(2, ["b", "B"])]
    with pytest.raises(BadInput, match=r"has no file 'c.csv'"):
        rows(path, member="c.csv")
    plain = tmp_path / "plain.csv"
    plain.write_text("id\na\n")
    with pytest.raises(BadInput, match="no zip archive"):
        rows(plain, member="c.csv")


def test_archives_that_cannot_be_read_say_why(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(BadInput, match=r"is empty"):
        rows(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    with pytest.raises(BadInput, match="an Excel file; save it as CSV"):
        rows(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.csv", "id,title\n" + "a,A\n" * 5_000)
    whole = bytearray(path.read_bytes())
    whole[60] ^= 0xFF
    path.write_bytes(bytes(whole))
    with pytest.raises(BadInput, match="damaged"):
        rows(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("feed.csv", "id,title\na,A\n")
    locked = bytearray(path.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.find(mark) + (6 if mark.endswith(b"\x04") else 8)
        locked[at] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(BadInput, match="without a password"):
        rows(path)


def test_a_document_of_json_is_read_object_by_object(tmp_path):
    path = tmp_path / "feed.json"
    product = '{"id": "%d", "title": "' + "x" * 900 + '"}'
    path.write_text('{"products": [' + ",\n".join(product % n for n in range(20_000)) + "]}")
    source = open_source(path)
    tracemalloc.start()
    count = sum(1 for _ in source.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (count, source.columns) == (20_000, ("id", "title"))
    assert peak < 12_000_000  # of 18 MB


@pytest.mark.parametrize(
    "told",
    ['[{"id": "a"}, {"id": "b"}]', '{"products": [{"id": "a"}, {"id": "b"}]}', '{\n "products": [\n {"id": "a"},\n{"id": "b"}\n]\n}', '{"id": "a"}\n{"id": "b"}', '\ufeff[{"id":"a"},{"id":"b"}]\n'],
)  # fmt: skip
def test_json_is_lines_or_a_list(tmp_path, told):
    path = tmp_path / "feed.json"
    path.write_text(told)
    assert [values for _, values in rows(path)] == [["a"], ["b"]]


@pytest.mark.parametrize(
    "told", ['{"products": [{"id": "a"}', '[{"id": "a"} {"id"', '[{"id": "a"}, {"id": Infinity}]', "[1e999999"]
)
def test_json_that_ends_too_soon_is_refused_whole(tmp_path, told):
    path = tmp_path / "feed.json"
    path.write_text(told)
    with pytest.raises(BadInput, match="no JSON document that can be read"):
        rows(path)


def test_numbers_and_letters_that_json_allows_and_nobody_else_are_only_text(tmp_path):
    path = tmp_path / "feed.json"
    path.write_text('[{"id": ' + "9" * 40 + ', "t": ["\\ud800"]}, {"id": "a", "t": "\\ud800"}, {"id": "b"}, 7]')
    found = rows(path)
    assert [getattr(values, "code", values) for _, values in found] == ["NOT_UTF8", "NOT_UTF8", ["b", None], "NO_OBJECT"]
