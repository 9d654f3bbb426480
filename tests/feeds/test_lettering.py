"""Texts in the encodings of the world: what a file says of itself holds, what is told comes next, nothing is guessed."""

import pytest

from gateway.errors import BadInput
from gateway.feeds.source import open_source

ITEM = "<rss><channel><item><id>1</id><title>Žlutý kůň</title></item><item><id>2</id><title>x</title></item></channel></rss>"


def rows(path, encoding=None):
    return [getattr(values, "code", values) for _, values in open_source(path, encoding).rows()]


@pytest.mark.parametrize("encoding", ["windows-1250", "iso-8859-2", "utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("declared", [True, False])
def test_xml_is_read_in_the_encoding_that_it_declares_or_that_is_told(tmp_path, encoding, declared):
    path = tmp_path / "feed.xml"
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n' if declared else ""
    path.write_bytes((head + ITEM).encode(encoding))
    assert rows(path, None if declared else encoding) == [["1", "Žlutý kůň"], ["2", "x"]]


def test_what_is_told_wins_over_what_xml_declares_and_a_mark_over_both(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(('<?xml version="1.0" encoding="utf-8"?>' + ITEM).encode("windows-1250"))
    assert rows(path, "windows-1250")[0] == ["1", "Žlutý kůň"]
    path.write_bytes(('<?xml version="1.0" encoding="windows-1250"?>' + ITEM).encode("utf-8-sig"))
    assert rows(path, "windows-1251")[0] == ["1", "Žlutý kůň"]


def test_bytes_that_are_no_utf_8_cost_their_item_alone_and_say_what_to_do(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(ITEM.encode("windows-1250"))
    assert rows(path) == ["NOT_UTF8", ["2", "x"]]
    [(_, refused), _] = open_source(path).rows()
    assert refused.message == "byte 0x8e is not UTF-8; save the file as UTF-8, or name what it is with --encoding"


def test_xml_that_lies_about_utf_16_says_so(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(('<?xml version="1.0" encoding="utf-16"?>' + ITEM).encode())
    with pytest.raises(BadInput, match="says that it is utf-16 and is not; say --encoding utf-8"):
        rows(path)
    assert rows(path, "utf-8")[0] == ["1", "Žlutý kůň"]


@pytest.mark.parametrize(
    ("name", "told"), [("feed.csv", "id,title\n1,Straße\n"), ("feed.ndjson", '{"id": "1", "title": "Straße"}\n')]
)
def test_rows_between_commas_and_json_are_read_in_the_encoding_that_is_told(tmp_path, name, told):
    path = tmp_path / name
    path.write_bytes(told.encode("windows-1252"))
    assert rows(path) == ["NOT_UTF8"]
    assert rows(path, "windows-1252") == [["1", "Straße"]]
    assert rows(path, "cp1252") == [["1", "Straße"]]


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex", "utf-7", "idna", "unicode_escape"])
def test_an_encoding_that_nobody_writes_texts_in_is_refused(tmp_path, encoding):
    path = tmp_path / "feed.csv"
    path.write_text("id\na\n")
    with pytest.raises(BadInput, match="no encoding of texts"):
        rows(path, encoding)


def test_an_encoding_that_it_is_not_refuses_the_file(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_bytes(b"id,title\n1,\x81\n")
    with pytest.raises(BadInput, match="not what --encoding windows-1252 says"):
        rows(path, "windows-1252")
