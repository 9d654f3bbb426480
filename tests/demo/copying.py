"""The page that the documentation gives to copy, on a server of its own."""

import asyncio
import functools
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import asyncpg

DOCUMENT = Path(__file__).parents[2] / "docs" / "how-to" / "browser.md"


def page_to_copy(gateway: str, key: str) -> str:
    """The page as one would have saved it: with one's own key, and the gateway's address where it is not the usual."""
    page = re.search(r"```html\n(<!doctype html>.*?)```", DOCUMENT.read_text(), re.DOTALL)[1]
    assert "ec_…" in page
    assert "http://127.0.0.1:8000" in page
    return page.replace("ec_…", key).replace("http://127.0.0.1:8000", gateway)


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """What `python -m http.server` does; the folder's address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def allowed(gateway: str, origin: str) -> bool:
    """Whether the gateway knows of the key for pages of this origin by now."""
    with urlopen(Request(f"{gateway}/health/live", headers={"Origin": origin})) as answer:
        return answer.headers.get("Access-Control-Allow-Origin") == origin


def told_of(database_url: str, session: str) -> Sequence[asyncpg.Record]:
    """What was told of a session once it has bought something; nothing before."""
    rows = asyncio.run(_events(database_url, session))
    return rows if any(row["type"] == "purchase" for row in rows) else ()


async def _events(database_url: str, session: str) -> Sequence[asyncpg.Record]:
    connection = await asyncpg.connect(database_url)
    try:
        return await connection.fetch("select * from event where session_id = $1 order by happened_at", session)
    finally:
        await connection.close()
