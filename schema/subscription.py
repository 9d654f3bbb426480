"""Everything that is told as it happens."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Annotated

import strawberry
from graphql import GraphQLError

from gateway.errors import GatewayError
from schema.context import Ask
from schema.experimenting import KeyArg
from schema.people import Event
from schema.result import ExperimentResult

TypesArg = Annotated[list[str] | None, strawberry.argument(description="Only events of these types; all where null.")]


@strawberry.type(description="Told at once, and again whenever there is more: over WebSocket, or as a stream over HTTP.")
class Subscription:
    """Errors end a subscription: what the listener can mend is said in full."""

    @strawberry.subscription(
        description="ANALYST scope. The result of this moment, and again whenever anything in it but `asOf` has changed; a look "
        "that is due is kept, as where it is asked for."
    )
    async def experiment_result(self, info: Ask, key: KeyArg) -> AsyncGenerator[ExperimentResult, None]:
        gateway = info.context.gateway
        with _placed(info):
            async with aclosing(gateway.broadcaster.results(info.context.admit, key)) as results:
                async for result in results:
                    shop, caller = info.context.admit()
                    vetted = await gateway.laboratory.experimenter.one(shop, caller, key)
                    assert vetted is not None, "what has a result is there"
                    yield ExperimentResult.of(result, vetted)

    @strawberry.subscription(
        description="SERVER scope. Every event as it comes in, each once, its ids whole; of an order told whole each line. "
        "Events that happened more than a day ago are no news. Whoever cannot keep up hears the newest, and how many were "
        "left out."
    )
    async def events(self, info: Ask, types: TypesArg = None) -> AsyncGenerator[Event, None]:
        with _placed(info):
            async with aclosing(info.context.gateway.broadcaster.events(info.context.admit, types)) as events:
                async for caught in events:
                    yield Event.of(caught.event, skipped=caught.skipped)


@contextmanager
def _placed(info: Ask) -> Iterator[None]:
    """A fault of ours says where it happened: that is how it is known for one, and masked."""
    try:
        yield
    except (GatewayError, GraphQLError):
        raise
    except Exception as fault:
        raise GraphQLError("internal error", path=[info.path.key], original_error=fault) from fault
