"""How a shop's systems push their catalog, and what is read of it then."""

from tests.faces.serving import Client

PAYLOAD = "{ accepted errors { index id field code message } warnings { code message } }"
UPSERT = f"mutation ($rows: [ProductInput!]!) {{ told: upsertProducts(products: $rows) {PAYLOAD} }}"
PATCH = f"mutation ($rows: [ProductPatch!]!) {{ told: patchProducts(products: $rows) {PAYLOAD} }}"
HIDE = f"mutation ($rows: [ID!]!) {{ told: hideProducts(ids: $rows) {PAYLOAD} }}"
CATEGORIES = f"mutation ($rows: [CategoryInput!]!) {{ told: upsertCategories(categories: $rows) {PAYLOAD} }}"
PRODUCT = """query ($id: ID!, $market: String = "se", $locale: String, $region: String) {
  product(id: $id, market: $market, locale: $locale, region: $region) {
    id groupId sku title description brand genre itemType categories { id } price { minorUnits currency } salePrice { minorUnits }
    regionPriceDescription available quantity imageUrls pageUrl rating reviewCount attributeMap } }"""
HOME = """{ placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: "s"}) { placements { items { product { id } } } } }"""
TREE = "{ categories { id name active children { id active children { id } } } }"

TENT = {
    "id": "tent",
    "title": "<b>Tent</b> for two",
    "description": "<p>Dry.</p><p>Light.</p>",
    "price": {"minorUnits": 199900, "currency": "SEK"},
    "brand": "Nord",
    "categoryIds": ["care"],
    "imageUrls": ["https://shop.example/tent.jpg", "/tent-2.jpg"],
    "pageUrl": "https://shop.example/tent",
    "rating": 4.5,
    "reviewCount": 12,
    "attributes": {"colour": ["red", "green"], "persons": 2, "freestanding": True},
}
SEK = {"minorUnits": 1, "currency": "SEK"}


async def tell(client: Client, mutation: str, *rows, key="server"):
    return (await client.data(mutation, key=key, rows=list(rows)))["told"]


async def taken(client: Client, mutation: str, *rows) -> None:
    """All rows must be taken, and nothing be doubtful."""
    assert await tell(client, mutation, *rows) == {"accepted": len(rows), "errors": [], "warnings": []}


async def refusal(client: Client, mutation: str, row):
    """The field and the code of the one row's one error."""
    told = await tell(client, mutation, row)
    assert told["accepted"] == 0
    [error] = told["errors"]
    assert error["message"]
    return error["field"], error["code"]


async def read(client: Client, product="tent", **where):
    return (await client.data(PRODUCT, id=product, **where))["product"]


async def home(client: Client):
    page = (await client.data(HOME))["placements"]
    return [item["product"]["id"] for item in page["placements"][0]["items"]]
