"""How many units an experiment needs, by numbers that are told and by the shop's own past."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from statsmodels.stats.power import TTestIndPower

from tests.faces.experiments import create, refused, started, update

ASK = """query ($input: PowerInput!) { powerAnalysis(input: $input) {
  unitsPerVariant days mode baseline variance unitsPerDay unitsLookedAt } }"""


async def needs(client, **said):
    return (await client.data(ASK, "admin", input={"minimumLift": 0.1, **said}))["powerAnalysis"]


@pytest.fixture
async def past(client):
    """In each of the last 20 days 100 sessions, each with a visitor; of ten one clicks once of four impressions, of twenty one
    orders for 200 kronor a piece; one user is behind every second session.
    """
    await client.rows(
        "select ensure_partitions('event', array(select (now() - n * interval '1 day')::date from generate_series(0, 25) n))"
    )
    await client.data("mutation { updateTenant(input: {rates: {SEK: 1, EUR: 11.2}}) { rates } }", "admin")
    await client.rows("insert into shop_user (tenant_id, user_id) select 'acme', 'u' || n from generate_series(0, 499) n")
    await client.rows("""
        with s as (select n, 's' || n as id, now() - interval '4 days' - (n / 100) * interval '1 day' as at from generate_series(0, 1999) n),
        v as (insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
              select 'acme', id, 'v' || n / 2, at, at from s),
        u as (insert into session_link (tenant_id, session_id, user_id, linked_at) select 'acme', id, 'u' || n / 4, at from s where n % 2 = 0),
        c as (insert into conversion (tenant_id, order_key, event_id, line, kind, whole, happened_at, product_id, quantity, refunded,
                                      unit_price_minor, currency, session_id)
              select 'acme', 'o:' || n, 'o' || n, 0, 'ORDER', false, at + interval '1 hour', 'boot', 2, 1, 20000, 'SEK', id
              from s where n % 20 = 0),
        late as (insert into conversion (tenant_id, order_key, event_id, line, kind, whole, happened_at, product_id, quantity, refunded,
                                         unit_price_minor, currency, session_id)
              select 'acme', 'o:late' || n, 'l' || n, 0, 'ORDER', false, at + interval '73 hours', 'boot', 1, 0, 20000, 'SEK', id
              from s where n % 20 = 1)
        insert into event (tenant_id, event_id, type, happened_at, session_id, scope, value)
        select 'acme', kind || n || '-' || k, kind, at + interval '1 minute', id, 'STOREFRONT', value
        from s, (values ('impression', 1, null), ('impression', 2, null), ('impression', 3, null), ('impression', 4, null),
                        ('click', 1, null), ('rating', 1, 2.5)) as e (kind, k, value)
        where kind = 'impression' or n % 10 = 0""")
    return client


async def test_told_numbers_need_no_past(client):
    found = await needs(client, baseline=0.05, mode="FIXED", unitsPerDay=1000)
    wanted = (1.959964 + 0.841621) ** 2 * (0.05 * 0.95 + 0.055 * 0.945) / 0.005**2
    assert found["unitsPerVariant"] == pytest.approx(wanted, abs=1)
    assert found["days"] == pytest.approx(2 * found["unitsPerVariant"] / 1000)
    assert (found["variance"], found["unitsLookedAt"]) == (pytest.approx(0.0475), 0)


async def test_a_mean_needs_as_many_as_elsewhere(client):
    found = await needs(client, baseline=10, variance=400, mode="FIXED")
    assert found["days"] is None
    assert found["unitsPerVariant"] == pytest.approx(TTestIndPower().solve_power(1 / 20, power=0.8, alpha=0.05), rel=0.001)


async def test_looking_on_the_way_costs_a_little_and_looking_for_ever_costs_a_lot(client):
    fixed, looked, always = [
        (await needs(client, baseline=0.05, mode=mode))["unitsPerVariant"]
        for mode in ("FIXED", "GROUP_SEQUENTIAL", "ALWAYS_VALID")
    ]
    assert 1 < looked / fixed < 1.1
    assert 1.5 < always / fixed < 3
    assert (await needs(client, baseline=0.05))["mode"] == "GROUP_SEQUENTIAL"


async def test_more_variants_need_more_each(client):
    two, four = [(await needs(client, baseline=0.05, variants=n))["unitsPerVariant"] for n in (2, 4)]
    assert 1.2 < four / two < 1.5


@pytest.mark.parametrize(
    ("metric", "baseline", "variance"),
    [
        ("conversion", 0.05, 0.05 * 0.95),
        ("orders_per_unit", 0.05, 0.05 * 0.95 * 2000 / 1999),
        ("units_per_unit", 0.05, 0.05 * 0.95 * 2000 / 1999),
        ("revenue_per_unit", 1000, 20000**2 * 0.05 * 0.95 * 2000 / 1999),
        ("click_through_rate", 0.1 / 4, 0.1 * 0.9 / 16 * 2000 / 1999),
        ("average_order_value", 20000, None),
    ],
)
async def test_the_past_says_what_a_metric_is_and_how_units_differ(past, metric, baseline, variance):
    if variance is None:
        assert "average_order_value differs" in (await refused(past, ASK, input={"minimumLift": 0.1, "metric": metric}))[2]
        return
    found = await needs(past, metric=metric)
    assert (found["baseline"], found["variance"]) == (pytest.approx(baseline), pytest.approx(variance))
    assert found["unitsLookedAt"] == 2000
    assert found["unitsPerDay"] == pytest.approx(2000 / 20, rel=0.1)
    assert found["days"] == pytest.approx(2 * found["unitsPerVariant"] / found["unitsPerDay"])


async def test_a_longer_window_sees_what_came_later(past):
    assert (await needs(past, metric="conversion", conversionWindowHours=80))["baseline"] == pytest.approx(0.1)


async def test_visitors_and_users_are_units_too(past):
    visitors = await needs(past, metric="conversion", unit="VISITOR")
    assert (visitors["unitsLookedAt"], visitors["baseline"]) == (1000, pytest.approx(0.1))
    users = await needs(past, metric="conversion", unit="USER")
    assert (users["unitsLookedAt"], users["baseline"]) == (500, pytest.approx(0.2))


async def test_a_shops_own_metric_is_read_from_its_events(past):
    query = """mutation { upsertMetric(input: {key: "stars", name: "Stars", kind: MEAN, eventType: "rating.value"}) { key } }"""
    await past.data(query, "admin")
    found = await needs(past, metric="stars")
    assert (found["baseline"], found["variance"]) == (pytest.approx(0.25), pytest.approx(2.5**2 * 0.1 * 0.9 * 2000 / 1999))


async def test_an_experiment_starts_with_the_cap_of_its_past(past):
    await started(past)
    [phase] = await past.rows("select revenue_cap from experiment_phase")
    assert phase["revenue_cap"] == 20000


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "baseline"),
        ({"metric": "clicks"}, "metric"),
        ({"metric": "conversion"}, "baseline"),
        ({"metric": "latency"}, "baseline"),
        ({"baseline": 0.05, "minimumLift": 0}, "minimumLift"),
        ({"baseline": 0.6, "minimumLift": 0.7}, "minimumLift"),
        ({"baseline": 0.05, "alpha": 0.5}, "alpha"),
        ({"baseline": 0.05, "power": 1}, "power"),
        ({"baseline": 0.05, "variants": 1}, "variants"),
        ({"baseline": -1, "variance": 2}, "baseline"),
        ({"baseline": 0.05, "unitsPerDay": 0}, "unitsPerDay"),
        ({"baseline": 0.05, "conversionWindowHours": 0}, "conversionWindowHours"),
        ({"baseline": 1, "variance": 1e300}, "variance"),
        ({"baseline": 1e-5, "variance": 1e25, "minimumLift": 1e-5}, "minimumLift"),
    ],
)
async def test_what_cannot_be_reckoned_is_refused_with_its_field(client, said, field):
    code, where, _ = await refused(client, ASK, input={"minimumLift": 0.1, **said})
    assert (code, where) == ("BAD_USER_INPUT", field)


async def test_only_those_who_may_look_plan(client):
    assert (await refused(client, ASK, by="storefront", input={"minimumLift": 0.1, "baseline": 0.1}))[0] == "FORBIDDEN"


@pytest.fixture
async def shown(past):
    """Every fourth session was shown item_page.similar, half an hour after it began; so was every eighth a second time, a day later."""
    await past.rows(
        "select ensure_partitions('served_view', array(select (now() - n * interval '1 day')::date from generate_series(0, 25) n))"
    )
    await past.rows("""
        insert into served_view (tenant_id, view_id, served_at, market_id, locale, session_id, visitor_id, user_id, page, lists, preview)
        select 'acme', gen_random_uuid(), s.started_at + late, 'se', 'sv-SE', session_id, visitor_id, null, '{"type": "item"}',
               jsonb_build_array(jsonb_build_object('placement', 'item_page.together', 'products', '[]'::jsonb),
                                 jsonb_build_object('placement', place, 'products', '["boot"]'::jsonb)), preview
        from (select *, substr(session_id, 2)::int as n from visitor_session) as s
        cross join (values (4, interval '30 minutes', 'item_page.similar', false), (8, interval '1 day', 'item_page.similar', false),
                           (2, interval '1 minute', 'item_page.similar', true), (3, interval '1 minute', 'home_page.top', false))
          as told (each, late, place, preview)
        where n % each = 0""")
    return past


async def test_of_a_placement_only_those_count_who_were_shown_it(shown):
    found = await needs(shown, metric="conversion", placement="item_page.similar")
    assert found["unitsLookedAt"] == 500  # of 2,000
    assert found["unitsPerDay"] == pytest.approx(500 / 20, rel=0.1)
    assert found["baseline"] == pytest.approx(0.2)  # every twentieth orders, an hour after it came: all of them in every fourth
    visitors = await needs(shown, metric="conversion", placement="item_page.similar", unit="VISITOR")
    assert (visitors["unitsLookedAt"], visitors["baseline"]) == (500, pytest.approx(0.2))


async def test_what_a_unit_did_before_it_was_shown_the_placement_is_not_counted(shown):
    assert (await refused(shown, ASK, input={"minimumLift": 0.1, "metric": "clicked", "placement": "item_page.similar"}))[
        1
    ] == "baseline"


async def test_a_unit_without_a_session_of_ours_has_done_nothing(shown):
    await shown.rows("delete from visitor_session where substr(session_id, 2)::int % 8 = 0")
    found = await needs(shown, metric="conversion", placement="item_page.similar")
    assert (found["unitsLookedAt"], found["baseline"]) == (500, pytest.approx(50 / 500))


async def test_a_placement_that_is_not_there_or_that_nobody_saw_is_told(shown):
    code, where, why = await refused(
        shown, ASK, input={"minimumLift": 0.1, "metric": "conversion", "placement": "item_page.none"}
    )
    assert (code, where) == ("BAD_USER_INPUT", "placement")
    assert "item_page.similar" in why
    await shown.rows("delete from served_view")
    code, where, why = await refused(
        shown, ASK, input={"minimumLift": 0.1, "metric": "conversion", "placement": "item_page.similar"}
    )
    assert where == "baseline"
    assert "shown item_page.similar" in why


def codes(experiment):
    return {each["code"]: each["message"] for each in experiment["checklist"]}


async def test_a_guardrail_that_the_planned_size_cannot_show_is_told_before_the_start(past):
    made = await create(past, plannedUnits=20000, guardrails=[{"metric": "conversion", "margin": 0.02}], mode="FIXED")
    wanted = 2 * (1.959964 + 0.841621) ** 2 * 2 * 0.05 * 0.95 / (0.05 * 0.02) ** 2
    said = codes(await update(past, "similar", placements=["item_page.similar", "item_page.together"]))["WEAK_GUARDRAIL"]
    [needed] = re.findall(r"about ([0-9,]+) units", said)
    assert int(needed.replace(",", "")) == pytest.approx(wanted, abs=2)
    assert "conversion with a margin of 2 %" in said
    assert "20,000 are planned" in said
    assert made["mayStart"]
    assert "WEAK_GUARDRAIL" not in codes(await update(past, "similar", plannedUnits=1_600_000))


async def test_a_guardrail_that_is_held_until_an_end_goes_by_the_units_that_will_have_come(past):
    end = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    said = {"placements": ["item_page.similar", "item_page.together"], "plannedUnits": None, "plannedEnd": end}
    made = await create(past, guardrails=[{"metric": "conversion", "margin": 0.05}], **said)
    [planned] = re.findall(r"([0-9,]+) are planned", codes(made)["WEAK_GUARDRAIL"])
    assert int(planned.replace(",", "")) == pytest.approx(2000, rel=0.1)


async def test_a_guardrail_of_which_the_past_says_nothing_is_not_doubted(past):
    made = await create(past, guardrails=[{"metric": "latency", "margin": 0.01}], plannedUnits=20)
    assert codes(made) == {}
