"""The views for analysis say what their page says, to those who may read them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from gateway.domain import ids
from gateway.domain.catalog import MarketId, Money, ProductId
from gateway.domain.currency import EXPONENTS, in_units
from gateway.domain.event import Event, OrderLine
from gateway.domain.tenant import Market, TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId
from gateway.store.reckoning import Reckoning
from gateway.store.views import ServedView

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "analytics.md"
ROLE = f"reporting_{uuid4().hex[:8]}"
BLOCKS = [block.replace("reporting", ROLE) for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)]
EXAMPLES = [block for block in BLOCKS if block.startswith(("select", "with"))]
SET_UP = [block for block in BLOCKS if block not in EXAMPLES]
VIEWED = datetime.now(UTC) - timedelta(hours=1)
VIEW = ids.make_view_id(VIEWED, b"12345678")


def happened(tenant_id, event_id, kind, minutes, **more):
    visitor = Visitor(SessionId("s1"), UserId("ada"), VisitorId("v1"))
    return Event(tenant_id, event_id, kind, VIEWED + timedelta(minutes=minutes), visitor, "SERVER", **more)


def told(tenant_id):
    boot, wax = ProductId("boot"), ProductId("wax")
    order = {"order_id": "o1", "lines": (OrderLine(boot, 2, Money(129900, "SEK")), OrderLine(wax, 1, Money(9900, "SEK")))}
    shown = ids.recommendation_id(VIEW, 0, 1)
    return [
        happened(tenant_id, "e1", "impression", 0, recommendation_id=shown, view_id=VIEW),
        happened(tenant_id, "e2", "click", 1, product_id=boot, recommendation_id=shown, view_id=VIEW),
        happened(tenant_id, "e3", "add_to_cart", 2, product_id=boot, quantity=2, unit_price=Money(129900, "SEK")),
        happened(tenant_id, "e4", "purchase", 3, **order),
        happened(tenant_id, "e5", "refund", 4, order_id="o1", product_id=boot, quantity=1),
        happened(tenant_id, "e6", "search", 5, search_term="red lamp"),
        happened(tenant_id, "e7", "view", 6, product_id=boot, apart="BOT"),
    ]


@pytest.fixture
async def past(stores, tenant):
    """The same afternoon at two shops, added up."""
    other = TenantId("other")
    await stores.tenants.create(other, "Other")
    await stores.tenants.upsert_market(other, Market(MarketId("se"), "SEK"))
    lists = [
        {"placement": "home_page.top", "strategy": "bestsellers", "products": ["wax", "boot"], "strategies": ["bestsellers", "trending"],
         "levels": ["PRIMARY", "PRIMARY"], "rules": [None, "r1"], "variant": None, "propensity": None}
    ]  # fmt: skip
    for tenant_id in (tenant.tenant_id, other):
        await stores.events.make_room_ahead(VIEWED)
        view = ServedView(tenant_id, VIEW, ids.made_at(VIEW), MarketId("se"), "sv-SE", "web", SessionId("s1"), UserId("ada"),
                          VisitorId("v1"), None, {"type": "home"}, lists, preview=False)  # fmt: skip
        await stores.views.add([view])
        await stores.events.add(told(tenant_id))
        await Reckoning(stores.db).add_up(tenant_id)
    return tenant


@pytest.fixture
async def reader(database_url, past):
    """A connection whose role was made as the page says."""
    connection = await asyncpg.connect(database_url)
    grants = [line for line in SET_UP[0].splitlines() if not line.startswith("create role")]
    async with connection.transaction():
        await connection.execute(f"create role {ROLE}")
        for line in grants:
            await connection.execute(line)
    try:
        await connection.execute(f"set session authorization {ROLE}")
        yield connection
    finally:
        await connection.execute("reset session authorization")
        await connection.execute(f"drop owned by {ROLE}")
        await connection.execute(f"drop role {ROLE}")
        await connection.close()


async def rows(connection, query):
    return [dict(row) for row in await connection.fetch(query)]


async def test_every_query_of_the_page_runs_for_a_role_that_may_only_read(reader):
    assert len(EXAMPLES) >= 8
    for query in EXAMPLES:
        assert await reader.fetch(query), query
    for forbidden in ("select * from event", "select * from public.analytics_reader", "delete from analytics.events"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.fetch(forbidden)


async def test_a_role_that_may_only_read_reads_no_table_and_calls_nothing_that_would(reader):
    others = await reader.fetch(
        """select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'S')"""
    )
    assert len(others) > 60
    tries = [f'select * from "{schema}"."{name}" limit 1' for schema, name in others] + [
        "select find_person('acme', 'user', 'ada')", "select someone('acme', 'user', 'ada', true)",
        "select held_of(someone('acme', 'user', 'ada', true), 1)", "select forget('acme', 'user', 'ada', true, false, 'x', '{}')",
        "select follow_again('acme', 'user', 'ada')", "create table public.mine (a int)", "create table analytics.mine (a int)",
    ]  # fmt: skip
    for each in tries:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.fetch(each)
    assert not await reader.fetch(
        "select from pg_proc where prosecdef and proname <> 'readable_tenants' and pronamespace <> 'pg_catalog'::regnamespace"
    )


async def test_a_role_of_one_shop_cannot_look_past_it_by_functions_of_its_own(reader, database_url):
    admin = await asyncpg.connect(database_url)
    await admin.execute("insert into analytics_reader values ($1, '{other}')", ROLE)
    await admin.close()
    said = []
    reader.add_log_listener(lambda _, message: said.append(str(message)))
    await reader.execute("""create function pg_temp.told(tenant text) returns boolean language plpgsql cost 0.0000001
                            as $$ begin raise notice '%', tenant; return true; end $$""")
    await reader.execute("set search_path = pg_temp, public; set endcap.tenant = 'acme'")
    for view in ("events", "views", "products", "order_lines", "clicks"):
        assert await reader.fetch(f"select * from analytics.{view} where pg_temp.told(tenant_id)") == []
    await reader.execute("reset endcap.tenant")
    assert await reader.fetch("select * from analytics.events where pg_temp.told(tenant_id)")
    await reader.execute("reset search_path; drop function pg_temp.told")
    assert {each for each in said if "acme" in each} == set()


async def test_the_page_names_every_view_and_column(database_url, past):
    connection = await asyncpg.connect(database_url)
    found = await rows(
        connection,
        "select table_name as view, array_agg(column_name::text order by ordinal_position) as columns "
        "from information_schema.columns where table_schema = 'analytics' group by 1",
    )
    await connection.close()
    table = {}
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `"):
            names, _, columns = (part.strip() for part in line.strip("|").split("|"))
            table |= {name: ["tenant_id", *re.findall(r"`(\w+)`", columns)] for name in re.findall(r"`(\w+)`", names)}
    assert {each["view"]: each["columns"] for each in found} == table


async def test_the_views_tell_what_happened(reader):
    mine = "where tenant_id = 'acme'"
    [order] = await rows(reader, f"select * from analytics.orders {mine}")
    assert (order["order_id"], order["lines"], order["quantity"], order["refunded"]) == ("o1", 2, 3, 1)
    assert (str(order["net_revenue"]), order["currency"], order["user_id"]) == ("1398.00", "SEK", "ada")
    lines = await rows(reader, f"select product_id, net_quantity, unit_price from analytics.order_lines {mine} order by 1")
    assert [tuple(map(str, line.values())) for line in lines] == [("boot", "1", "1299.00"), ("wax", "1", "99.00")]
    [bought] = await rows(reader, f"select product_id, quantity, order_id from analytics.events {mine} and type = 'purchase'")
    assert tuple(bought.values()) == (None, None, "o1")
    [view] = await rows(reader, f"select page_type, lists, products from analytics.views {mine}")
    assert tuple(view.values()) == ("home", 1, 2)
    [click] = await rows(reader, f"select product_id, placement_id, strategy, rule_id from analytics.clicks {mine}")
    assert tuple(click.values()) == ("boot", "home_page.top", "trending", "r1")
    [placement] = await rows(
        reader, f"select sum(impressions) as seen, sum(clicks) as clicked from analytics.daily_placements {mine}"
    )
    assert tuple(placement.values()) == (1, 1)
    [credit] = await rows(
        reader, f"select placement_id, sum(orders) as orders, sum(revenue) as revenue from analytics.daily_attribution {mine} "
        "and model = 'CLICK_LAST' group by 1",
    )  # fmt: skip
    assert (credit["placement_id"], credit["orders"], str(credit["revenue"])) == ("home_page.top", 1, "1299.00")
    products = await rows(reader, f"select product_id, clicks, views, carts from analytics.daily_products {mine}")
    assert [tuple(each.values()) for each in products] == [("boot", 1, 0, 1)]
    sales = await rows(reader, f"select product_id, units, refunded, net_revenue from analytics.daily_sales {mine} order by 1")
    assert [tuple(map(str, each.values())) for each in sales] == [("boot", "2", "1", "1299.00"), ("wax", "1", "0", "99.00")]


async def test_what_was_shown_has_the_ids_that_come_back(reader):
    shown = await rows(
        reader,
        "select view_id, list_id, recommendation_id, position, product_id, strategy, rule_id from analytics.served_recommendations "
        "where tenant_id = 'acme' order by position",
    )
    assert [tuple(each.values()) for each in shown] == [
        (VIEW, ids.list_id(VIEW, 0), ids.recommendation_id(VIEW, 0, 0), 0, "wax", "bestsellers", None),
        (VIEW, ids.list_id(VIEW, 0), ids.recommendation_id(VIEW, 0, 1), 1, "boot", "trending", "r1"),
    ]


VIEWS = "select table_name from information_schema.views where table_schema = 'analytics'"


async def seen(connection):
    """The tenants that a connection finds in all the views together."""
    found = set()
    for (view,) in await connection.fetch(VIEWS):
        found |= {row["tenant_id"] for row in await connection.fetch(f"select distinct tenant_id from analytics.{view}")}
    return found


async def test_a_role_that_is_listed_sees_its_tenants_and_no_others(reader):
    assert await seen(reader) == {"acme", "other"}
    await reader.execute(SET_UP[2])
    assert await seen(reader) == {"acme"}
    await reader.execute("reset session authorization")
    await reader.execute(SET_UP[1])
    await reader.execute(f"set session authorization {ROLE}")
    assert await seen(reader) == {"acme"}
    await reader.execute("set endcap.tenant = 'other'")
    assert await seen(reader) == set()
    await reader.execute("set endcap.tenant = ''")
    assert await seen(reader) == {"acme"}
    await reader.execute("reset session authorization")
    await reader.execute("delete from tenant where tenant_id = 'acme'")
    await reader.execute(f"set session authorization {ROLE}")
    assert await seen(reader) <= {"acme"}


async def test_amounts_have_the_decimals_of_their_currency(database_url):
    connection = await asyncpg.connect(database_url)
    for currency in [*EXPONENTS, "EUR", "SEK", "XYZ"]:
        told = await connection.fetchval("select analytics.in_units(1234567, $1)", currency)
        assert str(told) == str(in_units(Money(1234567, currency)))
    await connection.close()
