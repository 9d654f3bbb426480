"""The form as the planner begins it: all that was asked there, the size, and a guardrail that the size can show."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.console.draft.fields import DraftFields, GuardrailFields, VariantFields, blank, percent
from gateway.console.draft.saying import whole
from gateway.console.draft.wishing import wished
from gateway.domain.experiment import InferenceMode
from gateway.errors import BadInput
from gateway.services.administering.badge import Badge
from gateway.services.experimenting.forecast import Wish
from gateway.services.experimenting.proposing import MAX_VARIANTS
from gateway.services.experimenting.size_up import Sizer

CARRIED = ("metric", "variants", "unit", "alpha", "window", "placement", "power")
"""What the planner hands on, beside units and mode."""

_USUAL = {"lift": "5", "unit": "SESSION"}


async def begun(sizer: Sizer, badge: Badge, said: Mapping[str, str]) -> DraftFields:
    """What cannot be read of the address is as usual: the form says all of it, and nothing is kept yet."""
    form, mode = blank(), said.get("mode", "")
    if mode in InferenceMode.__members__:
        form = replace(form, mode=mode)
    try:
        units = whole(said.get("units", ""), "units")
        wish = wished({**_USUAL, **said}) if said.get("metric") else None
    except BadInput:
        return form
    form = replace(form, planned_units=str(units or ""))
    if wish is None or wish.metric is None:
        return form
    form = _as_wished(form, wish)
    mode_of = InferenceMode(form.mode)
    guard = await sizer.guardrail(badge.shop, badge.caller, replace(wish, mode=mode_of), units) if units else None
    if guard is None:
        return form
    return replace(form, guardrails=(GuardrailFields(guard.metric, percent(guard.margin)),))


def _as_wished(form: DraftFields, wish: Wish) -> DraftFields:
    assert wish.metric is not None
    guards = tuple(each for each in form.guardrails if each.metric != wish.metric)
    return replace(
        form,
        goals=(wish.metric,),
        guardrails=guards or (GuardrailFields("add_to_cart_rate", "5"),),
        variants=_even(max(2, min(wish.variants or 2, MAX_VARIANTS))),
        unit=wish.unit.value if wish.unit else form.unit,
        alpha=percent(wish.alpha) if wish.alpha else form.alpha,
        hours=str(wish.window_hours or form.hours),
        placements=(wish.placement,) if wish.placement else (),
    )


def _even(number: int) -> tuple[VariantFields, ...]:
    """Even weights that add up to 100; what is left over by two digits is the control's."""
    each = int(10_000 / number) / 100
    others = (VariantFields("new" if n == 1 else f"new-{n}", "", f"{each:g}") for n in range(1, number))
    return (VariantFields("control", "As it is", f"{round(100 - each * (number - 1), 2):g}"), *others)
