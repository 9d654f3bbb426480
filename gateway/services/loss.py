"""What could not be had in time: a fault of ours is logged whole, and the answer goes on without it."""

import logging

from gateway.errors import Unavailable
from gateway.services.measure import ERRORS

logger = logging.getLogger(__name__)


def note_lost(lost: Exception) -> None:
    """A fault of ours is logged whole; a database that is away is told by the degraded answer's own line."""
    if not isinstance(lost, Unavailable):
        ERRORS.inc()
        logger.error("a page could not be read", exc_info=lost)
