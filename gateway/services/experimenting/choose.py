"""Choose: judges what a request itself says of variants, those chosen outside and those that somebody wants to look at."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from gateway.domain.choice import Choices, Forced, Said, place_of
from gateway.domain.experiment import Experiment, ExperimentKey
from gateway.domain.page import Warning
from gateway.domain.tenant import Caller, Scope
from gateway.errors import BadInput, Forbidden, UnknownExperiment
from gateway.services.asking.bounds import check_text
from gateway.services.experimenting.viewing import GOOD_FOR, Viewing, read_viewing
from gateway.services.shop import Shop

_MOST = 50  # groups, or forced variants, a request

Judged = tuple[dict[ExperimentKey, int], list[Warning]]


def judged(
    shop: Shop, caller: Caller, said: Said, there: Sequence[Experiment], now: datetime
) -> tuple[Choices, tuple[Warning, ...]]:
    """The choices that are believed. `there`: the experiments that touch what is asked for.

    Forbidden where variants are forced by a key without PREVIEW and without a pass; UnknownExperiment where one that may names
    none. What a pass cannot do is said in warnings: it stands in the address of a page that must not break.
    """
    if not said.is_anything:
        return Choices(), ()
    if len(said.split_groups) > _MOST or len(said.forced) > _MOST:
        raise BadInput(f"at most {_MOST} may be told", field="splitGroups" if len(said.split_groups) > _MOST else "force")
    check_text("splitGroups", (text for each in said.split_groups for text in (each.experiment, each.group)))
    check_text("force", (text for each in said.forced for text in (each.experiment, each.variant)))
    groups, unknown = _groups(said, there)
    if caller.may(Scope.PREVIEW):
        viewed, refused = _viewed(shop, said, now)
        return Choices(groups, {**viewed, **_forced(shop, said.forced)}), (*unknown, *refused)
    if said.forced and said.token is None:
        raise Forbidden("to force a variant needs a key with the scope PREVIEW, or a previewToken", field="force")
    viewed, refused = _viewed(shop, said, now)
    return Choices(groups, viewed), (*unknown, *refused)


def experiment_named(shop: Shop, key: str) -> Experiment | None:
    """An experiment that can be looked at: one that is held in memory, or a draft."""
    named = ExperimentKey(key)
    return shop.experiments.get(named) or shop.draft_experiments.get(named)


def viewing_of(shop: Shop, caller: Caller, key: str, variant: str) -> Viewing:
    """A pass for a variant, good from now on."""
    if not (caller.may(Scope.PREVIEW) or caller.may(Scope.ANALYST)):
        raise Forbidden("a pass needs a key with the scope PREVIEW or ANALYST")
    [(found, index)] = _forced(shop, [Forced(key, variant)], "{name}").items()
    experiment = experiment_named(shop, found)
    assert experiment is not None
    return Viewing(found, experiment.variants[index].key, datetime.now(UTC).replace(microsecond=0) + GOOD_FOR)


def _forced(shop: Shop, forced: Sequence[Forced], at: str = "force.{place}.{name}") -> dict[ExperimentKey, int]:
    found: dict[ExperimentKey, int] = {}
    for place, each in enumerate(forced):
        experiment = experiment_named(shop, each.experiment)
        if experiment is None:
            raise UnknownExperiment(
                f"there is no experiment {each.experiment!r} to look at", field=at.format(place=place, name="experiment")
            )
        index = place_of(experiment, each.variant)
        if index is None:
            has = ", ".join(variant.key for variant in experiment.variants)
            raise BadInput(f"{experiment.key} has no such variant; it has {has}", field=at.format(place=place, name="variant"))
        found[experiment.key] = index
    return found


def _viewed(shop: Shop, said: Said, now: datetime) -> Judged:
    """What a pass opens: its variant, or another one of its experiment that is forced beside it."""
    if said.token is None:
        return {}, []
    viewing = read_viewing(shop.tenant, said.token)
    if viewing is None:
        return {}, [_refused("is none of this shop's")]
    if viewing.until <= now:
        return {}, [_refused(f"was good until {viewing.until:%Y-%m-%d %H:%M} UTC; make a new one")]
    experiment = experiment_named(shop, viewing.experiment)
    if experiment is None:
        return {}, [_refused(f"is for the experiment {viewing.experiment}, which is no more")]
    wanted = [viewing.variant, *(each.variant for each in said.forced if each.experiment == experiment.key)]
    found = [index for each in wanted if (index := place_of(experiment, each)) is not None]
    if not found:
        return {}, [_refused(f"is for the variant {viewing.variant}, which {experiment.key} no longer has")]
    return {experiment.key: found[-1]}, []


def _refused(why: str) -> Warning:
    return Warning("PREVIEW_REFUSED", f"the previewToken {why}; the page is as everybody sees it")


def _groups(said: Said, there: Sequence[Experiment]) -> tuple[dict[ExperimentKey, str], list[Warning]]:
    """Groups by their experiment; one that can be none is said."""
    elsewhere = {each.key: each for each in there if each.external and each.runs}
    found: dict[ExperimentKey, str] = {}
    for each in said.split_groups:
        key = next(iter(elsewhere), None) if each.experiment is None and len(elsewhere) == 1 else each.experiment
        experiment = elsewhere.get(ExperimentKey(key)) if key else None
        if experiment and experiment.index_of(each.group) is not None:
            found[experiment.key] = each.group
    return found, list(_unknown(said, elsewhere, found))


def _unknown(said: Said, elsewhere: dict[ExperimentKey, Experiment], found: dict[ExperimentKey, str]) -> Iterator[Warning]:
    for each in said.split_groups:
        if each.group in found.values() and each.experiment in (None, *found):
            continue
        named = elsewhere.get(ExperimentKey(each.experiment or ""))
        if named:
            why = f"{named.key} has no variant of that key; it has {', '.join(v.key for v in named.variants)}"
        elif each.experiment:
            why = f"no experiment {each.experiment!r} runs here whose variants are chosen elsewhere"
        else:
            why = f"{len(elsewhere)} experiments run here whose variants are chosen elsewhere: name one"
        yield Warning("UNKNOWN_SPLIT_GROUP", f"the group {each.group!r} counts for nothing: {why}")
