"""The GraphQL face. Types name what clients see; resolvers ask one service and translate."""

from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.limits import DocumentCache
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription
from schema.words import SCALARS

_STREAM = (
    "a subscription is a stream: ask for it with accept: text/event-stream, or over a WebSocket that speaks graphql-transport-ws"
)


class GatewaySchema(Schema):
    """Our errors are logged where they are told (failures.py), so not here."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """One answer; whoever asks for a subscription hears how to."""
        allowed = {*(allowed_operation_types or OperationType)} - {OperationType.SUBSCRIPTION}
        try:
            return await super().execute(
                query, variable_values, context_value, root_value, operation_name, allowed, operation_extensions
            )
        except InvalidOperationTypeError as wrong:
            if wrong.operation_type is not OperationType.SUBSCRIPTION:
                raise
            return PreExecutionError(data=None, errors=[GraphQLError(_STREAM)])

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: see schema/failures.py."""


schema = GatewaySchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    extensions=[DocumentCache],
)
