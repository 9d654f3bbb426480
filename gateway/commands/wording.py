"""What the services say, in the words of the command line: they speak of the API's mutations, and a person here has commands."""

import re

_WORDS = {
    "updateExperiment with newPhase: true": "`endcap experiment update --new-phase`",
    **{
        f"{verb}Experiment": f"`endcap experiment {verb}`"
        for verb in ("create", "update", "start", "pause", "resume", "stop", "archive")
    },
    "newPhase: true": "--new-phase",
    "(updateTenant, rates)": "(`endcap tenant set rates=…`)",
    "(retentionDays)": "(`endcap tenant set retention_days=…`)",
}
_ANY = re.compile("|".join(map(re.escape, _WORDS)))
_FIELDS = {"newPhase": "--new-phase"}


def in_commands(said: str) -> str:
    """The sentence with commands for mutations."""
    return _ANY.sub(lambda found: _WORDS[found[0]], said)


def refusal(field: str | None, message: str) -> str:
    """One line: the field, once, and what would be right."""
    told = in_commands(message)
    named = _FIELDS.get(field or "", field)
    if not field or message.startswith((f"{field} ", f"{field}, ")):
        return told
    return f"{named}: {told}"
