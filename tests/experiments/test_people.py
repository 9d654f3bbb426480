"""People who log in, are linked and unlinked while an experiment of users runs: what counts is whose each thing is in the end."""

import pytest

from tests.experiments.telling import HOUR, LONG_AGO, MINUTE, bought, did, expose, exposed, of, result, tell, tried, units
from tests.faces.persons import link, unlink

SOON = LONG_AGO + HOUR


def user(name: str, variant: str = "control", at=LONG_AGO):
    return exposed(name, variant, at, kind="userId")


def known(event, name: str):
    return {**event, "userId": name}


@pytest.fixture
async def people(client):
    """An experiment of users, in which anna has one variant and bert the other."""
    await tried(client, unit="USER")
    await tell(
        client, known(did("view", "annas-phone", LONG_AGO - HOUR), "anna"), known(did("view", "berts", LONG_AGO - HOUR), "bert")
    )
    await expose(client, user("anna"), user("bert", "other"))
    return client


async def test_what_a_stranger_did_is_hers_once_she_logs_in_and_is_taken_from_her_when_the_visit_is_unlinked(people, stores):
    await tell(people, bought("laptop", SOON))
    assert of(await result(people, stores), "conversion", 0)["numerator"] == 0
    await link(people, {"sessionId": "laptop"}, {"userId": "anna"})
    told = await result(people, stores)
    assert [of(told, "conversion", place)["numerator"] for place in (0, 1)] == [1, 0]
    await unlink(people, {"sessionId": "laptop"}, {"userId": "anna"})
    assert of(await result(people, stores), "conversion", 0)["numerator"] == 0
    await link(people, {"sessionId": "laptop"}, {"userId": "bert"})
    told = await result(people, stores)
    assert [of(told, "conversion", place)["numerator"] for place in (0, 1)] == [0, 1]
    assert units(told) == [1, 1]


async def test_two_users_who_turn_out_to_be_one_are_one_unit_and_in_no_arm_where_they_saw_both_variants(people, stores):
    await expose(people, user("anna-two", at=LONG_AGO + MINUTE), user("bert-two"))
    await tell(people, known(did("view", "berts-laptop", SOON), "bert-two"))
    await tell(people, known(bought("hers", SOON), "anna-two"), known(bought("annas-phone", SOON), "anna"))
    before = await result(people, stores)
    assert (units(before), of(before, "orders_per_unit", 0)["numerator"]) == ([3, 1], 2)
    for user_id in ("anna-two", "bert-two"):
        await people.rows("select absorb('acme', $1, $2)", user_id, user_id.partition("-")[0])
    told = await result(people, stores)
    assert (units(told), told["health"]["multipleExposures"]) == ([1, 0], 1)
    assert of(told, "orders_per_unit", 0)["numerator"] == 2
