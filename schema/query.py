"""Everything that can be asked: a room a subject."""

import strawberry

from schema.browsing import Browsing
from schema.bulk import Gathering
from schema.deciding import Decisions
from schema.explaining import Explaining
from schema.lists import Lists
from schema.recommending import Recommending
from schema.tastes import Knowing


@strawberry.type(description="Everything that can be asked.")
class Query(Recommending, Gathering, Explaining, Browsing, Knowing, Lists, Decisions):
    """The rooms together."""
