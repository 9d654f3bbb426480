"""Two rankings in one list: who drafted what, whom a click is credited to, and which of them is preferred."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from scipy.special import bdtr, betaln, ndtri

from gateway.domain.statistics.intervals import Interval
from gateway.domain.statistics.look import ALPHA
from gateway.domain.statistics.note import Note

Item = TypeVar("Item", bound=Hashable)


class Team(StrEnum):
    """Whose pick an item is."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Preference:
    """`delta`: Δ = (wins of B + ½ ties)/all − ½, from −0.5 (always A) to 0.5 (always B). `p`: of the two-sided sign test,
    looked at once; `p_any_look`: of a test that may be looked at whenever one likes, and as often.
    """

    wins_a: int
    wins_b: int
    ties: int
    delta: float | None = None
    interval: Interval | None = None
    p: float | None = None
    p_any_look: float | None = None
    note: Note | None = None

    @property
    def preferred(self) -> Team | None:
        """Who won more often; whether that is no chance, `p` says."""
        if self.wins_a == self.wins_b:
            return None
        return Team.B if self.wins_b > self.wins_a else Team.A


def draft(
    a: Sequence[Item], b: Sequence[Item], coins: Iterable[bool], count: int, may: Callable[[Item, Team], bool] | None = None
) -> tuple[tuple[Item, Team], ...]:
    """Team draft (Radlinski, Kurup, Joachims 2008): in each round a coin (true: A) says who picks first, and each team picks its
    best item that is not there yet. Ends with `count` items, with the coins, or where neither has one left. `may`: whether a team
    may pick an item now; asked of each only where it would be picked, which it is then.
    """
    picked: dict[Item, Team] = {}
    for coin in coins:
        before = len(picked)
        for team in (Team.A, Team.B) if coin else (Team.B, Team.A):
            if len(picked) >= count:
                break
            free = (item for item in (a if team is Team.A else b) if item not in picked)
            best = next((item for item in free if may is None or may(item, team)), None)
            if best is not None:
                picked[best] = team
        if len(picked) >= count or len(picked) == before:
            break
    return tuple(picked.items())


def credit(drafted: Mapping[Item, Team], clicked: Iterable[Item]) -> Team | None:
    """The team with more of its picks clicked, each counted once; null for a tie, and for no click."""
    teams = [drafted[item] for item in set(clicked) if item in drafted]
    a, b = teams.count(Team.A), teams.count(Team.B)
    if a == b:
        return None
    return Team.A if a > b else Team.B


def preference(wins_a: int, wins_b: int, ties: int, alpha: float = ALPHA) -> Preference:
    """Δ with a normal interval and an exact sign test; lists without any click are no ties and are not counted
    (Chapelle, Joachims, Radlinski, Yue 2012).
    """
    told, everything = wins_a + wins_b, wins_a + wins_b + ties
    if everything == 0:
        return Preference(wins_a, wins_b, ties, note=Note.ONLY_TIES)
    delta = (wins_b + ties / 2) / everything - 0.5
    if told == 0:
        return Preference(wins_a, wins_b, ties, delta, note=Note.ONLY_TIES)
    variance = told / everything / 4 - delta * delta
    half = float(ndtri(1 - alpha / 2)) * math.sqrt(max(variance, 0.0) / everything)
    p = min(1.0, 2 * float(bdtr(min(wins_a, wins_b), told, 0.5)))
    around = Interval(max(-0.5, delta - half), min(0.5, delta + half))
    return Preference(wins_a, wins_b, ties, delta, around, p, _p_any_look(wins_a, wins_b))


def _p_any_look(wins_a: int, wins_b: int) -> float:
    """1/e of a bet against "either wins as often" that spreads its stake evenly over all chances: e = 2ⁿ·B(a + 1, b + 1), a
    martingale where nobody is preferred (Ville 1939), so that it stays above 1/α in α of all experiments, however long.
    """
    e = float(betaln(wins_a + 1, wins_b + 1)) + (wins_a + wins_b) * math.log(2)
    return math.exp(-max(e, 0.0))
