"""What a document may ask for at most, and the memory of documents that were read before."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

MAX_TOKENS = 2000
MAX_DEPTH = 15
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 10


class DocumentCache(SchemaExtension):
    """Parses and validates each document once; a repeat costs a look-up by its text."""

    def on_parse(self) -> Iterator[None]:
        """Sets the document where it was read before; else it is read next, up to where it is too long."""
        context = self.execution_context
        context.graphql_document = _GOOD.get(context.query or "")
        context.parse_options["max_tokens"] = MAX_TOKENS
        yield

    def on_validate(self) -> Iterator[None]:
        """Sets what is wrong with the document: an empty list is a document judged and found good."""
        context = self.execution_context
        query = context.query or ""
        document = context.graphql_document
        assert document is not None
        if query in _GOOD:
            context.pre_execution_errors = []
        else:
            context.pre_execution_errors = validate_document(context.schema._schema, document, _RULES)  # noqa: SLF001
            if not context.pre_execution_errors:
                _GOOD.keep(query, document)
        yield


class GoodDocuments:
    """The documents last found good, by their text; bounded by their length too, since a tree weighs a hundred times its text."""

    def __init__(self, most: int, length: int, total: int) -> None:
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()
        self._most, self._length, self._total = most, length, total
        self._characters = 0

    def __contains__(self, query: str) -> bool:
        return query in self._kept

    def get(self, query: str) -> DocumentNode | None:
        """The document of this text, and it is the last to be dropped now."""
        if query in self._kept:
            self._kept.move_to_end(query)
        return self._kept.get(query)

    def keep(self, query: str, document: DocumentNode) -> None:
        """Keeps a document, and drops the ones longest unused until there is room."""
        if len(query) > self._length or query in self._kept:
            return
        self._kept[query] = document
        self._characters += len(query)
        while len(self._kept) > self._most or self._characters > self._total:
            dropped, _ = self._kept.popitem(last=False)
            self._characters -= len(dropped)


class WithinLimits(ValidationRule):
    """Depth, aliases and root fields of an operation, fragments followed."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments = {
            d.name.value: d.selection_set for d in context.document.definitions if isinstance(d, FragmentDefinitionNode)
        }

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Reports each limit that the operation passes."""
        if self._count(node.selection_set, frozenset()) > MAX_ROOT_FIELDS:
            self.report_error(GraphQLError(f"an operation may have {MAX_ROOT_FIELDS} root fields at most", node))
        depth, aliases = self._measure(node.selection_set, frozenset(), {})
        if depth > MAX_DEPTH:
            self.report_error(GraphQLError(f"an operation may be {MAX_DEPTH} levels deep at most", node))
        if aliases > MAX_ALIASES:
            self.report_error(GraphQLError(f"an operation may have {MAX_ALIASES} aliases at most", node))

    def _count(self, selections: SelectionSetNode | None, inside: frozenset[str]) -> int:
        """Fields at this level, those of fragments among them; past the limit it does not matter how many."""
        found = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                found += 1
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                found += 0 if name in inside else self._count(self._fragments.get(name), inside | {name})
            else:
                found += self._count(node.selection_set, inside)  # type: ignore[attr-defined]
            if found > MAX_ROOT_FIELDS:
                break
        return found

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


_GOOD = GoodDocuments(most=512, length=10_000, total=300_000)
_RULES = (*specified_rules, WithinLimits)
