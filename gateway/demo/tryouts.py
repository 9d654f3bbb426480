"""What the example shop tries out, and what is true of it: its shoppers do as is written here, whatever is found of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from gateway.domain.experiment import (
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentUnit,
    Guardrail,
    InferenceMode,
    OptimiserReward,
    Variant,
)
from gateway.domain.placement import PlacementId, StrategyName
from gateway.services.experimenting.optimise import wished

CATEGORY = PlacementId("category_page.top")
SIMILAR = PlacementId("item_page.similar")
TOGETHER = (PlacementId("item_page.together"), PlacementId("add_to_cart_page.together"))

LASTS = timedelta(days=28)
_WINDOW = timedelta(hours=24)
_HARDLY_EVER = 0.01  # how often an A/A test may cry wolf: whoever opens the demo should rarely see one that does

FOLLOWED = 0.2
"""Of the blocks that came into sight, how many led on to the next page, whatever stood in them."""

TRUTH: Mapping[str, float] = MappingProxyType({"looked-at": 0.3, "bestsellers": 0.1, "trending": 0.25})
"""The same where it is another: with these variants. The A/A test has none here."""

TAKEN = 0.5
"""Of those who followed something similar in a visit that puts nothing into the cart, how many buy it in the end."""


def drafts(since: datetime) -> Iterator[Experiment]:
    """An experiment with an effect, one without, and an optimiser."""
    goals, guardrails = ("clicked",), (Guardrail("conversion", 0.1),)
    plan = AnalysisPlan(goals, guardrails, InferenceMode.GROUP_SEQUENTIAL, end=since + LASTS, window=_WINDOW)
    looked_at = {"strategies": [StrategyName.ALSO_VIEWED.name, StrategyName.SIMILAR.name]}
    yield Experiment(
        experiment_id=0,
        key=ExperimentKey("similar-or-looked-at"),
        name="What looks alike, or what others looked at",
        hypothesis="Shown what others looked at next instead of what looks alike, more visitors follow a recommendation on "
        "product pages, for others know better than words and prices what may replace a product; they do not buy less.",
        placements=(SIMILAR,),
        variants=(Variant("alike", "Alike", 0.5), Variant("looked-at", "Looked at", 0.5, looked_at)),
        unit=ExperimentUnit.VISITOR,
        plan=plan,
    )
    yield Experiment(
        experiment_id=0,
        key=ExperimentKey("a-a-together"),
        name="A/A: often bought together",
        hypothesis="Both variants are the same. What is found between them is a fault of the set-up, or the one time in a "
        "hundred that chance is allowed.",
        placements=TOGETHER,
        variants=(Variant("a", "As it is", 0.5), Variant("the-same", "The same again", 0.5)),
        plan=replace(plan, alpha=_HARDLY_EVER),
    )
    yield wished(CATEGORY, (StrategyName.BESTSELLERS, StrategyName.TRENDING), OptimiserReward.CLICK)


SEEDS: Mapping[str, str] = MappingProxyType({"similar-or-looked-at": "demo-similar", "a-a-together": "demo-together"})
"""Who gets what: the same in every demo. An optimiser draws by its key and policy."""


@dataclass(frozen=True, slots=True)
class Tryouts:
    """The experiments of the past, as they were when they began."""

    since: datetime
    effect: Experiment
    nothing: Experiment
    optimiser: Experiment
