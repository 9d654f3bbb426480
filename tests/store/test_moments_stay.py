"""Whoever is forgotten on either side of a window's edge leaves the figures as they are, made anew or not."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from gateway.domain import ids
from gateway.domain.catalog import Money, ProductId
from gateway.domain.event import Event
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.privacy import PrivacyStore, Wish
from tests.store.reckoned import ACME, WINDOW, add_up, keep_views, make_past, some_days_ago

NOW = some_days_ago()
PEOPLE = 12
FIGURES = """
    select model, kind, day, currency, placement_id, strategy, count(*), sum(quantity), sum(revenue_minor), count(distinct order_key)
    from credit group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"""
TOTALS = "select t::text from touch_total t order by 1"
MOMENTS = "select type, happened_at from event order by 1, 2"


async def figures(stores):
    return [[tuple(row) for row in await stores.db.pool.fetch(query)] for query in (FIGURES, TOTALS)]


def lives(rng):
    """Everybody clicked something and bought it about when the window had passed, some a moment before and some after."""
    views, events = [], []
    for n in range(PEOPLE):
        known = Visitor(SessionId(f"session-{n}"), UserId(f"person-{n}"), VisitorId(f"cookie-{n}"))
        view = replace(
            make_past(rng, NOW).views[0], session_id=f"session-{n}", user_id=None, visitor_id=f"cookie-{n}", preview=False
        )
        named = ids.recommendation_id(view.view_id, 0, 0)
        clicked = view.served_at + timedelta(minutes=rng.randrange(600))
        late = timedelta(seconds=rng.choice((-7200, -2, -0.001, 0, 0.001, 2, 7200)))
        product = ProductId(view.lists[0]["products"][0])
        views.append(view)
        events += [
            Event(ACME, f"seen-{n}", "impression", view.served_at, known, "STOREFRONT", recommendation_id=named),
            Event(ACME, f"click-{n}", "click", clicked, known, "STOREFRONT", recommendation_id=named),
            Event(
                ACME,
                f"order-{n}",
                "purchase",
                clicked + WINDOW + late,
                known,
                "SERVER",
                product,
                1,
                Money(100, "SEK"),
                order_id=f"o{n}",
            ),
        ]
    return views, events


@pytest.mark.parametrize("seed", range(6))
async def test_a_window_cuts_where_it_did_before(stores, reckoning, seed):
    views, events = lives(Random(seed))
    await keep_views(stores, views)
    await stores.events.add(events)
    await add_up(reckoning)
    before = await figures(stores)
    moments = await stores.db.pool.fetch(MOMENTS)
    assert before[0]
    for n in range(0, PEOPLE, 2):
        gone = Identity(IdentityKind.USER, f"person-{n}")
        await PrivacyStore(stores.db).forget(ACME, Wish(gone, whole=True, blocked=False, actor="test"))
    await add_up(reckoning)
    assert await figures(stores) == before
    await reckoning.rebuild(ACME)
    assert await figures(stores) == before
    assert await stores.db.pool.fetch(MOMENTS) == moments
