"""Results made by hand, for pages to show."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from gateway.domain.experiment import (
    AnalysisPlan,
    Experiment,
    ExperimentKey,
    ExperimentStatus,
    Guardrail,
    InferenceMode,
    Phase,
    Variant,
)
from gateway.domain.metric import BUILT_IN
from gateway.domain.page import Warning
from gateway.domain.placement import PlacementId
from gateway.domain.result import (
    Decision,
    Estimated,
    ExperimentResult,
    Health,
    MetricResult,
    MetricRole,
    PastLook,
    Seen,
    SegmentResult,
    VariantExposures,
    VariantResult,
    Verdict,
)

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEYS = ("control", "personal")
FIGURES = {  # value of the control, difference, half an interval, numerator and denominator of both
    "conversion": (0.031, 0.0024, 0.0011, (1550, 50_000), (1670, 50_000)),
    "revenue_per_unit": (4_512.0, 180.0, 220.0, (225_600_000, 50_000), (234_600_000, 50_000)),
    "click_through_rate": (0.082, 0.011, 0.004, (16_400, 200_000), (18_600, 200_000)),
    "clicked": (0.21, 0.02, 0.006, (10_500, 50_000), (11_500, 50_000)),
    "add_to_cart_rate": (0.104, 0.004, 0.005, (5200, 50_000), (5400, 50_000)),
    "average_order_value": (145_000.0, -900.0, 2_400.0, (224_750_000, 1550), (240_647_000, 1670)),
    "latency": (41.0, 1.2, 0.4, (2_050_000, 50_000), (2_110_000, 50_000)),
    "attributed_revenue_per_unit": (420.0, 390.0, 120.0, (21_000_000, 50_000), (40_500_000, 50_000)),
}
ROLES = {
    "conversion": MetricRole.GOAL,
    "revenue_per_unit": MetricRole.GOAL,
    "average_order_value": MetricRole.GUARDRAIL,
    "latency": MetricRole.GUARDRAIL,
}


def experiment(**changes) -> Experiment:
    """A list of one's own against the bestsellers, on the home page."""
    plan = AnalysisPlan(("conversion", "revenue_per_unit"), (Guardrail("average_order_value", 0.03), Guardrail("latency", 0.1)),
                        InferenceMode.GROUP_SEQUENTIAL, units=140_000)  # fmt: skip
    made = Experiment(
        7, ExperimentKey("home-personal"), "Personal list on the home page", (PlacementId("home_page.top"),),
        (Variant("control", "Bestsellers", 0.5, {"strategies": ["bestsellers"]}), Variant("personal", "Personal", 0.5, {"strategies": ["personal"]})),
        "People who see what they like buy more often.", ExperimentStatus.RUNNING, plan=plan, phase=Phase(1, "seed", START),
    )  # fmt: skip
    return replace(made, **changes)


def metric(key: str, *, early: bool = False, preliminary: bool = False) -> MetricResult:
    value, difference, half, first, second = FIGURES[key]
    if early:
        rows = tuple(
            VariantResult(each, 40, value, 1, 40, note="no error may be spent yet" if n else None) for n, each in enumerate(KEYS)
        )
    else:
        found = Estimated(difference, difference - half, difference + half)
        lift = Estimated(difference / value, (difference - half) / value, (difference + half) / value)
        crosses = abs(difference) > half
        rows = (
            VariantResult("control", 50_000, value, *first),
            VariantResult("personal", 50_000, value + difference, *second, found, lift, 0.004 if crosses else 0.2, 0.004 if crosses else 0.2,
                          0.008 if crosses else 0.3, crosses, 0.99 if crosses else 0.9, half / 10,
                          True if ROLES.get(key) is MetricRole.GUARDRAIL else None, preliminary=preliminary),
        )  # fmt: skip
    role = ROLES.get(key, MetricRole.SECONDARY)
    return MetricResult(BUILT_IN[key], role, rows, {"average_order_value": 0.03, "latency": 0.1}.get(key))


def result(*, early: bool = False, preliminary: bool = False, **changes) -> ExperimentResult:
    """Three weeks of it; `early`: its first hours; `preliminary`: figures that may not be trusted yet."""
    units = 40 if early else 50_000
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(1 if early else 20)]
    exposures = tuple(
        VariantExposures(key, units, 0.5, {day: units // len(days) + (n * 37 + place * 91) % 190 for n, day in enumerate(days)})
        for place, key in enumerate(KEYS)
    )
    found = tuple(metric(key, early=early, preliminary=preliminary) for key in FIGURES)
    made = ExperimentResult(
        experiment(), START + timedelta(days=20), 5, InferenceMode.GROUP_SEQUENTIAL, Health(True, 0.71, 12, 340, 3), exposures, found,
        Verdict(Decision.SHIP, "SHIP if at least one goal is significantly better and every guardrail is within its margin.",
                {"because": ["conversion is significantly better", "every guardrail is within its margin"], "units": 100_000, "planned": {"units": 140_000}}),
        open_units=4100, looks=() if early else tuple(past(n) for n in range(1, 6)), sql="select 1\nfrom experiment_total;",
    )  # fmt: skip
    return replace(made, **changes)


def segment(name: str) -> SegmentResult:
    return SegmentResult(name, 100_000, tuple(metric(key) for key in ("conversion", "revenue_per_unit")))


def past(number: int) -> PastLook:
    value, difference, half, *_ = FIGURES["conversion"]
    wide = half * (5 / number) ** 0.5 * 1.2
    middle = difference + half * (5 - number) * (0.2 if number % 2 else -0.15)
    lift = Estimated(middle / value, (middle - wide) / value, (middle + wide) / value)
    seen = Seen("conversion", "personal", Estimated(middle, middle - wide, middle + wide), lift, 0.004, number > 3)
    return PastLook(number, START + timedelta(days=number * 4), number / 7, 20_000 * number, (seen,))


def broken() -> ExperimentResult:
    """A split that no chance explains."""
    sick = Health(
        False, 1e-9, 900, 340, 0, (Warning("SRM", "units are not split as planned: something loses or adds units of one arm"),)
    )
    review = Verdict(Decision.REVIEW, "Otherwise REVIEW.", {"because": ["units are not split as planned"]})
    made = result(health=sick, verdict=review)
    return replace(made, exposures=(replace(made.exposures[0], units=52_000), replace(made.exposures[1], units=48_000)))
