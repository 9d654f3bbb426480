"""What the example shop tries out, begun without a database."""

from dataclasses import replace
from datetime import datetime

from gateway.demo.tryouts import SEEDS, Tryouts, drafts
from gateway.domain.experiment import ExperimentStatus, Phase


def begun(since: datetime) -> Tryouts:
    """As the database would tell it, the experiments counted from 1."""
    running = [
        replace(
            draft,
            experiment_id=number,
            status=ExperimentStatus.RUNNING,
            phase=Phase(1, SEEDS.get(draft.key, "unused"), since, policy=1 if draft.reward else 0),
        )
        for number, draft in enumerate(drafts(since), 1)
    ]
    return Tryouts(since, *running)
