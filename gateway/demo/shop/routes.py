"""Where the storefront's pages, files and pictures are."""

from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.demo.catalog import Catalog
from gateway.demo.pictures import draw, draw_shelf
from gateway.demo.shelves import SHELVES
from gateway.demo.shop.config import page_config
from gateway.domain.catalog import ProductId

_HERE = Path(__file__).parent
_A_DAY = "public, max-age=86400"
_PAGES = ("/shop", "/shop/", "/shop/category/{id}", "/shop/product/{id}", "/shop/search", "/shop/cart", "/shop/thanks")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def routes(storefront_key: str, catalog: Catalog) -> list[BaseRoute]:
    """The shop's routes, and `/` that leads there. Every page is the same shell: its modules look at the address."""
    shell = Template((_HERE / "shell.html").read_text()).substitute(config=page_config(storefront_key))

    async def page(_: Request) -> Response:
        headers = {"cache-control": "no-cache", "content-security-policy": _POLICY, "referrer-policy": "same-origin"}
        return HTMLResponse(shell, headers=headers)

    async def picture(request: Request) -> Response:
        item = catalog.by_id.get(ProductId(request.path_params["product_id"]))
        return _svg(draw(item)) if item else Response(status_code=404)

    async def shelf_picture(request: Request) -> Response:
        shelf = SHELVES.get(request.path_params["shelf_id"])
        return _svg(draw_shelf(shelf.shelf_id, shelf.colours[0], 0)) if shelf else Response(status_code=404)

    async def entrance(_: Request) -> Response:
        return RedirectResponse("/shop")

    return [
        Route("/", entrance),
        Route("/shop/images/shelf/{shelf_id}.svg", shelf_picture),
        Route("/shop/images/{product_id}.svg", picture),
        Mount("/shop/assets", StaticFiles(directory=_HERE / "static")),
        *(Route(path, page) for path in _PAGES),
    ]


def _svg(text: str) -> Response:
    return Response(text, media_type="image/svg+xml", headers={"cache-control": _A_DAY, "x-content-type-options": "nosniff"})
