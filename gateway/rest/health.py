"""/health/live, /health/ready and /metrics, for those who run the gateway."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.services.gateway import Gateway


def routes() -> list[BaseRoute]:
    """The three paths."""
    return [Route("/health/live", live), Route("/health/ready", ready), Route("/metrics", metrics)]


async def live(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Pages can be answered: 200, else 503; each part says its state."""
    gateway: Gateway = request.state.gateway
    found = await gateway.doctor.ready()
    return JSONResponse({"status": "ok" if found.ready else "unavailable", **found.parts}, 200 if found.ready else 503)


async def metrics(request: Request) -> Response:
    """What Prometheus scrapes."""
    gateway: Gateway = request.state.gateway
    gateway.doctor.measure()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
