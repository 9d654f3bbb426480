"""The GraphQL face. Types name what clients see; resolvers ask one service and translate."""

from graphql import GraphQLError
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from schema.limits import DocumentCache
from schema.mutation import Mutation
from schema.query import Query
from schema.words import SCALARS


class GatewaySchema(Schema):
    """Our errors are logged where they are told (failures.py), so not here."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: see schema/failures.py."""


schema = GatewaySchema(query=Query, mutation=Mutation, config=StrawberryConfig(scalar_map=SCALARS), extensions=[DocumentCache])
