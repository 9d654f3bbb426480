"""From scores by product to candidates, where no release is asked."""

from collections.abc import Collection, Mapping

from gateway.domain.catalog import ProductId
from gateway.domain.ranking import Candidate


def ranked(scores: Mapping[ProductId, float], count: int, unwanted: Collection[ProductId]) -> list[Candidate]:
    """The `count` best above zero but the unwanted; equals stay in their order."""
    wanted = [(product_id, score) for product_id, score in scores.items() if score > 0 and product_id not in unwanted]
    wanted.sort(key=lambda pair: -pair[1])
    return [Candidate(product_id, score) for product_id, score in wanted[:count]]
