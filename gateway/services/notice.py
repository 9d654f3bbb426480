"""Notice when each key is used, and tell the database now and then: never while somebody waits."""

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gateway.domain.tenant import ApiKey
from gateway.errors import Unavailable
from gateway.services.clock import again_and_again
from gateway.store.keys import KeyStore

logger = logging.getLogger(__name__)

_MINUTE = 60.0


class KeyLog:
    """When each key was used last, since it was last asked for."""

    def __init__(self) -> None:
        self._uses: dict[UUID, datetime] = {}

    def note(self, key: ApiKey, now: datetime) -> None:
        """The key opens the door now."""
        self._uses[key.key_id] = now

    def take(self) -> Mapping[UUID, datetime]:
        """What was noted; from now on it is noted anew."""
        taken, self._uses = self._uses, {}
        return taken


class Noticer:
    """Writes what a log has noted, once a minute and at the end."""

    def __init__(self, keys: KeyStore, log: KeyLog, seconds: float = _MINUTE) -> None:
        self._keys = keys
        self._log = log
        self._seconds = seconds

    async def run(self) -> None:
        """Writes until cancelled."""
        said = "when keys were used is not noted"
        await again_and_again(self.write, self._seconds, lost=said, failed=said)

    async def write(self) -> None:
        """Writes what was noted; what the database does not take is lost, the next use is noted again."""
        uses = self._log.take()
        if not uses:
            return
        try:
            await self._keys.note_uses(uses)
        except Unavailable as lost:
            logger.warning("when keys were used is not noted: %s", lost.message)
