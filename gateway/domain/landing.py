"""Where a click on a recommendation may lead: to the product's own page in the shop, and nowhere else."""

import re
from collections.abc import Sequence
from urllib.parse import quote
from uuid import UUID

from gateway.domain.catalog import ProductId
from gateway.domain.tenant import Tenant

_WHOLE = re.compile(r"(https?)://([^/?#@:\s]+)(:[0-9]{1,5})?(?=[/?#]|\Z)(.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_SCHEME = re.compile(r"[^/?#]*:")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")  # what browsers drop, take for a slash, or cannot have meant
_READY = "/?#[]@!$&'()*+,;=:%-._~"  # stands in an address as it is
_MOST = 4000  # characters; proxies give up on longer addresses
_HERE = ("localhost", "127.0.0.1")


def landing(tenant: Tenant, told: str | None, product_id: ProductId) -> str | None:
    """The address of a product's page: the one told where it is the shop's own, else by the tenant's pattern, on its first host.

    Null where neither can be. What is returned was put together anew from checked parts, in ASCII: no browser reads it otherwise.
    """
    pattern = tenant.page_url(product_id)
    elsewhere = _WHOLE.fullmatch(pattern)
    candidates = (told, pattern, elsewhere and elsewhere[4])
    return next((found for each in candidates if each and (found := _own(each.strip(" "), tenant.page_hosts))), None)


def with_recommendation(address: str, recommendation_id: UUID) -> str:
    """The address with the recommendation's id in its query."""
    front, mark, fragment = address.partition("#")
    return f"{front}{'&' if '?' in front else '?'}recommendation_id={recommendation_id}{mark}{fragment}"


def _own(address: str, hosts: Sequence[str]) -> str | None:
    if not address or len(address) > _MOST or _UNSAFE.search(address):
        return None
    if whole := _WHOLE.fullmatch(address):
        return _on_a_host(whole, hosts)
    if _SCHEME.match(address) or address.startswith("//"):
        return None
    path = quote(address if address.startswith("/") else f"/{address}", _READY)
    return f"{_scheme(hosts[0])}://{hosts[0]}{path}" if hosts else path


def _on_a_host(whole: re.Match[str], hosts: Sequence[str]) -> str | None:
    scheme, port = whole[1].lower(), whole[3] or ""
    try:
        host = whole[2].encode("idna").decode().lower()
    except UnicodeError:
        return None
    if not _HOST.fullmatch(host):
        return None
    host += "" if port == {"http": ":80", "https": ":443"}[scheme] else port
    return f"{scheme}://{host}{quote(whole[4], _READY)}" if not hosts or host in hosts else None


def _scheme(host: str) -> str:
    return "http" if host.partition(":")[0] in _HERE else "https"
