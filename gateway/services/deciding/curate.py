"""Take in lists that the shop computed elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.curated import CuratedList, KeptList, find_fault
from gateway.domain.event import Refusal
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.tenant import Caller, Scope
from gateway.domain.visitor import UserId
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import check_text, is_sound, page_size
from gateway.services.hearing.taken import Taken, check_rows, in_vain
from gateway.services.shop import Shop
from gateway.store.lists import ListStore
from gateway.store.tastes import TasteStore

MAX_LISTS = 1000  # an answer


@dataclass(frozen=True, slots=True)
class ToldList:
    """A list as a client tells it: its user by any identity."""

    list: CuratedList
    user: Identity | None = None


@dataclass(frozen=True, slots=True)
class Curator:
    """Curated lists."""

    lists: ListStore
    tastes: TasteStore

    async def put(self, shop: Shop, caller: Caller, told: Sequence[ToldList]) -> Taken:
        """Keeps the lists, each whole, and takes away those without products."""
        require(caller, Scope.ADMIN)
        check_rows("lists", len(told))
        users = await self._users(shop, [each.user for each in told if each.user])
        judged = [_judged(shop, each, users) for each in told]
        sound = [each for each in judged if isinstance(each, CuratedList)]
        await self.lists.put(shop.tenant.tenant_id, sound)
        unknown = await self.lists.unknown(shop.tenant.tenant_id, sound)
        return Taken(
            [each if isinstance(each, Refusal) else None for each in judged], tuple(in_vain(unknown.products, unknown.categories))
        )

    async def read(self, shop: Shop, caller: Caller, first: int | None, after: str | None) -> Sequence[KeptList]:
        """The lists there are, by id, without their products."""
        require(caller, Scope.ANALYST)
        size = page_size(first, MAX_LISTS, MAX_LISTS)
        check_text("after", (after,))
        return await self.lists.read(shop.tenant.tenant_id, size, after)

    async def _users(self, shop: Shop, identities: Sequence[Identity]) -> dict[Identity, UserId]:
        identities = [each for each in identities if is_sound(each.value)]  # nobody is known by a text that nobody can keep
        known = {each: UserId(each.value) for each in identities if each.kind is IdentityKind.USER}
        linked = [each for each in identities if each.kind not in (IdentityKind.USER, IdentityKind.SESSION)]
        return {**known, **(await self.tastes.users(shop.tenant.tenant_id, linked) if linked else {})}


def _judged(shop: Shop, told: ToldList, users: dict[Identity, UserId]) -> CuratedList | Refusal:
    meant = told.list
    if told.user:
        if told.user not in users:
            return Refusal("user", "UNKNOWN_USER", f"no user is known by this {told.user.kind}; a session is no user")
        meant = replace(meant, user_id=users[told.user])
    return find_fault(meant, shop.markets) or meant
