"""The same comparison in the words of belief: chance to win and expected loss. Shown, never used alone to stop."""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from gateway.domain.statistics.intervals import Comparison
from gateway.domain.statistics.note import Note


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a difference before: normal, in the metric's unit. Without a deviation: nothing is believed."""

    mean: float = 0.0
    deviation: float | None = None


@dataclass(frozen=True, slots=True)
class Belief:
    """`chance_to_win`: that the variant is better. `loss`: how much worse than the control it is expected to be, counting 0
    where it is better, in the metric's unit; `loss_of_control`: the same for keeping the control.
    """

    chance_to_win: float | None = None
    loss: float | None = None
    loss_of_control: float | None = None
    note: Note | None = None


def believe(compared: Comparison, prior: Prior = Prior(), *, higher_is_better: bool = True) -> Belief:
    """The normal posterior of the difference: Φ(μ/σ), and σφ(μ/σ) − μΦ(−μ/σ)."""
    if compared.difference is None or not compared.error:
        return Belief(note=compared.note or Note.NO_VARIANCE)
    centre, deviation = compared.difference, compared.error
    if prior.deviation is not None and prior.deviation > 0:
        told, held = deviation**-2, prior.deviation**-2
        centre, deviation = (centre * told + prior.mean * held) / (told + held), (told + held) ** -0.5
    centre = centre if higher_is_better else -centre
    ratio = centre / deviation
    height = deviation * math.exp(-0.5 * ratio * ratio) / math.sqrt(2 * math.pi)
    return Belief(
        chance_to_win=float(ndtr(ratio)),
        loss=max(0.0, float(height - centre * ndtr(-ratio))),
        loss_of_control=max(0.0, float(height + centre * ndtr(ratio))),
    )
