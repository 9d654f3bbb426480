"""Everything that can be asked: a room a subject."""

import strawberry

from schema.analysing import Analysing
from schema.assigning import Assigning
from schema.attribution import Attributing
from schema.browsing import Browsing
from schema.bulk import Gathering
from schema.deciding import Decisions
from schema.event_types import Weights
from schema.experimenting import Experiments
from schema.explaining import Explaining
from schema.feeds import Supplying
from schema.keys import Keyring
from schema.knowing import Knowing
from schema.lists import Lists
from schema.metrics import Measuring
from schema.power import Planning
from schema.recommending import Recommending
from schema.reconsidering import Reconsidering
from schema.releases import Shifts
from schema.settings import Settling


@strawberry.type(description="Everything that can be asked.")
class Query(
    Recommending,
    Gathering,
    Assigning,
    Explaining,
    Browsing,
    Knowing,
    Lists,
    Decisions,
    Attributing,
    Settling,
    Keyring,
    Supplying,
    Shifts,
    Weights,
    Experiments,
    Measuring,
    Planning,
    Analysing,
    Reconsidering,
):
    """The rooms together."""
