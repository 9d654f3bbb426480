"""Errors as clients see them: what they can mend is said in full, our own faults only by an id."""

import logging
from typing import Any
from uuid import uuid4

from graphql import GraphQLError, GraphQLFormattedError

from gateway.errors import GatewayError
from gateway.services.measure import ERRORS

logger = logging.getLogger(__name__)


def told(error: GraphQLError) -> GraphQLFormattedError:
    """The error with its code; one that is ours is logged whole and answered with an id only."""
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error:
        original = original.original_error
    formatted = error.formatted
    if isinstance(original, GatewayError):
        return {**formatted, **said_of(original)}
    if original is None or isinstance(original, GraphQLError) or error.path is None:
        return {**formatted, "extensions": {"code": "BAD_USER_INPUT"}}
    return {**formatted, **masked(original)}


def said_of(refusal: GatewayError) -> GraphQLFormattedError:
    """What the caller can mend, with its code."""
    extensions: dict[str, Any] = {"code": refusal.code}
    if refusal.field:
        extensions["field"] = refusal.field
    return {"message": refusal.message, "extensions": extensions}


def masked(fault: Exception) -> GraphQLFormattedError:
    """A fault of ours: logged whole under an id, and only the id is said."""
    number = uuid4().hex
    ERRORS.inc()
    logger.error("internal error %s", number, exc_info=fault)
    return {"message": f"internal error {number}", "extensions": {"code": "INTERNAL", "id": number}}
