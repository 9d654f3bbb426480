"""What `endcap demo` says once it is ready: where to look, and a query to paste."""

from gateway.demo.catalog import Catalog
from gateway.demo.keys import FILE
from gateway.domain.catalog import CatalogEntry, MarketId
from gateway.settings import Settings

_HERE = ("127.0.0.1", "localhost", "::1")
_ANYWHERE = {"0.0.0.0": "localhost", "::": "localhost"}  # noqa: S104  (an address to listen on, not one to go to)

_TEXT = """
  The shop       {base}/shop
  GraphiQL       {base}/graphql
  The console    {base}/console    {key}

  A query to paste into GraphiQL: what goes with «{title}»?

    {{
      placements(
        ids: ["item_page.together"]
        market: "{market}"
        visitor: {{ sessionId: "a-first-look" }}
        page: {{ productIds: ["{product}"] }}
      ) {{
        placements {{
          message
          items {{ recommendationId reason {{ text }} product {{ title brand price {{ minorUnits currency }} }} }}
        }}
      }}
    }}

  Ctrl-C stops everything; the next start takes seconds.

"""


def welcome(settings: Settings, catalog: Catalog, market_id: MarketId, key: str) -> str:
    """The text, with a product that the market sells. `key`: for the console; told in full where only this machine is heard,
    and by its file otherwise.
    """
    entry = _first_product(catalog, market_id)
    host = _ANYWHERE.get(settings.host, settings.host)
    base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    told = f"key: {key}" if settings.host in _HERE else f"key: in {settings.data_dir / FILE}"
    return _TEXT.format(base=base, key=told, market=market_id, product=entry.product_id, title=entry.title)


def first_variables(catalog: Catalog, market_id: MarketId) -> dict[str, str]:
    """The variables of GraphiQL's first query, about the same product."""
    return {"product": _first_product(catalog, market_id).product_id, "market": market_id, "session": "graphiql"}


def _first_product(catalog: Catalog, market_id: MarketId) -> CatalogEntry:
    return next(i.entry for i in catalog.items if i.shelf_id == "tents" and market_id in i.entry.offers)
