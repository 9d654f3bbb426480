"""All strategies of one release, as the server asks them. Immutable: a new release is a new repertoire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import CategoryId, MarketId
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.strategies.strategy import Moment, Strategy

NEEDS_HISTORY = frozenset({StrategyName.PERSONAL, StrategyName.RECENTLY_VIEWED})
"""The strategies for which a page reads the visitor's last events."""
