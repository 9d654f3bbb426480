"""Everything that can be told: a room a subject."""

import strawberry

from schema.deciding import Deciding
from schema.lists import Curating
from schema.shelving import Shelving
from schema.tastes import Preferring
from schema.telling import Telling


@strawberry.type(description="Everything that can be told.")
class Mutation(Telling, Shelving, Preferring, Curating, Deciding):
    """The rooms together."""
