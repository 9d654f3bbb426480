"""Experiments as they stand in the database, for servers that start afterwards."""

import json

import asyncpg

from tests.faces.serving import Client

HOME = "home_page.top"


async def put_experiment(url: str, key: str, variants: list[dict], *, running: bool = True, **told) -> int:
    """One that runs on the home page; `told` overrides its columns. Its number."""
    weight = 1 / len(variants)
    whole = [{"name": each["key"], "weight": weight, "parameters": {}, **each} for each in variants]
    row = {
        "tenant_id": "acme", "key": key, "name": key, "status": "RUNNING" if running else "DRAFT", "placements": [HOME],
        "unit": "SESSION", "coverage": 1.0, "mode": "FIXED", "updated_by": "test", **told, "variants": json.dumps(whole),
    }  # fmt: skip
    for name in ("ranges", "condition"):
        if name in row:
            row[name] = json.dumps(row[name])
    names, places = ", ".join(row), ", ".join(f"${n}" for n in range(1, len(row) + 1))
    connection = await asyncpg.connect(url)
    try:
        number = await connection.fetchval(
            f"insert into experiment ({names}) values ({places}) returning experiment_id",
            *row.values(),
        )
        if running:
            await connection.execute(
                "insert into experiment_phase (experiment_id, phase, seed, started_at, measures) values ($1, 1, $2, now(), '{}')",
                number, f"seed of {key}",
            )  # fmt: skip
    finally:
        await connection.close()
    return number


async def exposed(client: Client, number: int) -> list[dict]:
    """What is kept of an experiment's exposures once everything that was answered is written."""
    rows = await client.rows(
        "select unit, variant, source, apart, propensity, market_id, device, page_type, policy from exposure"
        " where experiment_id = $1 order by unit",
        number,
    )
    return [dict(row) for row in rows]
