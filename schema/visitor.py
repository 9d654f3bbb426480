"""Who looks, as a client says it."""

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain.tenant import Caller, Tenant
from gateway.domain.visitor import Visitor
from gateway.services.administering.admit import recognise_asker


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
    contact_id: ID | None = strawberry.field(default=None, description="The id of a mail sender's contact; SERVER scope.")
    email: str | None = strawberry.field(default=None, description="An e-mail address, in any case; SERVER scope.")
    phone: str | None = strawberry.field(default=None, description="A phone number, known by its digits; SERVER scope.")
    external_id: str | None = strawberry.field(default=None, description="The id of another system; SERVER scope.")
    user_agent: str | None = strawberry.field(
        default=None,
        description="The visitor's browser, where a server asks; it says whether this is a crawler, and is dropped.",
    )
    attributes: JSON | None = strawberry.field(
        default=None, description="What else the shop knows, by name: rules and targeting may read it as visitor.name."
    )

    def recognised(self, caller: Caller, tenant: Tenant) -> Visitor:
        """The visitor as far as it is believed; BadInput where there is no id at all."""
        return recognise_asker(caller, tenant, self, self.attributes)
