"""Introduce people: what the shop says of its users, and which ids are theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.event import Refusal
from gateway.domain.identity import FIELDS, Identity, IdentityKind
from gateway.domain.person import Person, RefusedMerge, ToldUser, Unkept
from gateway.domain.tenant import Caller, Scope, TenantId
from gateway.domain.visitor import UserId
from gateway.errors import BadInput, Conflict
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_attributes, page_size
from gateway.services.hearing.taken import Taken, check_rows
from gateway.services.knowing.recall import Recaller, as_kept
from gateway.services.shop import Shop
from gateway.store.people import PeopleStore

MAX_MERGES = 200


@dataclass(frozen=True, slots=True)
class Introducer:
    """Users and their ids. Two users that the shop knows are never made one."""

    people: PeopleStore
    recaller: Recaller

    async def keep(self, shop: Shop, caller: Caller, told: Sequence[ToldUser], *, whole: bool) -> Taken:
        """Keeps users, each whole, or only what is told of those there are. Ids are added to those that lead to them."""
        require(caller, Scope.SERVER)
        check_rows("users", len(told))
        judged = [_judged(each) for each in told]
        places = [place for place, each in enumerate(judged) if isinstance(each, ToldUser)]
        sound = [each for each in judged if isinstance(each, ToldUser)]
        unkept = await self.people.keep(shop.tenant.tenant_id, sound, whole=whole) if sound else {}
        refused = {places[number]: _refusal(each) for number, each in unkept.items()}
        return Taken([each if isinstance(each, Refusal) else refused.get(place) for place, each in enumerate(judged)])

    async def link(self, shop: Shop, caller: Caller, user: Identity, identity: Identity) -> Person:
        """Has an id lead to a user. Conflict where it is another's."""
        require(caller, Scope.SERVER)
        tenant_id = shop.tenant.tenant_id
        user_id, identity = await self._user(tenant_id, user, new=True), as_kept(identity, "identity")
        if not await self.people.link(tenant_id, user_id, identity):
            raise Conflict(f"this {FIELDS[identity.kind]} is another user's; unlink it there first", field="identity")
        return await self._told(tenant_id, user_id)

    async def unlink(self, shop: Shop, caller: Caller, user: Identity, identity: Identity) -> Person:
        """Takes an id away from a user, and with it what came to them by it."""
        require(caller, Scope.SERVER)
        tenant_id = shop.tenant.tenant_id
        user_id, identity = await self._user(tenant_id, user), as_kept(identity, "identity")
        if not await self.people.unlink(tenant_id, user_id, identity):
            own = identity.kind is IdentityKind.USER
            raise BadInput("a user is not parted from their own id" if own else "does not lead to this user", field="identity")
        return await self._told(tenant_id, user_id)

    async def refused(self, shop: Shop, caller: Caller, first: int | None) -> list[RefusedMerge]:
        """The last ties that would have made one of two users; the users' ids for those who may know them."""
        require(caller, Scope.ANALYST)
        size = page_size(first, 50, MAX_MERGES)
        return await self.people.refused(shop.tenant.tenant_id, size)

    async def _user(self, tenant_id: TenantId, told: Identity, *, new: bool = False) -> UserId:
        by = as_kept(told, "user")
        found = await self.people.find(tenant_id, by)
        if found is None and new and by.kind is IdentityKind.USER:
            return UserId(by.value)
        if found is None:
            raise BadInput(f"no user is known by this {FIELDS[by.kind]}", field="user")
        return found

    async def _told(self, tenant_id: TenantId, user_id: UserId) -> Person:
        return await self.recaller.whole(tenant_id, f"u:{user_id}")


def _judged(told: ToldUser) -> ToldUser | Refusal:
    try:
        user = as_kept(Identity(IdentityKind.USER, told.user_id), "userId")
        ids = tuple(as_kept(each, FIELDS[each.kind]) for each in told.identities)
        attributes = None if told.attributes is None else check_attributes("attributes", told.attributes)
    except BadInput as bad:
        return Refusal(bad.field or "userId", bad.code, bad.message)
    return ToldUser(UserId(user.value), told.hidden, attributes, ids)


def _refusal(unkept: Unkept) -> Refusal:
    if unkept.kind is None:
        return Refusal("userId", unkept.code, "there is no such user; upsertUsers makes one")
    return Refusal(FIELDS[unkept.kind], unkept.code, "is another user's; unlink it there first")
