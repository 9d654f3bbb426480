"""The fields of an experiment's form, as texts; each is named as the API names what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import orjson

from gateway.domain.experiment import Experiment, ExperimentUnit, Guardrail, InferenceMode, Variant

STRATEGIES = 3  # that a variant's fields have room for; more stand among its parameters
_HOUR = timedelta(hours=1)
_MOST_ROWS = 40

Answers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class VariantFields:
    """One variant. `weight`: in per cent. `parameters`: JSON, without the strategies that are chosen."""

    key: str = ""
    name: str = ""
    weight: str = ""
    strategies: tuple[str, ...] = ("",) * STRATEGIES
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class GuardrailFields:
    """One guardrail; `margin` in per cent."""

    metric: str = ""
    margin: str = ""


@dataclass(frozen=True, slots=True)
class DraftFields:
    """The form."""

    key: str = ""
    name: str = ""
    hypothesis: str = ""
    placements: tuple[str, ...] = ()
    unit: str = ExperimentUnit.SESSION.value
    coverage: str = "100"
    layer: str = ""
    sticky: bool = False
    external: bool = False
    allocation: str = "BUCKET"
    condition: str = ""
    variants: tuple[VariantFields, ...] = ()
    goals: tuple[str, ...] = ()
    guardrails: tuple[GuardrailFields, ...] = ()
    mode: str = InferenceMode.GROUP_SEQUENTIAL.value
    alpha: str = "5"
    planned_units: str = ""
    planned_end: str = ""
    hours: str = "72"


def blank() -> DraftFields:
    """A form to begin with: two variants at even weights, a goal near the list, and a guardrail that a usual size can show."""
    variants = (VariantFields("control", "As it is", "50"), VariantFields("new", "", "50"))
    return DraftFields(variants=variants, goals=("clicked",), guardrails=(GuardrailFields("conversion", "5"),))


def fields_of(experiment: Experiment) -> DraftFields:
    """The form of an experiment that is there."""
    plan = experiment.plan
    return DraftFields(
        key=experiment.key,
        name=experiment.name,
        hypothesis=experiment.hypothesis,
        placements=tuple(experiment.placements),
        unit=experiment.unit.value,
        coverage=percent(experiment.coverage),
        layer=experiment.layer_id or "",
        sticky=experiment.sticky,
        external=experiment.external,
        allocation=experiment.allocation.value,
        condition=_json(experiment.condition),
        variants=tuple(map(_variant, experiment.variants)),
        goals=plan.goals,
        guardrails=tuple(map(_guardrail, plan.guardrails)),
        mode=plan.mode.value,
        alpha=percent(plan.alpha),
        planned_units=str(plan.units or ""),
        planned_end=local(plan.end),
        hours=str(plan.window // _HOUR),
    )


def fields_told(answers: Answers) -> DraftFields:
    """The form as somebody has filled it in; rows that say nothing are left out."""
    variants = [_told_variant(answers, f"variants.{n}") for n in range(_rows(answers, "variants"))]
    guards = [_told_guardrail(answers, f"guardrails.{n}") for n in range(_rows(answers, "guardrails"))]
    return DraftFields(
        key=_one(answers, "key"),
        name=_one(answers, "name"),
        hypothesis=_one(answers, "hypothesis"),
        placements=tuple(answers.get("placements", ())),
        unit=_one(answers, "unit"),
        coverage=_one(answers, "coverage"),
        layer=_one(answers, "layer"),
        sticky=bool(_one(answers, "sticky")),
        external=bool(_one(answers, "external")),
        allocation=_one(answers, "allocation") or "BUCKET",
        condition=_one(answers, "condition"),
        variants=tuple(each for each in variants if replace(each, weight="") != VariantFields()),
        goals=tuple(answers.get("goals", ())),
        guardrails=tuple(each for each in guards if each != GuardrailFields()),
        mode=_one(answers, "mode"),
        alpha=_one(answers, "alpha"),
        planned_units=_one(answers, "plannedUnits"),
        planned_end=_one(answers, "plannedEnd"),
        hours=_one(answers, "conversionWindowHours"),
    )


def percent(share: float) -> str:
    """0.125 is 12.5."""
    return f"{share * 100:.10g}"


def local(at: datetime | None) -> str:
    """A moment as a browser's field has it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if at else ""


def _variant(variant: Variant) -> VariantFields:
    told = dict(variant.parameters)
    chosen = told.get("strategies")
    fits = isinstance(chosen, list | tuple) and len(chosen) <= STRATEGIES and all(isinstance(each, str) for each in chosen)
    names = tuple(told.pop("strategies")) if fits else ()
    strategies = (*names, *("",) * (STRATEGIES - len(names)))
    return VariantFields(variant.key, variant.name, percent(variant.weight), strategies, _json(told))


def _guardrail(guardrail: Guardrail) -> GuardrailFields:
    return GuardrailFields(guardrail.metric, percent(guardrail.margin))


def _told_variant(answers: Answers, at: str) -> VariantFields:
    strategies = tuple(_one(answers, f"{at}.strategies.{n}") for n in range(STRATEGIES))
    key, name, weight, parameters = (_one(answers, f"{at}.{each}") for each in ("key", "name", "weight", "parameters"))
    return VariantFields(key, name, weight, strategies, parameters)


def _told_guardrail(answers: Answers, at: str) -> GuardrailFields:
    metric, margin = _one(answers, f"{at}.metric"), _one(answers, f"{at}.margin")
    return GuardrailFields(metric, margin) if metric else GuardrailFields()


def _rows(answers: Answers, name: str) -> int:
    """How many rows of a list the form has."""
    return next((n + 1 for n in reversed(range(_MOST_ROWS)) if any(key.startswith(f"{name}.{n}.") for key in answers)), 0)


def _one(answers: Answers, name: str) -> str:
    found = answers.get(name)
    return found[-1].strip() if found else ""


def _json(told: Mapping[str, object]) -> str:
    return orjson.dumps(dict(told), option=orjson.OPT_INDENT_2).decode() if told else ""
