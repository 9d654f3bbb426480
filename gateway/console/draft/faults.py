"""What was refused, and beside which field that is said."""

import re
from dataclasses import dataclass

from gateway.errors import GatewayError

_FIELDS = re.compile(
    r"variants\.\d+\.(?:key|name|weight|strategies|parameters)|guardrails\.\d+\.(?:metric|margin)|key|name|hypothesis|placements|unit"
    r"|coverage|layer|sticky|external|allocation|condition|variants|goals|guardrails|mode|alpha|plannedUnits|plannedEnd"
    r"|conversionWindowHours|reason|winner|outcome"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal. `field`: the form's own name of what is wrong; null where it is none of its fields."""

    message: str
    field: str | None = None

    def at(self, *names: str) -> str | None:
        """What to say beside a field of one of these names."""
        return self.message if self.field in names else None


def fault_of(refused: GatewayError) -> Fault:
    """The refusal, at the field that says it."""
    told = (refused.field or "").replace(".parameters.strategies", ".strategies")
    found = _FIELDS.match(told)
    return Fault(refused.message, found[0] if found else None)
