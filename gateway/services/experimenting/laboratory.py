"""The laboratory: all that has to do with making experiments."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from gateway.services.experimenting.analyse import Analyst
from gateway.services.experimenting.begin import Beginner
from gateway.services.experimenting.conduct import Conductor
from gateway.services.experimenting.divide import Divider
from gateway.services.experimenting.forecast import Forecaster
from gateway.services.experimenting.gauge import Gauger
from gateway.services.experimenting.optimise import Optimiser
from gateway.services.experimenting.reconsider import Reconsiderer
from gateway.services.experimenting.size_up import Sizer
from gateway.services.experimenting.try_out import Experimenter
from gateway.services.experimenting.vet import Vetter
from gateway.store.database import Database
from gateway.store.experiments import ExperimentStore
from gateway.store.layers import LayerStore
from gateway.store.metrics import MetricStore
from gateway.store.past import PastStore
from gateway.store.policies import PolicyStore
from gateway.store.results import ResultStore
from gateway.store.trials import TrialStore


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Its services."""

    experimenter: Experimenter
    conductor: Conductor
    optimiser: Optimiser
    gauger: Gauger
    divider: Divider
    forecaster: Forecaster
    sizer: Sizer
    analyst: Analyst
    reconsiderer: Reconsiderer

    @classmethod
    def over(cls, db: Database, catch_up: Callable[[], Awaitable[None]]) -> "Laboratory":
        """All of them on one database. `catch_up` has this server read what they have just written."""
        past, metrics, layers = PastStore(db), MetricStore(db), LayerStore(db)
        experiments, trials = ExperimentStore(db), TrialStore(db)
        beginner, vetter = Beginner(metrics, past), Vetter(past)
        sizer = Sizer(forecaster := Forecaster(metrics, past))
        return cls(
            experimenter=Experimenter(trials, experiments, layers, beginner, vetter, sizer, catch_up),
            conductor=(conductor := Conductor(trials, experiments, beginner, vetter, catch_up)),
            optimiser=Optimiser(conductor),
            gauger=Gauger(metrics, catch_up),
            divider=Divider(layers),
            forecaster=forecaster,
            sizer=sizer,
            analyst=Analyst(experiments, ResultStore(db)),
            reconsiderer=Reconsiderer(experiments, metrics, PolicyStore(db)),
        )
