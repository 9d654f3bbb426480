"""One arm alone: the interval of its own figure, for a table or a bar of it. Arms are compared in `intervals`."""

import math

from scipy.special import ndtri, stdtrit

from gateway.domain.statistics.estimates import Estimate
from gateway.domain.statistics.intervals import Interval
from gateway.domain.statistics.look import ALPHA


def around(figure: Estimate, alpha: float = ALPHA) -> Interval | None:
    """The figure ± Student's t times its standard error; null where it has none."""
    if figure.value is None or figure.error is None or figure.n <= 1:
        return None
    half = float(stdtrit(figure.n - 1, 1 - alpha / 2)) * figure.error
    return Interval(figure.value - half, figure.value + half)


def wilson(hits: float, n: float, alpha: float = ALPHA) -> Interval | None:
    """The interval of a share, right also near 0 and 1 (Wilson 1927); null without units."""
    if not 0 <= hits <= n or n <= 0:
        return None
    z = float(ndtri(1 - alpha / 2))
    share, weight = hits / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(0.0 if hits == 0 else centre - half, 1.0 if hits == n else centre + half)
