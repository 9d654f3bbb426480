"""endcap serve: run the gateway."""

import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.errors import GatewayError
from gateway.rest import closing
from gateway.rest.log import set_up_logging
from gateway.settings import Settings

_GRACE = 15  # seconds that requests under way may take when the server is told to stop


class PortTaken(GatewayError):
    """Another program listens there already."""


def serve() -> None:
    """Run the gateway over ENDCAP_DATABASE_URL, or the embedded PostgreSQL where none is named."""
    settings = Settings.from_environment()
    check_port(settings)
    run_server(settings, application)


def application() -> Starlette:
    """The application as each worker process makes it."""
    settings = Settings.from_environment()
    set_up_logging(settings.log_level, settings.log_format)
    return create_app(settings)


def check_port(settings: Settings, target: str = "serve") -> None:
    """PortTaken, before any long work, where the port cannot be had. `target`: what was asked of make."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            raise PortTaken(
                f"cannot listen on {settings.host}:{settings.port} ({taken.strerror}); choose another port: "
                f"ENDCAP_PORT={settings.port + 1}, or make {target} PORT={settings.port + 1}"
            ) from None


def run_server(settings: Settings, make: Callable[[], Starlette]) -> None:
    """Serves until told to stop; whoever listens is told so, what is under way is finished, what waits is written."""
    several = settings.workers > 1
    signal.signal(signal.SIGTERM, _leave)
    set_up_logging(settings.log_level, settings.log_format)
    uvicorn.run(
        "gateway.commands.serve:application" if several else make,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers if several else None,
        loop="uvloop",
        http=closing.Line,
        ws=closing.Socket,
        log_config=None,
        ws_max_size=settings.max_body_bytes,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        lifespan="on",
    )


def _leave(*_: object) -> None:
    """Uvicorn raises the signal anew once everything is put away: being told to stop is no failure."""
    sys.exit(0)
