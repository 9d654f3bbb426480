"""Every path of the console."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from gateway.console import conducting, drafting, entrance, listing, planner, preview, tail, trial
from gateway.console.render import HERE


def routes() -> list[BaseRoute]:
    """The entrance, the pages, and the files they are made of."""
    rooms = (entrance, listing, drafting, conducting, trial, planner, preview, tail)
    pages = [route for room in rooms for route in room.routes()]
    return [*pages, Mount("/console/assets", StaticFiles(directory=HERE / "static"))]
