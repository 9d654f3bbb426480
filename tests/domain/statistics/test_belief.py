"""The same comparison in the words of belief."""

import numpy as np
import pytest

from gateway.domain.statistics.bayes import Prior, believe
from gateway.domain.statistics.intervals import Comparison
from gateway.domain.statistics.note import Note

FOUND = Comparison(difference=0.3, error=0.2)


@pytest.mark.parametrize("higher", [True, False])
def test_chance_and_loss_are_those_of_draws_from_the_posterior(higher):
    drawn = np.random.default_rng(1).normal(0.3, 0.2, 400_000) * (1 if higher else -1)
    found = believe(FOUND, higher_is_better=higher)
    assert found.chance_to_win == pytest.approx((drawn > 0).mean(), abs=0.003)
    assert found.loss == pytest.approx(np.maximum(-drawn, 0).mean(), abs=0.001)
    assert found.loss_of_control == pytest.approx(np.maximum(drawn, 0).mean(), abs=0.001)


def test_a_prior_draws_towards_what_was_believed():
    sceptic = believe(FOUND, Prior(0.0, 0.1))
    assert 0.5 < sceptic.chance_to_win < believe(FOUND).chance_to_win
    drawn = np.random.default_rng(2).normal(0.1 * 0.8 + 0.3 * 0.2, 1 / np.sqrt(25 + 100), 400_000)  # weights 1/0.1² and 1/0.2²
    assert believe(FOUND, Prior(0.1, 0.1)).chance_to_win == pytest.approx((drawn > 0).mean(), abs=0.003)
    assert believe(FOUND, Prior(0.1, 0.1)).loss == pytest.approx(np.maximum(-drawn, 0).mean(), abs=0.0005)
    assert believe(FOUND, Prior(0.0, 1e6)).chance_to_win == pytest.approx(believe(FOUND).chance_to_win)


def test_nothing_is_believed_without_an_error():
    assert believe(Comparison(difference=0.3, error=0.0)).note is Note.NO_VARIANCE
    assert believe(Comparison(note=Note.NO_CONTROL)).note is Note.NO_CONTROL
