"""Every path of the console."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from gateway.console import entrance
from gateway.console.render import HERE


def routes() -> list[BaseRoute]:
    """The entrance, the pages, and the files they are made of."""
    return [*entrance.routes(), Mount("/console/assets", StaticFiles(directory=HERE / "static"))]
