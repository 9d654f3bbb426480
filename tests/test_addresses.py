"""Nobody's IP address is logged or stored: a server is asked from an address of its own, well and badly, and all it leaves is read."""

import asyncio
import os
import sys

import httpx

from tests.faces.annas_past import found
from tests.faces.serving import Client
from tests.faces.test_events import TELL
from tests.test_crash import KEY, free_port

HERE, THROUGH = "127.0.0.77", "203.0.113.77"  # where the visitor sits, and what a proxy says of them
PAGE = '{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { viewId } }'


async def test_no_address_is_logged_or_stored(shop, database_url, tmp_path):
    port, log = free_port(), tmp_path / "log"
    environment = {**os.environ, "ENDCAP_DATABASE_URL": database_url, "ENDCAP_DATA_DIR": str(tmp_path), "ENDCAP_PORT": str(port),
                   "ENDCAP_LOG_LEVEL": "debug"}  # fmt: skip
    with log.open("w") as out:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "serve", env=environment, stdout=out, stderr=out
        )
        proxied = {"x-forwarded-for": THROUGH, "x-real-ip": THROUGH, "forwarded": f"for={THROUGH}"}
        transport = httpx.AsyncHTTPTransport(local_address=HERE, retries=40)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}", headers=KEY | proxied) as http:
            await ready(http)
            for query in (PAGE, "{ nonsense", "{ placements }"):
                await http.post("/graphql", json={"query": query})
            events = [{"type": "view", "sessionId": "s", "productId": "boot"}, {"type": "view"}]
            told = await http.post("/graphql", json={"query": TELL, "variables": {"events": events}})
            assert told.json()["data"]["recordEvents"]["accepted"] == 1
            for path in ("/v1/events", "/nowhere", "/c/token"):
                await http.post(path, content=b"{", headers={"content-type": "application/json"})
                await http.get(path)
            await http.post("/graphql", json={"query": PAGE}, headers={"x-api-key": "wrong"})
        await asyncio.sleep(0.5)
        server.terminate()
        assert await server.wait() == 0
    said = await asyncio.to_thread(log.read_text)
    assert "/graphql" in said
    assert HERE not in said
    assert THROUGH not in said
    async with httpx.AsyncClient() as http:
        client = Client(http, database_url)
        assert await client.rows("select 1 from served_view")
        assert await found(client, HERE, THROUGH) == set()


async def ready(http):
    async with asyncio.timeout(90):
        while True:
            if (await http.get("/health/ready")).status_code == httpx.codes.OK:
                return
            await asyncio.sleep(0.1)
