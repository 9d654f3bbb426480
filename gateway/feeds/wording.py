"""What is said of an event, in the words of whoever told of it: live and of files, the fields as they are called there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gateway.domain.event import Refusal

_LINE = re.compile(r"lines\.(\d+)\.")


@dataclass(frozen=True)
class Wording:
    """What phrases and fields of ours are called elsewhere, as in `lines.1.productId`: `items[1].item_id`."""

    phrases: Mapping[str, str]
    fields: Mapping[str, str]

    def of(self, refusal: Refusal) -> Refusal:
        """The refusal in their words; a field that they have no word for keeps its name."""
        said = self._ours.sub(lambda found: self.phrases[found[0]], refusal.message)
        return replace(refusal, message=said, field=self._field(refusal.field))

    def _field(self, field: str) -> str:
        line = _LINE.match(field)
        if line is None:
            return self.fields.get(field, field)
        of_line = field[line.end() :]
        return f"{self.fields['lines']}[{line[1]}].{self.fields.get(of_line, of_line).rpartition('.')[2]}"

    @cached_property
    def _ours(self) -> re.Pattern[str]:
        longest_first = sorted(self.phrases, key=len, reverse=True)
        return re.compile("|".join(rf"\b{re.escape(words)}\b" for words in longest_first))
