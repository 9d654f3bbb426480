"""By which address the gateway was asked: what an answer's own links begin with."""

import re

from starlette.requests import HTTPConnection

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


def own_address(request: HTTPConnection) -> str:
    """Scheme and host as the caller wrote them; empty, so that links stay relative, where the host can be none.

    A proxy's X-Forwarded-Proto counts where uvicorn trusts the proxy (FORWARDED_ALLOW_IPS; this machine where it is not set).
    """
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""
