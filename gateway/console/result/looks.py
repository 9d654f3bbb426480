"""The log of looks: what was seen at each, and what of it crossed a bound."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.console.result.figures import names_of
from gateway.console.wording import between, change, likelihood, moment, share, whole
from gateway.domain.result import ExperimentResult


@dataclass(frozen=True, slots=True)
class LookRow:
    """One comparison of one look."""

    number: str
    at: str
    units: str
    share: str
    metric: str
    variant: str
    lift: str
    interval: str
    p: str
    significant: str


def looks(result: ExperimentResult) -> Iterator[LookRow]:
    """The newest look first."""
    names = names_of(result)
    called = {each.metric.key: each.metric.name for each in result.metrics}
    for look in reversed(result.looks):
        for seen in look.seen:
            yield LookRow(
                number=str(look.number),
                at=moment(look.at),
                units=whole(look.units),
                share=share(look.share),
                metric=called.get(seen.metric, seen.metric),
                variant=names.get(seen.variant, seen.variant),
                lift=change(seen.lift.estimate if seen.lift else None),
                interval=between(seen.lift),
                p=likelihood(seen.p),
                significant="–" if seen.significant is None else "yes" if seen.significant else "no",
            )
