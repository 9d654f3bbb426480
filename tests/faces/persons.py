"""People of the small shop: what is asked of them and told of them, in few words."""

from datetime import UTC, datetime, timedelta

from tests.faces.test_graphql import shown

LATELY = """query ($visitor: VisitorInput!) { recommend(strategy: RECENTLY_VIEWED, market: "se", visitor: $visitor) {
  items { fallback product { id } } } }"""
LINK = """mutation ($user: IdentityInput!, $identity: IdentityInput!) { linkIdentity(user: $user, identity: $identity) {
  id identities { kind value } } }"""
UNLINK = LINK.replace("linkIdentity", "unlinkIdentity")
USER = """query ($by: IdentityInput!) { user(by: $by) { id made hidden trackingBlocked identities { kind value linkedAt }
  attributes { name values } attributeMap preferences { id } } }"""
EVENTS = """query ($by: IdentityInput!, $types: [String!], $first: Int, $after: String) {
  events(by: $by, types: $types, first: $first, after: $after) {
    edges { node { id type time sessionId userId productId } } pageInfo { hasNextPage endCursor } } }"""
TOLD = """mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted errors { index field code }
  warnings { index id field code message } } }"""
UPSERT = """mutation ($users: [UserInput!]!) { upsertUsers(users: $users) { accepted errors { index id field code } } }"""
PATCH = UPSERT.replace("upsertUsers", "patchUsers")
MERGES = "query { refusedMerges { kind hint times userIds } }"
START = datetime.now(UTC) - timedelta(hours=10)
ANNA, BOB = {"userId": "anna"}, {"userId": "bob"}


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def looked(product: str, minutes: float, **who: str) -> dict[str, str]:
    return {"type": "view", "productId": product, "time": at(minutes), **who}


def login(minutes: float, **who: str) -> dict[str, str]:
    return {"type": "login", "time": at(minutes), **who}


async def lately(client, key="server", **visitor):
    """The products that a visitor looked at last, by what is recommended."""
    items = (await client.data(LATELY, key=key, visitor=visitor))["recommend"]
    return shown({"items": [each for each in items["items"] if each["fallback"] == "NONE"]})


async def link(client, identity, user=ANNA):
    return (await client.data(LINK, key="server", user=user, identity=identity))["linkIdentity"]


async def unlink(client, identity, user=ANNA):
    return (await client.data(UNLINK, key="server", user=user, identity=identity))["unlinkIdentity"]


async def person(client, **by):
    return (await client.data(USER, key="server", by=by))["user"]


async def did(client, **by):
    """What someone did, newest first, by product."""
    edges = (await client.data(EVENTS, key="server", by=by))["events"]["edges"]
    return [edge["node"]["productId"] for edge in edges if edge["node"]["productId"]]


async def owners(client, session="s1"):
    """Whose each event of a session is, by the rule."""
    rows = await client.rows(
        """select product_id, user_of(tenant_id, session_id, user_id, happened_at) as whose from event
           where session_id = $1 and product_id is not null order by happened_at""",
        session,
    )
    return {row["product_id"]: row["whose"] for row in rows}


SET = """mutation ($by: IdentityInput!, $id: ID!) {
  setPreference(by: $by, kind: PRODUCT, ids: [$id], action: NEVER_RECOMMEND) { preferences { id } } }"""
NEWEST = """query ($visitor: VisitorInput!) { recommend(strategy: NEW_ARRIVALS, market: "se", visitor: $visitor) {
  items { product { id } } } }"""
