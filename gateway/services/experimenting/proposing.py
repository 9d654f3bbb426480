"""An experiment as it is told, judged: whatever can never be is refused; what is missing yet is for the checklist."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from gateway.domain.choice import is_place
from gateway.domain.experiment import (
    Allocation,
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentUnit,
    Guardrail,
    InferenceMode,
    Variant,
)
from gateway.domain.placement import PAGE, PageType, PlacementId
from gateway.domain.rule import CLOCK
from gateway.domain.treatment import faults_of_parameters
from gateway.errors import BadInput, LimitExceeded
from gateway.services.administering.tenants import check_name
from gateway.services.asking.bounds import is_sound
from gateway.services.deciding.aiming import read_condition
from gateway.services.deciding.reading import E, Reader

MAX_VARIANTS = 20
MAX_PLACEMENTS = 20
MAX_METRICS = 20
MOST_HOURS = 2160  # 90 days
MOST_UNITS = 2**31 - 1  # what GraphQL's Int can say
_MOST_WORDS = 2_000  # characters of a hypothesis
_MOST_ALPHA = 0.5

KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
_VARIANT_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")

NAMES = (
    "key", "name", "hypothesis", "placements", "unit", "coverage", "variants", "layer", "condition", "sticky", "external",
    "allocation", "plannedUnits", "plannedEnd", "mode", "alpha", "goals", "guardrails", "conversionWindowHours",
)  # fmt: skip
_LISTS = ("placements", "goals", "guardrails")
_VARIANT = ("key", "name", "weight", "parameters")
_WAYS = ("metric", "margin")


@dataclass(frozen=True, slots=True)
class Known:
    """What an experiment may name: the metrics and the layers that there are."""

    metrics: Collection[str] = field(default_factory=tuple)
    layers: Collection[str] = field(default_factory=tuple)


def read_experiment(said: Mapping[str, Any], known: Known) -> Experiment:
    """The experiment, a draft; BadInput names what cannot be, and says what would be right."""
    told = Reader({name: None if name in _LISTS and value == [] else value for name, value in said.items()}, NAMES)
    key, placements = _key(told), _placements(told)
    return Experiment(
        experiment_id=0,
        key=key,
        name=check_name(told.text("name") or ""),
        placements=placements,
        variants=_variants(told, placements),
        hypothesis=_hypothesis(told, said.get("hypothesis")),
        unit=_word(told, "unit", ExperimentUnit) or ExperimentUnit.SESSION,
        coverage=_share(told, "coverage", 1.0),
        layer_id=_layer(told, known),
        condition=read_condition(told, "condition", without=CLOCK),
        sticky=told.flag("sticky") or False,
        external=told.flag("external") or False,
        allocation=_word(told, "allocation", Allocation) or Allocation.BUCKET,
        plan=_plan(told, known),
    )


def usual_mode(units: int | None, end: datetime | None) -> InferenceMode:
    """How it is judged where nobody says: at looks on the way to what is planned, else at any time."""
    return InferenceMode.ALWAYS_VALID if units is None and end is None else InferenceMode.GROUP_SEQUENTIAL


def _plan(told: Reader, known: Known) -> AnalysisPlan:
    units, end = told.whole("plannedUnits", 1, MOST_UNITS), told.moment("plannedEnd")
    alpha = told.number("alpha")
    if alpha is not None and not 0 < alpha < _MOST_ALPHA:
        raise told.refuse(
            "alpha", f"must be above 0 and below {_MOST_ALPHA}: how often a difference may be found where there is none"
        )
    return AnalysisPlan(
        goals=tuple(_metric(told, f"goals.{place}", name, known) for place, name in enumerate(_few(told, "goals", MAX_METRICS))),
        guardrails=_guardrails(told, known),
        mode=_word(told, "mode", InferenceMode) or usual_mode(units, end),
        alpha=0.05 if alpha is None else float(alpha),
        units=units,
        end=end,
        window=timedelta(hours=told.whole("conversionWindowHours", 1, MOST_HOURS) or 72),
    )


def _key(told: Reader) -> ExperimentKey:
    key = told.text("key") or ""
    if not KEY.fullmatch(key):
        raise told.refuse("key", "must be lower-case letters, digits, _, . and -, beginning with a letter or a digit, 63 at most")
    return ExperimentKey(key)


def _hypothesis(told: Reader, said: Any) -> str:
    if said is None or said == "":
        return ""
    if not isinstance(said, str) or not is_sound(said, _MOST_WORDS):
        raise told.refuse(
            "hypothesis", f"must be a text of {_MOST_WORDS:,} characters at most, no NUL and no half of a surrogate pair"
        )
    return said.strip()


def _placements(told: Reader) -> tuple[PlacementId, ...]:
    found = _few(told, "placements", MAX_PLACEMENTS)
    for place, each in enumerate(found):
        if not PAGE.fullmatch(each):
            raise told.refuse(
                f"placements.{place}", f"must be page_type_page.name, as in item_page.similar; page types: {', '.join(PageType)}"
            )
    return tuple(map(PlacementId, found))


def _variants(told: Reader, placements: tuple[PlacementId, ...]) -> tuple[Variant, ...]:
    found = tuple(map(_variant, told.objects("variants", _VARIANT)))
    if len(found) > MAX_VARIANTS:
        raise LimitExceeded(f"at most {MAX_VARIANTS} variants", field="variants")
    for place, each in enumerate(found):
        if each.key in [other.key for other in found[:place]]:
            raise told.refuse(f"variants.{place}.key", f"{each.key!r} stands there already")
        if is_place(each.key) and each.key != str(place):
            raise told.refuse(
                f"variants.{place}.key",
                f"{each.key!r} is a number, which in a link means a place: call it {place}, or v{each.key}",
            )
        for at, fault in faults_of_parameters(each.parameters, placements, f"variants.{place}.parameters"):
            raise BadInput(fault, field=at)
    return found


def _variant(told: Reader) -> Variant:
    key = told.text("key") or ""
    if not _VARIANT_KEY.fullmatch(key):
        raise told.refuse("key", "must be letters, digits, _, . and -, beginning with a letter or a digit, 63 at most")
    if "weight" not in told:
        raise told.refuse("weight", "must be told: its share of the units that take part, as in 0.5")
    return Variant(key, told.text("name") or key, _share(told, "weight", 0.0), dict(told.object("parameters")))


def _guardrails(told: Reader, known: Known) -> tuple[Guardrail, ...]:
    found: dict[str, Guardrail] = {}
    for place, each in enumerate(told.objects("guardrails", _WAYS) if "guardrails" in told else []):
        name = _metric(told, f"guardrails.{place}.metric", each.text("metric") or "", known)
        margin = each.number("margin")
        if margin is None or not 0 <= margin < 1:
            raise each.refuse("margin", "must be a share of the control's value that may be lost, from 0 to below 1: 0.02 is 2 %")
        if name in found:
            raise each.refuse("metric", f"{name} stands there already")
        found[name] = Guardrail(name, float(margin))
    if len(found) > MAX_METRICS:
        raise LimitExceeded(f"at most {MAX_METRICS} guardrails", field="guardrails")
    return tuple(found.values())


def _metric(told: Reader, field: str, name: str, known: Known) -> str:
    if name not in known.metrics:
        raise told.refuse(field, f"there is no metric {name!r}; metrics: {', '.join(sorted(known.metrics))}")
    return name


def _layer(told: Reader, known: Known) -> str | None:
    layer = told.text("layer")
    if layer is not None and layer not in known.layers:
        there = ", ".join(sorted(known.layers)) or "none yet, upsertLayer makes one"
        raise told.refuse("layer", f"there is no layer {layer!r}; layers: {there}")
    return layer


def _share(told: Reader, name: str, usual: float) -> float:
    value = told.number(name)
    if value is not None and not 0 <= value <= 1:
        raise told.refuse(name, "must be a share from 0 to 1")
    return usual if value is None else float(value)


def _few(told: Reader, name: str, most: int) -> tuple[str, ...]:
    found = told.texts(name) or ()
    if len(found) > most:
        raise LimitExceeded(f"at most {most}", field=name)
    return found


def _word(told: Reader, name: str, words: type[E]) -> E | None:
    return told.one_of(name, words) if name in told else None
