"""Everything that can be asked: a room a subject."""

import strawberry

from schema.browsing import Browsing
from schema.bulk import Gathering
from schema.deciding import Decisions
from schema.explaining import Explaining
from schema.recommending import Recommending


@strawberry.type(description="Everything that can be asked.")
class Query(Recommending, Gathering, Explaining, Browsing, Decisions):
    """The rooms together."""
