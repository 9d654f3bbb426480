"""Whether what experiments measure can be read: what endcap doctor says of it."""

from gateway.commands.finding import Finding, doubtful, well
from gateway.store.recounting import Recounting


async def look_at_measures(recounting: Recounting) -> Finding:
    """Doubtful where a phase is not added up; the others are."""
    unread = await recounting.unread()
    if not unread:
        return well("measures", "those of every experiment can be read")
    named = ", ".join(f"{each.key} of {each.tenant_id}, phase {each.phase} ({each.why})" for each in unread)
    first = unread[0]
    advice = (
        f"put experiment_phase.measures right, then run endcap experiment recount {first.key} --tenant {first.tenant_id} --mend"
    )
    return doubtful("measures", f"{len(unread)} cannot be read, and nothing is added up there: {named}", advice)
