"""GraphiQL's page: the editor with an explorer, a first query, and the key where one may be shown."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.rest.graphiql.assets import ASSETS, CDN, Asset, are_here

_HERE = Path(__file__).parent
_PATH = "/graphiql"
_START = ("start.css", "start.js")  # ours: small, and revalidated at each visit
_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_FETCHED = (
    "The editor's files come from unpkg.com now: they were not fetched at set-up. "
    "With npm installed, python -m gateway.rest.graphiql brings them here, and the page works offline."
)


def page(
    endpoint: str, *, key: str | None = None, query: str | None = None, variables: Mapping[str, Any] | None = None
) -> HTMLResponse:
    """The editor for the GraphQL `endpoint`, a path of this server. `key` stands in the page for all who can load it to read.

    `query` and `variables`: what is shown first; a helpful first query where null. The answer is never cached.
    """
    local = are_here()
    start = {
        "endpoint": endpoint,
        "headers": {"Authorization": f"Bearer {key}"} if key else {},
        "query": query or _first("query.graphql"),
        "variables": variables if variables is not None else json.loads(_first("variables.json")),
    }
    text = Template((_HERE / "page.html").read_text()).substitute(
        styles="\n    ".join(_tag(a, local=local) for a in ASSETS if a.path.endswith(".css")),
        scripts="\n    ".join(_tag(a, local=local) for a in ASSETS if a.path.endswith(".js")),
        notice="" if local else f'<p id="notice">{_NOT_FETCHED}</p>',
        start=json.dumps(start).replace("<", "\\u003c"),  # a query may say </script>
    )
    return HTMLResponse(text, headers=_headers(local=local))


def routes() -> list[BaseRoute]:
    """Where the page's own files are, and the fetched ones."""
    return [Route(f"{_PATH}/{{name}}", asset)]


async def asset(request: Request) -> Response:
    """A file of the page, by a name that we know; 404 for any other, or where it was not fetched."""
    name = request.path_params["name"]
    if name in _START:
        return FileResponse(_HERE / name, headers={"Cache-Control": "no-cache"})
    found = next((a for a in ASSETS if a.name == name), None)
    if found is None or not found.file.exists():
        return Response(status_code=404)
    return FileResponse(found.file, headers={"Cache-Control": _FOR_EVER})


def _headers(*, local: bool) -> dict[str, str]:
    files = "'self'" if local else f"'self' {CDN}"
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": (
            f"default-src 'none'; script-src {files}; style-src {files} 'unsafe-inline'; img-src 'self' data: https:; "
            "font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    }


def _tag(asset: Asset, *, local: bool) -> str:
    url = f"{_PATH}/{asset.name}" if local else asset.cdn_url
    proof = f'integrity="sha384-{asset.sha384}" crossorigin="anonymous"'
    if asset.path.endswith(".css"):
        return f'<link rel="stylesheet" href="{escape(url)}" {proof}>'
    return f'<script src="{escape(url)}" {proof}></script>'


@cache
def _first(name: str) -> str:
    return (_HERE / name).read_text()
