"""endcap feed as a person types it: what it says, how it ends, and that no secret is ever told again."""

import io
import sys

import pytest

SECRET = "hunter2-and-more"


@pytest.fixture
def acme(endcap, migrated):
    assert endcap("tenant", "create", "acme", "--market", "se:SEK", "--market", "de:EUR").code == 0


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "feed.csv"
    path.write_text("id,title,price\na,A,1\nb,B,2\n")
    return path


@pytest.mark.usefixtures("acme")
def test_a_feed_is_added_tried_run_listed_paused_and_removed(endcap, path):
    said = endcap("feed", "add", "main", str(path), "--every", "30", "--market", "se", "--full")
    assert (
        said.out
        == "main: every 30 min, market se, full, hides 20% at most. Try it: endcap feed run main --tenant acme --dry-run\n"
    )
    said = endcap("feed", "run", "main", "--dry-run")
    assert (said.code, "nothing was written: there would be 2 products added" in said.out) == (0, True)
    assert endcap("feed", "list", "--json").json[0]["last"] is None
    assert endcap("feed", "run", "main").code == 0
    [told] = endcap("feed", "list", "--json").json
    assert (told["name"], told["last"]["added"], told["paused"], told["place"]) == ("main", 2, False, str(path))
    assert "2 rows: 2 added, 0 changed, 0 hidden, 0 refused" in endcap("feed", "list").out
    assert endcap("feed", "pause", "main").code == 0
    assert endcap("feed", "list", "--json").json[0]["paused"] is True
    assert endcap("feed", "resume", "main").code == 0
    assert endcap("feed", "remove", "main").code == 0
    assert endcap("feed", "list", "--json").json == []
    assert endcap("feed", "remove", "main").err == "endcap: acme has no feed 'main'\n"


@pytest.mark.usefixtures("acme")
def test_a_list_of_feeds_fits_on_a_narrow_terminal(endcap, monkeypatch, path):
    monkeypatch.setenv("COLUMNS", "80")
    assert endcap("feed", "list").out == "no feed: endcap feed add NAME PLACE\n"
    long = path.with_name("a-folder-with-a-rather-long-name-as-exports-have-them") / "and-a-long-file-name-too.csv"
    long.parent.mkdir()
    long.write_text("id,title,price\n" + "".join(f"p{n},T,1\n" for n in range(20)))
    endcap("feed", "add", "main", str(long), "--every", "30", "--market", "se", "--full", "--max-hidden", "10%")
    assert endcap("feed", "list").out == (
        f"acme/main\n  from      {long}\n  how       every 30 min, market se, full, hides 10% at most\n  last run  never\n"
    )
    endcap("feed", "run", "main")
    long.write_text("id,title,price\na,A,1\nb,B,free\n")
    endcap("feed", "run", "main")
    endcap("feed", "add", "other", str(path), "--market", "de")
    lines = endcap("feed", "list").out.splitlines()
    assert all(len(line) <= 80 for line in lines if str(long) not in line and str(path) not in line)
    assert lines[4] == "            2 rows: 1 added, 0 changed, 0 hidden, 1 refused"
    said = " ".join(line.strip() for line in lines[5 : lines.index("")])
    assert said.startswith(
        "20 of 20 products of market se that the feed lists no more were not hidden: 100.0% is more than the 10%"
    )
    assert lines[lines.index("") + 1 :][0] == "acme/other"


