"""Curated: the shop's own lists, made elsewhere. Nothing to fit: they come with the page."""

from gateway.domain.catalog import ProductId
from gateway.domain.ranking import Candidate
from gateway.strategies.ranked import ranked
from gateway.strategies.strategy import Moment

NAME = "curated"
LIST = "list"
"""The parameter that names the one list to show; without it all that are meant for the page."""


class Curated:
    """The best score first; of a product in several lists its best."""

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """The lists' products with the lists' own scores, never what the page is about."""
        lists = [moment.lists.get(str(moment.parameters[LIST]), ())] if LIST in moment.parameters else moment.lists.values()
        scores: dict[ProductId, float] = {}
        for candidate in (c for each in lists for c in each):
            scores[candidate.product_id] = max(scores.get(candidate.product_id, 0), candidate.score)
        return ranked(scores, count, moment.context.seeds)


def load() -> Curated:
    """The strategy; it needs no release."""
    return Curated()
