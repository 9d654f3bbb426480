"""Search: what the words match, and what those who searched for them then looked at and bought. Nothing to fit here."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.catalog import ProductId
from gateway.domain.ranking import Candidate
from gateway.index.release import Release
from gateway.index.roster import Roster
from gateway.index.searches import Searches
from gateway.strategies.ranked import ranked
from gateway.strategies.strategy import Moment

NAME = "search"

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Search:
    """½·match + ½·choice, each with its best at 1. Before anything was learnt it is the match alone."""

    roster: Roster | None = None
    searches: Searches | None = None

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """What the page's term leads to, never what the page is about; none where nothing matches and nobody chose anything."""
        scores: dict[ProductId, float] = {}
        for product_id, score in (*_halved(self._chosen(moment)), *_halved((c.product_id, c.score) for c in moment.found)):
            scores[product_id] = scores.get(product_id, 0) + score
        found = ranked(scores, count, moment.context.seeds)
        return [Candidate(c.product_id, c.score / found[0].score) for c in found]

    def _chosen(self, moment: Moment) -> Iterable[tuple[ProductId, float]]:
        if self.roster is None or self.searches is None or not moment.context.search_term:
            return ()
        roster = self.roster
        return ((roster.id(row), score) for row, score in self.searches.of(moment.context.search_term))


def _halved(found: Iterable[tuple[ProductId, float]]) -> list[tuple[ProductId, float]]:
    told = list(found)
    best = max((score for _, score in told), default=0)
    return [(product_id, _HALF * score / best) for product_id, score in told] if best > 0 else []


def load(release: Release | None = None) -> Search:
    """The strategy over a release, or without one."""
    return Search(release.roster, release.searches) if release else Search()
