"""What a document may ask for at most, and the memory of documents that were read before."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    parse,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

MAX_TOKENS = 4000
MAX_DEPTH = 15
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 10
_REMEMBERED = 512
_REMEMBERED_LENGTH = 20_000


class DocumentCache(SchemaExtension):
    """Parses and validates each document once; a repeat costs a look-up by its text."""

    def on_parse(self) -> Iterator[None]:
        """Sets the document, read before or now."""
        query = self.execution_context.query or ""
        read = _read if len(query) <= _REMEMBERED_LENGTH else _read.__wrapped__
        self.execution_context.graphql_document = read(query)
        yield

    def on_validate(self) -> Iterator[None]:
        """Sets what is wrong with the document."""
        context = self.execution_context
        query = context.query or ""
        judge = _judge if len(query) <= _REMEMBERED_LENGTH else _judge.__wrapped__
        context.pre_execution_errors = list(judge(context.schema._schema, query))  # an empty list: judged, and found good  # noqa: SLF001
        yield


@lru_cache(_REMEMBERED)
def _read(query: str) -> DocumentNode:
    return parse(query, max_tokens=MAX_TOKENS)


@lru_cache(_REMEMBERED)
def _judge(schema: GraphQLSchema, query: str) -> tuple[GraphQLError, ...]:
    read = _read if len(query) <= _REMEMBERED_LENGTH else _read.__wrapped__
    return tuple(validate_document(schema, read(query), (*specified_rules, WithinLimits)))


class WithinLimits(ValidationRule):
    """Depth, aliases and root fields of an operation, fragments followed."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments = {
            d.name.value: d.selection_set for d in context.document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Reports each limit that the operation passes."""
        if len(node.selection_set.selections) > MAX_ROOT_FIELDS:
            self.report_error(GraphQLError(f"an operation may have {MAX_ROOT_FIELDS} root fields at most", node))
        depth, aliases = self._measure(node.selection_set, frozenset(), {})
        if depth > MAX_DEPTH:
            self.report_error(GraphQLError(f"an operation may be {MAX_DEPTH} levels deep at most", node))
        if aliases > MAX_ALIASES:
            self.report_error(GraphQLError(f"an operation may have {MAX_ALIASES} aliases at most", node))

    def _measure(
        self, selections: SelectionSetNode | None, inside: frozenset[str], known: dict[str, tuple[int, int]]
    ) -> tuple[int, int]:
        """Depth and aliases below; a fragment is measured once, a circle not followed (another rule reports it)."""
        deepest = aliases = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in inside:
                    continue
                if name not in known:
                    known[name] = self._measure(self._fragments.get(name), inside | {name}, known)
                depth, inner = known[name]
            else:
                depth, inner = self._measure(node.selection_set, inside, known)  # type: ignore[attr-defined]
                depth += isinstance(node, FieldNode)
                aliases += isinstance(node, FieldNode) and node.alias is not None
            deepest, aliases = max(deepest, depth), aliases + inner
        return deepest, aliases
