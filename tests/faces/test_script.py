"""The browser's script as it is served: small, cached, of the source that lies beside it, and typed."""

import gzip
import re
import shutil
import subprocess

import pytest

from gateway.rest.script.built import SOURCE, module, opening, script, types

TYPESCRIPT = "typescript@7.0.2"
STRICT = (
    "--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler",
    "--lib", "es2022,dom,dom.iterable", "--noUncheckedIndexedAccess", "--noUnusedLocals", "--types", "",
)  # fmt: skip


@pytest.mark.parametrize("make", [script, module])
def test_it_has_less_than_four_thousand_bytes_compressed(make):
    assert len(make().packed) < 4000


@pytest.mark.parametrize("make", [script, module])
def test_it_is_built_of_the_source_beside_it(make):
    assert make().content.decode().startswith(opening()), "run `make script`"


@pytest.mark.parametrize("make", [script, module])
def test_it_needs_nothing_that_a_strict_policy_forbids_and_nothing_else(make):
    text = make().content.decode()
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write|setTimeout\(\"|\bimport\b(?!\.meta)|require\(", text)


def test_its_types_are_strict_and_the_code_keeps_them():
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    quick = ("--yes", "--prefer-offline", "--fetch-retries=0", "--fetch-timeout=20000", f"--package={TYPESCRIPT}")
    files = [str(SOURCE / name) for name in ("entrance.js", "module.js", "api.d.ts")]
    done = subprocess.run(
        [npm, "exec", *quick, "--", "tsc", *STRICT, *files], capture_output=True, text=True, check=False, timeout=110
    )
    if "npm error" in done.stderr:
        pytest.skip("npm could not fetch the compiler")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "make"), [("/endcap.js", script), ("/endcap.mjs", module), ("/endcap.d.ts", types)])
async def test_it_is_served_to_every_page_and_kept_by_caches(client, path, make):
    plain = await client.http.get(path, headers={"accept-encoding": "identity", "origin": "https://anywhere.example"})
    assert (plain.status_code, plain.content) == (200, make().content)
    assert "content-encoding" not in plain.headers
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert plain.headers["access-control-allow-origin"] == "*"
    assert plain.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age=3600" in plain.headers["cache-control"]
    assert plain.headers["content-type"].startswith("text/plain" if path.endswith(".ts") else "text/javascript")

    packed = await client.http.get(path, headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(make().packed)
    assert packed.content == plain.content == gzip.decompress(make().packed)
    assert "Accept-Encoding" in packed.headers["vary"]

    for known in (plain.headers["etag"], f'"other", W/{plain.headers["etag"]}', "*"):
        again = await client.http.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert (await client.http.get(path, headers={"if-none-match": '"other"'})).status_code == 200
    head = await client.http.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_shops_own_page_may_load_it_with_credentials(client):
    answer = await client.http.get("/endcap.mjs", headers={"origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
