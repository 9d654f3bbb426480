"""What every way of finding candidates can do, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.domain.catalog import MarketId
from gateway.domain.event_type import STANDARD, Types
from gateway.domain.page import PageContext
from gateway.domain.ranking import Candidate
from gateway.domain.visitor import History


@dataclass(frozen=True, slots=True)
class Moment:
    """All that is known when a page asks: where, about what, and what the visitor did lately.

    `found`: what the words of the page's search term match, best first, scores in [0, 1]. `lists`: the shop's own lists that
    are meant for this page, by their ids. `parameters`: what the placement says to its strategies. `types`: what the shop's
    events say.
    """

    market_id: MarketId
    context: PageContext
    history: History = ()
    found: Sequence[Candidate] = ()
    lists: Mapping[str, Sequence[Candidate]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    types: Types = field(default_factory=lambda: STANDARD)


class Strategy(Protocol):
    """Loaded once, asked often; `find` touches no network and never waits."""

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """Up to `count` candidates, best first, each once, with scores in [0, 1]; none where it has nothing to say."""
        ...
