"""The query of a result gives every figure of people too, whose past is taken out of what they do."""

from random import Random

import pytest

from tests.experiments.raw import IDS, Books, days, meetings, people
from tests.experiments.telling import expose, exposed, of, result, tell, tried

SQL = '{ experimentResult(key: "trial") { sql } }'


@pytest.mark.parametrize("kind", ["VISITOR", "USER", "SESSION"])
async def test_sql_alone_makes_the_figures_of_people_and_their_errors(client, stores, kind):
    rng = Random(9)
    everyone = people(rng, 150)
    deeds, told = days(rng, everyone)
    met = meetings(rng, everyone)
    await tried(client, unit=kind)
    assert (await tell(client, *told))["errors"] == []
    await expose(
        client, *(exposed(m.person.unit(kind, m.visit), ("control", "other")[m.variant], m.at, kind=IDS[kind]) for m in met)
    )
    shown = await result(client, stores)
    rows = {
        (r["metric"], r["variant"]): r for r in await client.rows((await client.data(SQL, "admin"))["experimentResult"]["sql"])
    }
    adjusted = 0
    for metric, arms in Books(deeds).figures(kind, met).items():
        for key, wanted in zip(("control", "other"), arms, strict=True):
            if metric == "stars":  # the shop's own, which this experiment does not have
                continue
            row = rows[metric, key]
            assert float(row["figure"]) == pytest.approx(of(shown, metric, key)["value"], rel=1e-9)
            assert (float(row["figure"]), float(row["standard_error"])) == pytest.approx((wanted.value, wanted.error), rel=1e-9)
            adjusted += row["theta"] is not None
    assert adjusted == (0 if kind == "SESSION" else 16)
    assert not [row for row in rows.values() if row["metric"] == "coverage"]
