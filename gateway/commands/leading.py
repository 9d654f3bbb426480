"""What the doctor says of where clicks may lead: to the hosts of the shop, where it named them."""

from collections.abc import Mapping

from gateway.commands.finding import Finding, doubtful, well
from gateway.domain.tenant import Tenant
from gateway.store.tenants import TenantStore

_EXAMPLES = 3


async def look_at_pages(tenants: TenantStore, tenant: Tenant) -> Finding:
    """A redirect that follows whatever address a catalog names is only as good as whoever can write into the catalog."""
    about, hosts = f"pages of {tenant.tenant_id}", tenant.page_hosts
    found = await tenants.pages_by_host(tenant.tenant_id)
    whole = {host: pages for host, pages in found.items() if host is not None}
    elsewhere = {host: pages for host, pages in whole.items() if host not in hosts}
    if not hosts and not whole:
        return well(about, "clicks lead into the shop: the catalog tells paths, and no other host")
    if not hosts:
        told = f"page_hosts names none: clicks lead to whatever host the catalog tells, now {_named(whole)}"
        return doubtful(
            about,
            told,
            f"name the shop's own: endcap tenant set page_hosts={','.join(_first(whole))} --tenant {tenant.tenant_id}",
        )
    if elsewhere:
        told = f"the catalog tells addresses on {_named(elsewhere)}, no host of page_hosts: clicks there go by page_url_pattern"
        rightly = ",".join((*hosts, *_first(elsewhere)))
        return doubtful(
            about, told, f"where these are the shop's: endcap tenant set page_hosts={rightly} --tenant {tenant.tenant_id}"
        )
    return well(about, f"clicks lead to {', '.join(hosts)} and nowhere else")


def _first(hosts: Mapping[str, int]) -> list[str]:
    return list(hosts)[:_EXAMPLES]


def _named(hosts: Mapping[str, int]) -> str:
    return ", ".join(f"{host} ({hosts[host]:,})" for host in _first(hosts))
