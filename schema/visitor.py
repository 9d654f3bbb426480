"""Who looks, as a client says it."""

from dataclasses import replace

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain.tenant import Caller, Tenant
from gateway.domain.visitor import Visitor
from gateway.errors import BadInput
from gateway.services.admit import recognise
from gateway.services.bounds import check_attributes


@strawberry.input(description="Who looks. At least one id; an empty id is no id.")
class VisitorInput:
    session_id: ID | None = strawberry.field(default=None, description="The visit. Unguessable: it opens the visit's history.")
    user_id: ID | None = strawberry.field(
        default=None, description="The shop's own id of a known person. With a browser key it counts only with userToken."
    )
    visitor_id: ID | None = strawberry.field(default=None, description="The first-party cookie.")
    user_token: str | None = strawberry.field(
        default=None, description="The shop's signature over userId: a JWT (HS256) with sub and exp under its identity secret."
    )

    attributes: JSON | None = strawberry.field(
        default=None, description="What else the shop knows, by name: rules and targeting may read it as visitor.name."
    )

    def recognised(self, caller: Caller, tenant: Tenant) -> Visitor:
        """The visitor as far as it is believed; BadInput where there is no id at all."""
        if not (self.session_id or self.user_id or self.visitor_id):
            raise BadInput("at least one of sessionId, userId and visitorId is needed", field="visitor")
        seen = recognise(
            caller,
            tenant,
            session_id=self.session_id,
            user_id=self.user_id,
            visitor_id=self.visitor_id,
            user_token=self.user_token,
        )
        return replace(seen, attributes=check_attributes("visitor.attributes", self.attributes))
