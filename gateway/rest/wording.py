"""What is said of an event, in the words of whoever told of it: the fields as they are called there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gateway.domain.event import Refusal


@dataclass(frozen=True)
class Wording:
    """What words and phrases of ours are called elsewhere."""

    theirs: Mapping[str, str]

    def of(self, refusal: Refusal) -> Refusal:
        """The refusal with its sentence in their words; its field stays ours."""
        said = self._ours.sub(lambda found: self.theirs[found[0]], refusal.message)
        return replace(refusal, message=said)

    @cached_property
    def _ours(self) -> re.Pattern[str]:
        longest_first = sorted(self.theirs, key=len, reverse=True)
        return re.compile("|".join(rf"\b{re.escape(words)}\b" for words in longest_first))
