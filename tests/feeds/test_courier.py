"""Fetching feeds: bounded in time and size, onward only by http, and a secret is told to nobody but the one it is for."""

import gzip

import httpx
import pytest

from gateway.domain.feed import Feed
from gateway.domain.tenant import Market, TenantId
from gateway.errors import BadInput
from gateway.feeds import courier
from gateway.feeds.courier import fetch, shown
from gateway.feeds.enlisting import Wanted, authorization, check_feed
from tests.feeds.supplier import CATALOG, Answer, supplying

SECRET = "hunter2-and-more"
MARKETS = {"se": Market("se", "SEK")}


@pytest.fixture
def supplier():
    with supplying() as one:
        yield one


def wanted(place, **more):
    told = {
        "market": None,
        "every_minutes": 60,
        "full": False,
        "max_hidden": 0.2,
        "columns": {},
        "encoding": None,
        "member": None,
    }
    return Wanted(**{"name": "main", "place": place, **told, **more})


def feed_at(place, secrets=None, **more) -> Feed:
    return check_feed(TenantId("acme"), MARKETS, wanted(place, **more), secrets or {})


async def test_a_feed_comes_as_it_is_and_says_how_it_is_known_again(supplier, tmp_path):
    supplier.answers["/f.csv"] = Answer(headers={"ETag": '"v1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"})
    fetched = await fetch(feed_at(f"{supplier.url}/f.csv"), tmp_path, whatever=False)
    assert fetched.path.read_bytes() == CATALOG
    assert fetched.seen == {"etag": '"v1"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    assert supplier.last("accept-encoding") == "identity"


async def test_a_version_that_was_read_is_not_fetched_again_unless_it_is_wanted(supplier, tmp_path):
    supplier.answers["/f.csv"] = Answer(headers={"ETag": '"v1"'})
    known = Feed(TenantId("acme"), "main", f"{supplier.url}/f.csv", seen={"etag": '"v1"', "last-modified": "x"})
    assert await fetch(known, tmp_path, whatever=False) is None
    assert (supplier.last("if-none-match"), supplier.last("if-modified-since")) == ('"v1"', "x")
    assert await fetch(known, tmp_path, whatever=True) is not None
    assert supplier.last("if-none-match") is None


async def test_a_file_that_was_not_touched_is_not_read_again(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(CATALOG)
    fetched = await fetch(feed_at(str(path)), tmp_path, whatever=False)
    again = Feed(TenantId("acme"), "main", str(path), seen=fetched.seen)
    assert await fetch(again, tmp_path, whatever=False) is None
    path.write_bytes(CATALOG + b"c,C,3\n")
    assert await fetch(again, tmp_path, whatever=False) is not None
    with pytest.raises(BadInput, match="No such file"):
        await fetch(feed_at(str(tmp_path / "gone")), tmp_path, whatever=False)


async def test_secrets_go_to_the_feed_s_own_server_and_to_no_other(supplier, tmp_path):
    with supplying() as other:
        other.answers["/there"] = Answer()
        supplier.answers["/here"] = Answer(302, b"", {"Location": "/again"})
        supplier.answers["/again"] = Answer(307, b"", {"Location": f"{other.url}/there"})
        feed = feed_at(f"{supplier.url}/here", {"X-Key": SECRET, **authorization("shop", SECRET)})
        fetched = await fetch(feed, tmp_path, whatever=False)
        assert fetched.path.read_bytes() == CATALOG
        assert [headers.get("X-Key") for _, headers in supplier.heard] == [SECRET, SECRET]
        assert supplier.last("authorization").startswith("Basic ")
        assert (other.last("x-key"), other.last("authorization")) == (None, None)
        assert SECRET not in repr(feed)


@pytest.mark.parametrize(
    "onward", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/", "data:text/plain,x", "javascript:1"]
)
async def test_nothing_leads_away_from_http(supplier, tmp_path, onward):
    supplier.answers["/f"] = Answer(301, b"", {"Location": onward})
    with pytest.raises(BadInput, match=r"feeds are fetched by http or https|cannot be fetched"):
        await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)


@pytest.mark.parametrize(
    ("onward", "named"),
    [
        ("http://127.0.0.1:99999/x", "http://127.0.0.1:99999/x"),
        ("http://[", "http://["),
        ("//[", "http://["),
        (f"http://shop:{SECRET}@127.0.0.1:abc/f?token={SECRET}#{SECRET}", "http://127.0.0.1:abc/f?…"),
        (f"http://shop:{SECRET}@[/f?token={SECRET}", "http://[/f?…"),
        ("http://shop.example:99999/" + "x" * 5_000, "http://shop.example:99999/xxx"),
    ],
)
async def test_an_address_that_cannot_be_is_named_without_its_secrets(supplier, tmp_path, onward, named):
    supplier.answers["/f"] = Answer(302, b"", {"Location": onward})
    with pytest.raises(BadInput) as refused:
        await fetch(feed_at(f"{supplier.url}/f?token={SECRET}"), tmp_path, whatever=False)
    said = str(refused.value)
    assert said.startswith(f"{supplier.url}/f?…: leads to '{named}")
    assert said.endswith("which is no address that can be")
    assert SECRET not in said
    assert len(said) < 400


def test_https_stays_https():
    with pytest.raises(BadInput, match="stay with https"):
        courier._onward("https://shop.example/feed?token=x", "http://shop.example/feed")
    assert courier._onward("http://shop.example/a", "https://shop.example/b") == "https://shop.example/b"


async def test_a_circle_of_redirects_ends(supplier, tmp_path):
    supplier.answers["/f"] = Answer(302, b"", {"Location": "/f"})
    with pytest.raises(BadInput, match="leads on more than 5 times"):
        await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)
    assert len(supplier.heard) == 6


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(404), "answers 404 Not Found"),
        (Answer(401), "answers 401 Unauthorized"),
        (Answer(500), "answers 500"),
        (Answer(206), "answers 206"),
        (Answer(headers={"Content-Encoding": "br"}), "comes as 'br'"),
        (Answer(length=len(CATALOG) + 10), "cannot be fetched"),
        (Answer(length=5_000_000_000), "is larger than 4,294,967,296 bytes"),
    ],
)
async def test_what_is_no_feed_says_why_and_never_with_a_secret(supplier, tmp_path, answer, says):
    supplier.answers["/f"] = answer
    feed = feed_at(f"{supplier.url}/f?token={SECRET}", {"X-Key": SECRET})
    with pytest.raises(BadInput, match=says) as refused:
        await fetch(feed, tmp_path, whatever=False)
    assert SECRET not in str(refused.value)
    assert f"{supplier.url}/f?…" in str(refused.value)


