"""Who people are: asked, told, linked and unlinked."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import person
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.person import ToldUser
from gateway.domain.tenant import Scope
from gateway.domain.visitor import UserId
from schema.context import Ask
from schema.identity import IdentityInput
from schema.lists import UpsertPayload
from schema.people import AfterArg, EventConnection, FirstArg, TypesArg, User

ByArg = Annotated[IdentityInput, strawberry.argument(description="Who.")]
UsersArg = Annotated[list["UserInput"], strawberry.argument(description="1,000 at most.")]
UserArg = Annotated[IdentityInput, strawberry.argument(description="Whose it is; a userId that is new becomes a user.")]
IdentityArg = Annotated[IdentityInput, strawberry.argument(description="The id.")]


@strawberry.input(description="A user of the shop. Ids are added to those that lead to the user; unlinkIdentity takes one away.")
class UserInput:
    user_id: ID = strawberry.field(description="The shop's own id.")
    hidden: bool | None = strawberry.field(default=None, description="Whether nothing is recommended to them personally.")
    attributes: JSON | None = strawberry.field(
        default=None, description="What the shop knows of them: an object. A patch tells name by name, and null takes one away."
    )
    email: str | None = strawberry.field(default=None, description="An e-mail address, in any case.")
    phone: str | None = strawberry.field(default=None, description="A phone number, known by its digits.")
    external_id: str | None = strawberry.field(default=None, description="The id of another system.")
    visitor_id: ID | None = strawberry.field(
        default=None, description="A first-party cookie: its sessions in which nobody else logged in become the user's."
    )
    contact_id: ID | None = strawberry.field(default=None, description="Of a mail sender.")

    def understood(self) -> ToldUser:
        """The user in the gateway's words."""
        told = {
            IdentityKind.EXTERNAL: self.external_id, IdentityKind.CONTACT: self.contact_id, IdentityKind.EMAIL: self.email,
            IdentityKind.PHONE: self.phone, IdentityKind.VISITOR: self.visitor_id,
        }  # fmt: skip
        ids = tuple(Identity(kind, value) for kind, value in told.items() if value)
        return ToldUser(UserId(self.user_id), self.hidden, self.attributes, ids)  # type: ignore[arg-type]  # checked below


@strawberry.type(description="Two users that were told to have one id, and stayed two.")
class RefusedMerge:
    kind: str = strawberry.field(description="Which kind of id: email, phone, contact, external or visitor.")
    hint: str = strawberry.field(description="What the id is recognised by, and not read from.")
    times: int = strawberry.field(description="How often it was told.")
    refused_at: datetime = strawberry.field(description="When it was told last.")
    user_ids: list[ID] | None = strawberry.field(
        description="Who was to have it, and who has it; null for a key without the scope SERVER."
    )

    @classmethod
    def of(cls, it: person.RefusedMerge, *, named: bool) -> Self:
        """`named`: whether who asks may know of whom it is."""
        users = [ID(it.user_id), ID(it.other_id)] if named else None
        return cls(kind=it.kind.value, hint=it.hint, times=it.times, refused_at=it.refused_at, user_ids=users)


@strawberry.type
class Knowing:
    """The part of Query that tells what is known of people."""

    @strawberry.field(description="SERVER scope. A user, or a session, by any id; null where nothing is known.")
    async def user(self, info: Ask, by: ByArg) -> User | None:
        shop, caller = info.context.admit()
        found = await info.context.gateway.recaller.person(shop, caller, by.understood())
        return User.of(found, by.understood()) if found else None

    @strawberry.field(description="SERVER scope. What someone did, by any of their ids, newest first.")
    async def events(
        self, info: Ask, by: ByArg, types: TypesArg = None, first: FirstArg = None, after: AfterArg = None
    ) -> EventConnection:
        shop, caller = info.context.admit()
        found = await info.context.gateway.recaller.events(shop, caller, by.understood(), types, first, after)
        return EventConnection.of(found, after)

    @strawberry.field(description="ANALYST scope. Ids that would have made one of two users, newest first.")
    async def refused_merges(
        self, info: Ask, first: Annotated[int | None, strawberry.argument(description="1 to 200; 50 where null.")] = None
    ) -> list[RefusedMerge]:
        shop, caller = info.context.admit()
        found = await info.context.gateway.introducer.refused(shop, caller, first)
        return [RefusedMerge.of(each, named=caller.may(Scope.SERVER)) for each in found]


@strawberry.type
class Introducing:
    """The part of Mutation that tells who people are."""

    @strawberry.mutation(description="SERVER scope. Users, each whole: what is null is not so.")
    async def upsert_users(self, info: Ask, users: UsersArg) -> UpsertPayload:
        return await _kept(info, users, whole=True)

    @strawberry.mutation(description="SERVER scope. Only what is given, of users there are.")
    async def patch_users(self, info: Ask, users: UsersArg) -> UpsertPayload:
        return await _kept(info, users, whole=False)

    @strawberry.mutation(
        description="SERVER scope. Has an id lead to a user, with what was done by it: a session's anonymous behaviour, that of"
        " a person whom the gateway had made for the id. CONFLICT where it is another user's."
    )
    async def link_identity(self, info: Ask, user: UserArg, identity: IdentityArg) -> User:
        shop, caller = info.context.admit()
        linked = await info.context.gateway.introducer.link(shop, caller, user.understood(), identity.understood())
        return User.of(linked)

    @strawberry.mutation(
        description="SERVER scope. Takes an id away from a user, and what came to them by it; linkIdentity brings both back."
    )
    async def unlink_identity(self, info: Ask, user: UserArg, identity: IdentityArg) -> User:
        shop, caller = info.context.admit()
        left = await info.context.gateway.introducer.unlink(shop, caller, user.understood(), identity.understood())
        return User.of(left)


async def _kept(info: Ask, users: list[UserInput], *, whole: bool) -> UpsertPayload:
    shop, caller = info.context.admit()
    taken = await info.context.gateway.introducer.keep(shop, caller, [each.understood() for each in users], whole=whole)
    return UpsertPayload.of(taken, [each.user_id for each in users])
