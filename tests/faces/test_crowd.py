"""More at once than the gateway may hold."""

import asyncio

from tests.faces.serving import serving
from tests.faces.test_rest_events import VIEW, post, told


async def test_more_than_may_wait_is_refused_at_once_and_may_be_told_again(shop, database_url, tmp_path):
    async with serving(database_url, tmp_path, event_queue=20) as client:
        batches = [[{**VIEW, "id": f"{n}-{m}"} for m in range(20)] for n in range(40)]
        answers = await asyncio.gather(*(post(client, batch) for batch in batches))
        refused = [answer for answer in answers if answer.status_code != 200]
        assert refused
        for answer in refused:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        kept = await client.rows("select count(*) as events from event")
        assert kept[0]["events"] == 20 * (len(answers) - len(refused))
        for batch in batches:
            receipt = await told(client, batch)
            assert receipt["accepted"] + receipt["duplicates"] == 20
        assert len(await client.rows("select * from event")) == 800
