"""The media type and the HTTP status of an answer, by the draft of GraphQL over HTTP."""

from typing import Any

from strawberry.http import GraphQLHTTPResponse

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"

_REFUSED = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403}


def media_type(accept: str | None) -> str:
    """GraphQL's own where it is named and no less welcome than plain JSON; plain JSON for whoever does not say."""
    welcome = dict(map(_weighed, (accept or "").split(",")))
    own = welcome.get(GRAPHQL_RESPONSE, 0.0)
    return GRAPHQL_RESPONSE if own > 0 and own >= welcome.get(JSON, 0.0) else JSON


def _weighed(told: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in told.split(";"))
    weight = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0


def settled(answer: GraphQLHTTPResponse) -> tuple[int, dict[str, Any]]:
    """The status, and the answer without `data` where nothing was executed: 4xx for what could not be understood or is not this
    caller's to ask; 200 for what was executed, whatever failed on the way.
    """
    errors: Any = answer.get("errors") or []
    if answer["data"] is not None or not errors:
        return 200, dict(answer)
    codes = {str(error.get("extensions", {}).get("code")) for error in errors}
    refused = codes <= _REFUSED.keys()
    if not refused and any("path" in error for error in errors):
        return 200, dict(answer)
    return min(_REFUSED[code] for code in codes) if refused else 400, {
        name: said for name, said in answer.items() if name != "data"
    }
