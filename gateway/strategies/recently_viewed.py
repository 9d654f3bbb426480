"""Recently viewed: the visitor's last distinct products, without what was bought. Nothing to fit: it is the history itself."""

from gateway.domain.ranking import Candidate
from gateway.strategies.strategy import Moment

NAME = "recently_viewed"


class RecentlyViewed:
    """Newest first, never what the page is about."""

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """The history's products, the newest at 1, each further one a step lower."""
        bought = {event.product_id for event in moment.history if event.type == "purchase"}
        unwanted = bought.union(moment.context.seeds)
        seen = dict.fromkeys(event.product_id for event in moment.history if event.product_id not in unwanted)
        return [Candidate(product_id, 1 - place / len(seen)) for place, product_id in enumerate(seen)][:count]


def load() -> RecentlyViewed:
    """The strategy; it needs no release."""
    return RecentlyViewed()
