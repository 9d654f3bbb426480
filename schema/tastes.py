"""What visitors prefer."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.domain.preference import PreferenceAction, PreferenceKind
from schema.context import Ask
from schema.identity import IdentityInput
from schema.people import User

ByArg = Annotated[IdentityInput, strawberry.argument(description="Who.")]


@strawberry.type
class Preferring:
    """The part of Mutation that tells what visitors prefer."""

    @strawberry.mutation(description="SERVER scope; a STOREFRONT key may speak for a session. It holds from the next answer on.")
    async def set_preference(
        self,
        info: Ask,
        by: ByArg,
        kind: Annotated[PreferenceKind, strawberry.argument(description="What it is about.")],
        ids: Annotated[list[ID], strawberry.argument(description="1 to 500 of that kind; a brand by its name.")],
        action: Annotated[PreferenceAction, strawberry.argument(description="What is said of them.")],
    ) -> User:
        shop, caller = info.context.admit()
        return User.of(await info.context.gateway.preferrer.put(shop, caller, by.understood(), kind, ids, action))
