"""Everything that can be told: a room a subject."""

import strawberry

from schema.deciding import Deciding
from schema.telling import Telling


@strawberry.type(description="Everything that can be told.")
class Mutation(Telling, Deciding):
    """The rooms together."""
