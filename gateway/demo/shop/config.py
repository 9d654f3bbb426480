"""What the storefront's pages are told by the server: the public key, the markets, and the names of the shelves."""

import json
from typing import Any

from gateway.demo.catalog import GERMANY, SWEDEN
from gateway.demo.shelves import DEPARTMENTS
from gateway.demo.shelves.shelf import Words

_VISITS = (  # a language and the market it is used in; the first is the one a new visitor sees
    ("Sweden · English · SEK", "en", SWEDEN),
    ("Sverige · svenska · SEK", "sv-SE", SWEDEN),
    ("Deutschland · Deutsch · EUR", "de-DE", GERMANY),
)


def page_config(storefront_key: str) -> str:
    """The configuration as JSON that may stand inside a script element."""
    config: dict[str, Any] = {
        "endpoint": "/graphql",
        "key": storefront_key,
        "visits": [
            {"label": label, "locale": locale, "market": market.market_id, "currency": market.currency}
            for label, locale, market in _VISITS
        ],
        "departments": [
            {
                "id": department.department_id,
                "name": _said(department.name),
                "shelves": [{"id": shelf.shelf_id, "name": _said(shelf.name)} for shelf in department.shelves],
            }
            for department in DEPARTMENTS
        ],
    }
    return json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")


def _said(words: Words) -> dict[str, str]:
    return {"en": words.en, "sv": words.sv, "de": words.de}
