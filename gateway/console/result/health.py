"""Whether the figures may be believed, said before any of them: a strip of findings, and a banner where the split is broken."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.console.wording import counted, likelihood, whole
from gateway.domain.result import ExperimentResult, VariantExposures
from gateway.domain.statistics.health import ALARM, Ailment


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One thing that was looked at. `sign`: a shape beside the word, so that colour is not alone."""

    name: str
    said: str
    good: bool

    @property
    def sign(self) -> str:
        """✓ where it is well, ! where it is not."""
        return "✓" if self.good else "!"


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A variant's part of the units, beside the part it should have."""

    name: str
    units: str
    share: str
    expected: str


def has_broken_split(result: ExperimentResult) -> bool:
    """Whether units are split in a way that chance does not explain."""
    return result.health.srm_p is not None and result.health.srm_p < ALARM


def ailment(code: str) -> str:
    """What speaks against the figures, in a sentence; a code that nobody knows says itself."""
    return Ailment[code].value if code in Ailment.__members__ else code


def waiting(result: ExperimentResult) -> Iterator[str]:
    """What is no fault of the figures but that it is early yet."""
    told = result.verdict.inputs.get("ailments", ())
    known = {each.code for each in result.health.warnings}
    yield from (ailment(each) for each in told if isinstance(each, str) and each not in known)


def health_lines(result: ExperimentResult) -> Iterator[HealthLine]:
    """Split, units of two variants, bots, what was forced, and what else is to be known."""
    health = result.health
    broken = has_broken_split(result)
    if result.preference:
        yield HealthLine("Split", "there is none: every unit is shown one list of both", good=True)
        return
    if health.srm_p is None:
        yield HealthLine("Split", "nothing to judge yet", good=True)
    else:
        yield HealthLine("Split", f"{'not ' if broken else ''}as planned, p {likelihood(health.srm_p)}", good=not broken)
    codes = {each.code for each in health.warnings}
    told = f"{counted(health.multiple_exposures, 'unit')} saw more than one variant and are left out"
    said = told if health.multiple_exposures else "every unit saw one variant"
    yield HealthLine("One variant each", said, good="MULTIPLE_EXPOSURES" not in codes)
    yield HealthLine("Bots", f"{counted(health.bot_units, 'unit')} left out" if health.bot_units else "none seen", good=True)
    if health.forced_units:
        yield HealthLine("Forced", f"{counted(health.forced_units, 'unit')} left out", good=True)
    if result.open_units:
        yield HealthLine("Still open", f"{counted(result.open_units, 'unit')} whose window has not closed", good=True)


def split_rows(result: ExperimentResult, names: dict[str, str]) -> tuple[SplitRow, ...]:
    """The split as it is, and as it should be."""
    total = sum(each.units for each in result.exposures)
    return tuple(_split(each, names, total) for each in result.exposures)


def _split(each: VariantExposures, names: dict[str, str], total: int) -> SplitRow:
    has = f"{each.units / total * 100:.2f} %" if total else "–"
    due = f"{whole(each.expected_share * total)} ({each.expected_share * 100:.2f} %)"
    return SplitRow(names.get(each.variant, each.variant), whole(each.units), has, due)
