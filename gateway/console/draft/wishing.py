"""What the planner is asked, from the texts of its fields: per cents as shares, and a field that cannot be read is named."""

from collections.abc import Mapping

from gateway.domain.experiment import ExperimentUnit
from gateway.domain.placement import PlacementId
from gateway.errors import BadInput
from gateway.services.experimenting.forecast import Wish

_PER_CENT = {
    "lift": (1e-4, 1e4, "must be above 0.0001 and below 10,000, in per cent: 5 is to find 5 % more"),
    "alpha": (0.0, 50.0, "must be above 0 and below 50, in per cent: 5 is usual"),
    "power": (0.0, 100.0, "must be above 0 and below 100, in per cent: 80 finds it four times of five"),
}


def wished(told: Mapping[str, str]) -> Wish:
    """The question. BadInput names the field, in the words of the page."""
    lift = _share(told, "lift")
    if lift is None:
        raise BadInput("must be told, in per cent", field="lift")
    if told["unit"] not in ExperimentUnit.__members__:
        raise BadInput("must be one of the list", field="unit")
    deviation, placement = _number(told, "deviation"), told.get("placement", "")
    return Wish(
        lift=lift,
        metric=told["metric"],
        baseline=_number(told, "baseline"),
        variance=None if deviation is None else deviation * deviation,
        alpha=_share(told, "alpha"),
        power=_share(told, "power"),
        variants=_whole(told, "variants"),
        units_per_day=_number(told, "per_day"),
        unit=ExperimentUnit(told["unit"]),
        window_hours=_whole(told, "window"),
        placement=PlacementId(placement) if placement else None,
    )


def _share(told: Mapping[str, str], name: str) -> float | None:
    number = _number(told, name)
    low, high, right = _PER_CENT[name]
    if number is not None and not low < number < high:
        raise BadInput(right, field=name)
    return None if number is None else number / 100


def _whole(told: Mapping[str, str], name: str) -> int | None:
    number = _number(told, name)
    if number is not None and number != int(number):
        raise BadInput("must be a whole number", field=name)
    return None if number is None else int(number)


def _number(told: Mapping[str, str], name: str) -> float | None:
    text = told.get(name, "").strip().removesuffix("%").replace(",", ".").replace(" ", "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise BadInput("must be a number", field=name) from None
    if not abs(number) < 1e15:  # noqa: PLR2004
        raise BadInput("must be a number that can be counted", field=name)
    return number
