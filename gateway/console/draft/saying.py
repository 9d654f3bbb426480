"""What a filled-in form says, in the words of the API; a field that cannot be read is named."""

from typing import Any

import orjson

from gateway.console.draft.fields import DraftFields, VariantFields
from gateway.errors import BadInput


def said(form: DraftFields) -> dict[str, Any]:
    """All that an experiment is told by. BadInput names the field that is no number, or no JSON."""
    return {
        "key": form.key,
        "name": form.name,
        "hypothesis": form.hypothesis,
        "placements": list(form.placements),
        "unit": form.unit,
        "coverage": share(form.coverage, "coverage"),
        "layer": form.layer or None,
        "sticky": form.sticky,
        "external": form.external,
        "allocation": form.allocation,
        "condition": _object(form.condition, "condition"),
        "variants": [_variant(each, f"variants.{place}") for place, each in enumerate(form.variants)],
        "goals": list(form.goals),
        "guardrails": [
            {"metric": each.metric, "margin": share(each.margin, f"guardrails.{place}.margin")}
            for place, each in enumerate(form.guardrails)
        ],
        "mode": form.mode,
        "alpha": share(form.alpha, "alpha"),
        "plannedUnits": whole(form.planned_units, "plannedUnits"),
        "plannedEnd": moment(form.planned_end),
        "conversionWindowHours": whole(form.hours, "conversionWindowHours"),
    }


def share(text: str, field: str) -> float | None:
    """Per cent as a share; null where nothing is said."""
    if not text:
        return None
    try:
        return round(float(text.replace(",", ".").removesuffix("%").strip()) / 100, 12)
    except ValueError:
        raise BadInput("must be a number, in per cent: 50 is half", field=field) from None


def whole(text: str, field: str) -> int | None:
    """A whole number, its thousands separated or not; null where nothing is said."""
    plain = text.replace(" ", "").replace(",", "").replace("\N{NO-BREAK SPACE}", "")
    if not plain:
        return None
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 15:  # noqa: PLR2004
        raise BadInput("must be a whole number, such as 20000", field=field)
    return int(plain)


def moment(text: str) -> str | None:
    """A browser's field, which is in UTC here, as the API says moments; null where nothing is said."""
    return f"{text}+00:00" if text else None


def _variant(form: VariantFields, at: str) -> dict[str, Any]:
    parameters = _object(form.parameters, f"{at}.parameters")
    if chosen := [each for each in form.strategies if each]:
        parameters["strategies"] = chosen
    told = {"key": form.key, "name": form.name or None, "parameters": parameters}
    weight = share(form.weight, f"{at}.weight")
    return {**told, "weight": weight} if weight is not None else told


def _object(text: str, field: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f'is no JSON ({fault}); an object is wanted, as in {{"count": 6}}', field=field) from None
    if not isinstance(told, dict):
        raise BadInput('must be an object, as in {"count": 6}', field=field)
    return told
