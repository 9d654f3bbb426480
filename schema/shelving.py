"""Telling what the shop sells."""

from typing import Annotated

import strawberry
from strawberry import ID

from schema.context import Ask
from schema.lists import UpsertPayload
from schema.product_input import CategoryInput, ProductInput, ProductPatch


@strawberry.type
class Shelving:
    """The part of Mutation that tells the catalog."""

    @strawberry.mutation(
        description="SERVER scope. Products, each whole: what it no longer names, markets and languages among it, goes away. "
        "A row is taken or refused by itself, and what was taken is in the very next answer."
    )
    async def upsert_products(
        self, info: Ask, products: Annotated[list[ProductInput], strawberry.argument(description="1,000 at most, each once.")]
    ) -> UpsertPayload:
        shop, caller = info.context.admit()
        taken = await info.context.gateway.shelver.put(shop, caller, [each.understood() for each in products])
        return UpsertPayload.of(taken, [each.id for each in products])

    @strawberry.mutation(
        description="SERVER scope. Only what is said of a product changes: price, stock, hidden … A null takes a value away."
    )
    async def patch_products(
        self, info: Ask, products: Annotated[list[ProductPatch], strawberry.argument(description="1,000 at most, each once.")]
    ) -> UpsertPayload:
        shop, caller = info.context.admit()
        taken = await info.context.gateway.shelver.patch(shop, caller, [each.understood() for each in products])
        return UpsertPayload.of(taken, [each.id for each in products])

    @strawberry.mutation(
        description="SERVER scope. These are in no answer that begins after this one. patchProducts with `hidden: false` shows "
        "them again."
    )
    async def hide_products(
        self, info: Ask, ids: Annotated[list[ID], strawberry.argument(description="1,000 at most, each once.")]
    ) -> UpsertPayload:
        shop, caller = info.context.admit()
        return UpsertPayload.of(await info.context.gateway.shelver.hide(shop, caller, ids), ids)

    @strawberry.mutation(
        description="SERVER scope. Categories, each whole, parents before or after their children. One that would stand below "
        "itself is refused."
    )
    async def upsert_categories(
        self, info: Ask, categories: Annotated[list[CategoryInput], strawberry.argument(description="1,000 at most, each once.")]
    ) -> UpsertPayload:
        shop, caller = info.context.admit()
        taken = await info.context.gateway.shelver.put_categories(shop, caller, [each.understood() for each in categories])
        return UpsertPayload.of(taken, [each.id for each in categories])
