"""What every way of finding candidates can do, and what it is told."""

from dataclasses import dataclass
from typing import Protocol

from gateway.domain.catalog import MarketId
from gateway.domain.page import PageContext
from gateway.domain.ranking import Candidate
from gateway.domain.visitor import History


@dataclass(frozen=True, slots=True)
class Moment:
    """All that is known when a page asks: where, about what, and what the visitor did lately."""

    market_id: MarketId
    context: PageContext
    history: History = ()


class Strategy(Protocol):
    """Loaded once, asked often; `find` touches no network and never waits."""

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """Up to `count` candidates, best first, each once, with scores in [0, 1]; none where it has nothing to say."""
        ...
