"""Tell people from crawlers, by what their browser says of itself."""

import re
from dataclasses import replace
from functools import lru_cache

from crawlerdetect import CrawlerDetect

from gateway.domain.device import device_of
from gateway.domain.page import PageRequest
from gateway.domain.tenant import Caller, Scope
from gateway.services.shop import Shop

BOT = "BOT"

_REMEMBERED = 4096
_HEAD, _TAIL = 160, 96  # characters: the list's patterns take a time that grows with the square of the length

_LIBRARY = re.compile(
    r"(?i)(curl|wget|httpie|okhttp|dart|axios|node-fetch|undici|got|ktor|python-requests|python-urllib|python-httpx|aiohttp|httpx"
    r"|go-http-client|java|apache-httpclient|guzzlehttp|php|symfony|ruby|faraday|restsharp|postmanruntime|insomnia)(?=$|[ /(_-])"
)
"""What programs are written with. Apps say so of themselves, and so does a developer's terminal."""

_list = CrawlerDetect()


def is_crawler(agent: str) -> bool:
    """Whether a user agent is on the list of crawlers and other programs. A long one is read at both its ends."""
    return _is_listed(agent if len(agent) <= _HEAD + _TAIL else f"{agent[:_HEAD]} {agent[-_TAIL:]}")


@lru_cache(_REMEMBERED)
def _is_listed(agent: str) -> bool:
    return bool(agent.strip()) and bool(_list.is_crawler(agent))


def discerned(
    request: PageRequest, shop: Shop, caller: Caller, visitor_agent: str | None, sender_agent: str | None
) -> PageRequest:
    """The request, knowing what kind of device it comes from, and, where experiments would count it, whether that is no person's.
    The agents are dropped.
    """
    agent = visitor_agent or (None if caller.may(Scope.SERVER) else sender_agent)
    apart = stands_apart(caller, visitor_agent, sender_agent) if shop.experiments else None
    return replace(request, device=device_of(agent) if agent else None, apart=apart)


def stands_apart(caller: Caller, visitor_agent: str | None, sender_agent: str | None) -> str | None:
    """BOT, or null. A server tells what its visitor's browser says of itself; a browser says it in its own request.

    Who says nothing is taken for a person, as proxies for privacy and apps say nothing: an order that is not counted harms a shop
    more than a crawler that is. A bare library in the request of a browser's key is an app, since no crawler that runs the
    scripts of a page calls itself that.
    """
    if caller.may(Scope.SERVER):
        return BOT if visitor_agent and is_crawler(visitor_agent) else None
    named = sender_agent if sender_agent and not _LIBRARY.match(sender_agent) else None
    return BOT if named and is_crawler(named) else None
