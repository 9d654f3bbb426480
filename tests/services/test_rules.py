"""Rules over a real catalog: what each kind does to a page, and what is reported of one when it is saved and when it is read."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.playbook import DraftStatus
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, LimitExceeded, Unavailable
from gateway.services.deciding.decide import Decider
from gateway.services.shop import Shop
from gateway.store.database import Database
from gateway.store.decisions import MAX_DECISIONS
from tests.faces.test_deciding import becomes, save_placement, save_rule, shown

ADMIN = Caller("acme", frozenset({Scope.ADMIN}), key_name="Anna")
NEWEST_FIRST = ["boot", "sneaker", "lace", "wax"]
NORD = {"match": {"brands": ["Nord"]}}
BOOT = {"page": {"productIds": ["boot"]}}


@pytest.fixture
async def floor(shop, stores) -> Shop:
    """The shop as a server holds it."""
    markets, categories = await stores.tenants.markets("acme"), await stores.tenants.categories("acme")
    return Shop(shop, 1, markets, categories)


@pytest.fixture
def decider(stores) -> Decider:
    return Decider(stores.decisions, stores.tenants.versions)  # no server is there to catch up


async def saved(decider, floor, status=DraftStatus.LIVE, **rule):
    return await decider.save_rule(floor, ADMIN, {"kind": "BOOST", **rule}, status)


def codes(judged):
    return [warning.code for warning in judged.warnings]


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        (NORD | {"kind": "INCLUDE"}, {}, ["boot", "lace", "wax"]),
        (NORD | {"kind": "EXCLUDE"}, {}, ["sneaker"]),
        (NORD | {"kind": "BURY"}, {}, ["sneaker", "boot", "lace", "wax"]),
        (NORD | {"kind": "BOOST", "weight": 10}, {}, ["boot", "lace", "wax", "sneaker"]),
        ({"kind": "PIN", "match": {"productIds": ["gone", "wax"]}, "slot": 1}, {}, ["boot", "wax", "sneaker", "lace"]),
        ({"kind": "CAP", "match": {"attribute": "brand"}, "cap": 1}, {}, ["boot", "sneaker"]),
        ({"kind": "CAP", "match": {"categoryIds": ["care"]}, "cap": 1}, {}, ["boot", "sneaker", "lace"]),
        ({"kind": "PRICE_BAND", "match": {"to": 0.1}}, BOOT, ["lace", "wax"]),
        ({"kind": "EXCLUDE", "match": {"categoryIds": ["shoes"]}}, {}, ["lace", "wax"]),
        ({"kind": "EXCLUDE", "match": {"attributes": {"size": [42]}}}, {}, ["sneaker", "lace", "wax"]),
        ({"kind": "INCLUDE", "match": {"onSale": True}}, {}, ["sneaker"]),
        (NORD | {"kind": "EXCLUDE", "when": {"context.season": {"$in": ["summer"]}}}, {}, NEWEST_FIRST),
        (
            NORD | {"kind": "EXCLUDE", "when": {"context.season": {"$in": ["summer"]}}},
            {"context": [{"name": "season", "values": ["summer"]}]},
            ["sneaker"],
        ),
    ],
)
async def test_each_kind_does_what_it_says(client, rule, asked, expected):
    await save_placement(client, id="generic_page.top", strategies=["TRENDING"])
    await save_rule(client, **rule)
    await becomes(client, expected, "generic_page.top", **asked)


async def test_a_placement_that_needs_no_stock_is_filled_with_what_is_sold_out_too(client):
    await save_placement(client, id="home_page.top", strategies=["TRENDING"], requireAvailable=False)
    await save_rule(client, kind="INCLUDE", match={"productIds": ["gone", "wax"]})
    await becomes(client, ["wax"], "home_page.more")
    assert sorted(await shown(client)) == ["gone", "wax"]
    await client.rows("update product_market set available = false")
    assert sorted(await shown(client)) == ["gone", "wax"]
    assert await shown(client, "home_page.more") == []


async def test_a_schedule_begins_and_ends_by_itself(client):
    now = datetime.now(UTC)
    soon, later = (now + timedelta(seconds=s) for s in (0.4, 0.8))
    await save_rule(client, **NORD, kind="EXCLUDE", startsAt=soon.isoformat(), endsAt=later.isoformat())
    assert await shown(client) == NEWEST_FIRST
    await becomes(client, ["sneaker"])
    assert datetime.now(UTC) >= soon
    await becomes(client, NEWEST_FIRST)
    assert datetime.now(UTC) >= later


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (NORD, []),
        ({"match": {"brands": ["Nord"], "categoryIds": ["shoes"]}}, []),
        ({"match": {"brands": ["Fleet"], "categoryIds": ["care"]}}, ["NO_PRODUCT"]),
        ({"match": {"brands": ["Nrod"]}}, ["UNKNOWN_BRAND", "NO_PRODUCT"]),
        ({"match": {"attributes": {"colour": ["red"]}}}, []),
        ({"match": {"attributes": {"colour": ["pink"]}}}, ["NO_PRODUCT"]),
        ({"match": {"attributes": {"color": ["red"]}}}, ["UNKNOWN_ATTRIBUTE", "NO_PRODUCT"]),
        ({"match": {"categoryIds": ["hats"]}}, ["UNKNOWN_CATEGORY", "NO_PRODUCT"]),
        ({"match": {"productIds": ["ghost"]}}, ["NO_PRODUCT"]),
        ({"match": {"minPrice": 10_000_000}}, ["NO_PRODUCT"]),
        ({"kind": "PIN", "slot": 0, "match": {"productIds": ["ghost", "gone", "boot"]}}, ["CANNOT_BE_SHOWN"] * 2),
        ({"kind": "CAP", "cap": 1, "match": {"attribute": "attributes.flavour"}}, ["UNKNOWN_ATTRIBUTE"]),
        (NORD | {"when": {"market": "dk"}}, ["UNKNOWN_MARKET", "NEVER_HOLDS"]),
        (NORD | {"placement": "home_page.gone"}, ["UNKNOWN_PLACEMENT"]),
        (NORD | {"endsAt": "2020-01-01T00:00:00Z"}, ["OVER"]),
    ],
)
async def test_a_rule_that_can_do_nothing_is_reported_when_it_is_saved(decider, floor, rule, expected):
    assert codes(await saved(decider, floor, **rule)) == expected
    assert [codes(each) for each in await decider.rules(floor, None)] == [expected]


async def test_a_contradiction_is_reported_to_both_and_goes_with_its_cause(decider, floor):
    pin = await saved(decider, floor, kind="PIN", slot=0, match={"productIds": ["boot"]})
    assert codes(pin) == []
    shut = await saved(decider, floor, kind="EXCLUDE", match={"categoryIds": ["shoes"]})
    assert codes(shut) == ["CONTRADICTS"]
    assert [codes(each) for each in await decider.rules(floor, None)] == [["CONTRADICTS"]] * 2
    await decider.delete_rule(floor, ADMIN, shut.kept.decision.rule_id)
    assert [codes(each) for each in await decider.rules(floor, None)] == [[]]


async def test_a_draft_is_held_against_drafts_and_what_they_leave_in_force_and_not_the_other_way(decider, floor):
    live = await saved(decider, floor, **NORD)
    draft = await saved(decider, floor, DraftStatus.DRAFT, **NORD, kind="BURY")
    assert codes(draft) == ["CONTRADICTS"]
    found = {each.kept.status: codes(each) for each in await decider.rules(floor, None)}
    assert found == {DraftStatus.LIVE: [], DraftStatus.DRAFT: ["CONTRADICTS"]}
    await saved(decider, floor, DraftStatus.DRAFT, **NORD, id=live.kept.decision.rule_id, kind="EXCLUDE")
    assert {tuple(codes(each)) for each in await decider.rules(floor, None)} == {()}


async def test_rules_are_told_by_the_place_where_they_work(decider, floor):
    here = await saved(decider, floor, **NORD, placement="home_page.top", priority=1)
    everywhere = await saved(decider, floor, **NORD, priority=2)
    await saved(decider, floor, **NORD, placement="home_page.more")
    told = [each.kept.decision.rule_id for each in await decider.rules(floor, "home_page.top")]
    assert told == [everywhere.kept.decision.rule_id, here.kept.decision.rule_id]


async def test_a_rule_stands_though_it_could_not_be_compared(decider, floor, stores, monkeypatch):
    fetch = Database.fetch

    async def lost(self, name, /, **given):
        if name == "playbook.look_around":
            raise Unavailable
        return await fetch(self, name, **given)

    monkeypatch.setattr(Database, "fetch", lost)
    assert codes(await saved(decider, floor, **NORD)) == ["NOT_COMPARED"]
    assert len(await stores.decisions.rules("acme")) == 1


async def test_a_tenant_has_a_thousand_rules_at_most(decider, floor, stores):
    async with stores.db.transaction() as session:
        rows = [("acme", "BOOST", {"brands": ["Nord"]})] * MAX_DECISIONS
        await session.copy("rule", ("tenant_id", "kind", "match"), rows)
    with pytest.raises(LimitExceeded):
        await saved(decider, floor, **NORD)
    [first, *_] = await stores.decisions.rules("acme")
    again = await saved(decider, floor, **NORD, id=first.decision.rule_id)
    assert again.kept.version == 2


async def test_what_is_not_there_cannot_be_deleted(decider, floor):
    for gone in (
        decider.delete_rule(floor, ADMIN, "4c1b1ddc-6a0c-4d5e-9f83-111111111111"),
        decider.delete_rule(floor, ADMIN, "summer"),
        decider.delete_placement(floor, ADMIN, "home_page.summer"),
    ):
        with pytest.raises(BadInput) as refused:
            await gone
        assert refused.value.field == "id"
