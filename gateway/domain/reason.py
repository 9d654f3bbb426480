"""Why a product is shown, in a sentence a shop can print."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.placement import StrategyName
from gateway.domain.ranking import FallbackLevel, Recommendation

_S = StrategyName

_WITH_SEED: Mapping[StrategyName, str] = MappingProxyType(
    {
        _S.SIMILAR: "Similar to {seed}",
        _S.ALSO_VIEWED: "Related to {seed}",
        _S.ALSO_BOUGHT: "Often bought with {seed}",
        _S.BOUGHT_AFTER_VIEWING: "Bought after looking at {seed}",
        _S.CART: "Goes well with {seed}",
        _S.UPSELL: "A step up from {seed}",
        _S.ALTERNATIVES: "Instead of {seed}",
        _S.PERSONAL: "Because you looked at {seed}",
    }
)
_WITHOUT_SEED: Mapping[StrategyName, str] = MappingProxyType(
    {
        _S.SIMILAR: "Similar",
        _S.ALSO_VIEWED: "Others also viewed this",
        _S.ALSO_BOUGHT: "Often bought together",
        _S.BOUGHT_AFTER_VIEWING: "What others bought in the end",
        _S.CART: "Goes well with your cart",
        _S.UPSELL: "A step up",
        _S.ALTERNATIVES: "An alternative",
        _S.PERSONAL: "Picked for you",
        _S.BESTSELLERS: "Bestseller",
        _S.TRENDING: "Trending now",
        _S.NEW_ARRIVALS: "New in the shop",
        _S.TOP_RATED: "Highly rated",
        _S.SEARCH: "Fits your search",
        _S.CURATED: "Chosen by the shop",
        _S.RECENTLY_VIEWED: "You looked at this",
    }
)
_BY_RUNG: Mapping[FallbackLevel, str] = MappingProxyType(
    {
        FallbackLevel.CATEGORY_BESTSELLERS: "Bestseller in this category",
        FallbackLevel.BESTSELLERS: "Bestseller",
        FallbackLevel.NEWEST: "New in the shop",
    }
)


def reason_of(recommendation: Recommendation) -> str:
    """The sentence; it names the seed product where its title is known."""
    if recommendation.level in _BY_RUNG:
        return _BY_RUNG[recommendation.level]
    if recommendation.seed_title and (sentence := _WITH_SEED.get(recommendation.strategy)):
        return sentence.format(seed=recommendation.seed_title)
    return _WITHOUT_SEED[recommendation.strategy]