async def test_a_feed_that_says_nothing_of_its_size_is_bounded_too(supplier, tmp_path, monkeypatch):
    monkeypatch.setattr(courier, "_MOST", 20)
    supplier.answers["/f"] = Answer()
    with pytest.raises(BadInput, match="is larger than 20 bytes"):
        await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)


async def test_nobody_waits_for_a_server_that_is_silent_or_gone(supplier, tmp_path, monkeypatch):
    monkeypatch.setattr(courier, "_TIMEOUT", httpx.Timeout(0.05))
    supplier.answers["/f"] = Answer(hangs=True)
    with pytest.raises(BadInput, match="does not answer"):
        await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)
    monkeypatch.setattr(courier, "_TIMEOUT", httpx.Timeout(5))
    with pytest.raises(BadInput, match="cannot be fetched"):
        await fetch(feed_at("http://127.0.0.1:9/f"), tmp_path, whatever=False)
    monkeypatch.setattr(courier, "_LONGEST", 0.05)
    with pytest.raises(BadInput, match="did not come within"):
        await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)


async def test_a_body_that_a_server_packs_though_it_was_not_asked_is_read_all_the_same(supplier, tmp_path):
    supplier.answers["/f"] = Answer(body=gzip.compress(CATALOG), headers={"Content-Encoding": "gzip"})
    fetched = await fetch(feed_at(f"{supplier.url}/f"), tmp_path, whatever=False)
    assert gzip.decompress(fetched.path.read_bytes()) == CATALOG


def test_a_user_and_a_password_in_a_url_are_taken_out_of_it():
    feed = feed_at(f"https://us%40er:{SECRET}@shop.example:8443/feed.xml?a=b")
    assert feed.place == "https://shop.example:8443/feed.xml?a=b"
    assert feed.secrets == authorization("us@er", SECRET)
    assert shown(feed.place) == "https://shop.example:8443/feed.xml?…"
    assert shown(f"https://u:{SECRET}@shop.example/f?token={SECRET}#x") == "https://shop.example/f?…"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"name": "Main feed"}, "no name"),
        ({"place": "ftp://shop.example/feed"}, "fetched by http or https"),
        ({"place": "https://"}, "fetched by http or https"),
        ({"place": "https://shop.example:99999/"}, "no URL"),
        ({"place": "https://" + "x" * 5_000}, "4,000 characters"),
        ({"every_minutes": 0}, "from 1 minute"),
        ({"every_minutes": 50_000}, "from 1 minute"),
        ({"market": "fr"}, "it has se"),
        ({"encoding": "klingon"}, "no encoding"),
    ],
)
def test_a_feed_that_cannot_be_is_refused_with_what_would_be_right(told, says):
    with pytest.raises(BadInput, match=says):
        check_feed(TenantId("acme"), MARKETS, wanted(**{"place": "f.csv", **told}), {})


@pytest.mark.parametrize("header", [{"X Key": "v"}, {"X-Key": ""}, {"X-Key": "a\r\nEvil: b"}, {"": "v"}, {"X-Key": "ä"}])
def test_a_header_that_would_be_more_than_one_is_refused(header):
    with pytest.raises(BadInput, match="plain characters"):
        check_feed(TenantId("acme"), MARKETS, wanted("f.csv"), header)
