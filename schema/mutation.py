"""Everything that can be told: a room a subject."""

import strawberry

from schema.assigning import Previewing
from schema.deciding import Deciding
from schema.event_types import Weighing
from schema.experimenting import Experimenting
from schema.exposing import Exposing
from schema.forgetting import Forgetting
from schema.keys import Locksmith
from schema.knowing import Introducing
from schema.lists import Curating
from schema.metrics import Gauging
from schema.releases import Restoring
from schema.settings import Governing
from schema.shelving import Shelving
from schema.tastes import Preferring
from schema.telling import Telling


@strawberry.type(description="Everything that can be told.")
class Mutation(
    Telling,
    Exposing,
    Previewing,
    Shelving,
    Preferring,
    Introducing,
    Forgetting,
    Curating,
    Deciding,
    Governing,
    Locksmith,
    Weighing,
    Experimenting,
    Gauging,
    Restoring,
):
    """The rooms together."""
