"""Pages from templates: everything that is put in is escaped, and nothing comes from elsewhere."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from gateway.console.wording import in_page_words
from gateway.services.administering.badge import Badge

HERE = Path(__file__).parent
HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


def page(name: str, badge: Badge | None, status: int = 200, *, here: str = "", **told: Any) -> HTMLResponse:
    """The page of a template. `badge`: who looks; null before the entrance. `here`: the path of its section."""
    return HTMLResponse(html(name, badge=badge, here=here, **told), status, dict(HEADERS))


def fragment(name: str, **told: Any) -> HTMLResponse:
    """A part of a page, for a script that puts it in its place."""
    return HTMLResponse(html(name, **told), 200, dict(HEADERS))


def html(name: str, **told: Any) -> str:
    """What a template makes of what it is told."""
    return _templates().get_template(name).render(**told)


@cache
def _templates() -> Environment:
    """The templates; a name that nobody gave is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["in_page_words"] = in_page_words
    return made
