"""People, as clients name them."""

from typing import Self

import strawberry
from strawberry import ID

from gateway.domain import preference
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.preference import PreferenceAction, PreferenceKind
from schema.words import described

PreferenceKindEnum = described(
    PreferenceKind,
    "PreferenceKind",
    "What a preference is about.",
    {
        PreferenceKind.PRODUCT: "Products.",
        PreferenceKind.CATEGORY: "Categories, with everything below them.",
        PreferenceKind.BRAND: "Brands.",
        PreferenceKind.STORE: "Stores: kept and told, but no recommendation reads them.",
    },
)

PreferenceActionEnum = described(
    PreferenceAction,
    "PreferenceAction",
    "What is said of it.",
    {
        PreferenceAction.LIKE: "Ranks higher.",
        PreferenceAction.DISLIKE: "Ranks lower.",
        PreferenceAction.NEUTRAL: "Takes back what was said before.",
        PreferenceAction.NEVER_RECOMMEND: "Is in no answer from now on.",
    },
)


@strawberry.input(
    one_of=True, description="A person by exactly one id. All but userId and sessionId lead to the user they are linked to."
)
class IdentityInput:
    user_id: ID | None = strawberry.field(default=strawberry.UNSET, description="The shop's own id.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="An e-mail address.")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="A telephone number.")
    external_id: str | None = strawberry.field(default=strawberry.UNSET, description="The id of another system.")
    visitor_id: ID | None = strawberry.field(default=strawberry.UNSET, description="The first-party cookie.")
    session_id: ID | None = strawberry.field(default=strawberry.UNSET, description="A visit.")
    contact_id: ID | None = strawberry.field(default=strawberry.UNSET, description="Of a mail sender.")

    def understood(self) -> Identity:
        """The identity in the gateway's words."""
        told = {
            IdentityKind.USER: self.user_id, IdentityKind.EMAIL: self.email, IdentityKind.PHONE: self.phone,
            IdentityKind.EXTERNAL: self.external_id, IdentityKind.VISITOR: self.visitor_id, IdentityKind.SESSION: self.session_id,
            IdentityKind.CONTACT: self.contact_id,
        }  # fmt: skip
        return next(Identity(kind, value) for kind, value in told.items() if isinstance(value, str))


@strawberry.type(description="What someone said of a product, a category, a brand or a store.")
class Preference:
    kind: PreferenceKind = strawberry.field(description="What it is about.")
    id: ID = strawberry.field(description="Which one.")
    action: PreferenceAction = strawberry.field(description="What was said.")

    @classmethod
    def of(cls, it: preference.Preference) -> Self:
        return cls(kind=it.kind, id=ID(it.id), action=it.action)
