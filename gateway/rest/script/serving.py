"""/endcap.js, /endcap.mjs and /endcap.d.ts, from caches wherever they can be."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.rest.script.built import File, module, script, types

_HEADERS = {
    "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "vary": "Accept-Encoding",
}


def routes() -> list[BaseRoute]:
    """The three paths."""
    files = {"/endcap.js": script, "/endcap.mjs": module, "/endcap.d.ts": types}
    return [Route(path, _serving(make)) for path, make in files.items()]


def _serving(make: Callable[[], File]) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        file = make()
        headers = {**_HEADERS, "etag": file.etag}
        known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
        if file.etag in known or "*" in known:
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", "").lower():
            return Response(file.content, headers=headers, media_type=file.media_type)
        return Response(file.packed, headers={**headers, "content-encoding": "gzip"}, media_type=file.media_type)

    return serve