@pytest.mark.usefixtures("acme")
def test_how_a_run_went_is_its_exit_code(endcap, path):
    path.write_text("id,title,price\n" + "".join(f"p{n},T,1\n" for n in range(20)))
    endcap("feed", "add", "main", str(path), "--market", "se", "--full", "--max-hidden", "10%")
    assert endcap("feed", "run", "main").code == 0
    path.write_text("id,title,price\na,A,1\nb,B,free\n")
    said = endcap("feed", "run", "main")
    assert (said.code, "20 of 20 products of market se that the feed lists no more were not hidden" in said.out) == (4, True)
    said = endcap("feed", "run", "main", "--dry-run")
    assert (said.code, "line 3: price: 'free' is no price" in said.out) == (4, True)
    path.write_text("id,title,price\n" + "".join(f"p{n},T,1\n" for n in range(20)) + "a,A,1\nb,B,free\n")
    assert endcap("feed", "run", "main").code == 3
    path.unlink()
    said = endcap("feed", "run", "main")
    assert (said.code, said.err) == (1, f"endcap: main: {path}: No such file or directory\n")
    found = {f["about"]: f for f in endcap("doctor", "--json").json["findings"]}["feed acme/main"]
    assert (found["state"], found["told"]) == ("warn", f"{path}: No such file or directory")


@pytest.mark.usefixtures("acme")
def test_an_import_too_can_be_tried_and_be_all_there_is(endcap, path):
    words = ("import", "catalog", str(path), "--market", "se")
    said = endcap(*words, "--dry-run", "--json")
    assert (said.code, said.json["would"]["added"], said.json["added"]) == (0, ["a", "b"], 2)
    assert endcap(*words).code == 0
    path.write_text("id,title,price\na,Better,1.50\n")
    said = endcap(*words, "--full", "--dry-run")
    assert said.code == 4
    assert "changed title (1): a A → Better" in said.out
    assert "changed price (1): a 1.00 SEK → 1.50 SEK" in said.out
    assert "1 of 2 products of market se that the feed lists no more were not hidden: 50.0% is more than the 20%" in said.out
    assert endcap(*words, "--full").code == 4
    assert endcap(*words, "--full", "--max-hidden", "0.5").code == 0
    assert "'lots' is no share" in endcap(*words, "--full", "--max-hidden", "lots").err


@pytest.mark.usefixtures("acme")
def test_secrets_come_from_standard_input_and_are_never_told(endcap, monkeypatch, database_url):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SECRET}\n{SECRET}-too\n"))
    url = "http://127.0.0.1:9/feed.xml"
    said = endcap("feed", "add", "main", f"{url}?token={SECRET}", "--market", "se", "--user", "shop", "--header", "X-Key")
    everything = [
        said,
        endcap("feed", "list"),
        endcap("feed", "list", "--json"),
        endcap("feed", "run", "main"),
        endcap("doctor", "--json"),
    ]
    assert [each.code for each in everything] == [0, 0, 0, 1, 0]
    assert not any(SECRET in each.out + each.err for each in everything)
    [told] = everything[2].json
    assert (told["headers"], told["place"]) == (["Authorization", "X-Key"], f"{url}?…")
    assert "cannot be fetched" in everything[3].err


@pytest.mark.usefixtures("acme")
def test_what_cannot_be_is_refused_in_a_line(endcap, path):
    for words, says in {
        ("add", "Main", str(path)): "no name",
        ("add", "main", str(path), "--market", "fr"): "it has de, se",
        ("add", "main", "ftp://x/y"): "by http or https",
        ("run", "other"): "acme has no feed 'other'; it has none",
        ("pause", "other"): "acme has no feed 'other'",
    }.items():
        said = endcap("feed", *words)
        assert (said.code, said.err.count("\n"), says in said.err) == (1, 1, True), said.err
    assert [endcap("feed", "run").code, endcap("feed", "run", "main", "--due").code] == [2, 2]


@pytest.mark.usefixtures("acme")
def test_those_that_are_due_are_run_and_told_a_line_each(endcap, path):
    endcap("feed", "add", "main", str(path), "--market", "se", "--every", "5")
    endcap("feed", "add", "gone", str(path) + ".gone", "--market", "se", "--every", "5")
    said = endcap("feed", "run", "--due")
    assert said.out.splitlines() == [
        f"acme/gone: {path}.gone: No such file or directory", "acme/main: 2 rows: 2 added, 0 changed, 0 hidden, 0 refused",
    ]  # fmt: skip
    assert (said.code, endcap("feed", "run", "--due").out) == (0, "")
