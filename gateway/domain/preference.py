"""What visitors say they like, and never want to see."""

from dataclasses import dataclass
from enum import StrEnum

MOST_PREFERENCES = 1000  # of one user or session: a page reads them all


class PreferenceKind(StrEnum):
    """What a preference is about."""

    PRODUCT = "PRODUCT"
    CATEGORY = "CATEGORY"
    BRAND = "BRAND"
    STORE = "STORE"


class PreferenceAction(StrEnum):
    """What is said of it. NEUTRAL takes back what was said before."""

    LIKE = "LIKE"
    DISLIKE = "DISLIKE"
    NEUTRAL = "NEUTRAL"
    NEVER_RECOMMEND = "NEVER_RECOMMEND"


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing that a visitor has said."""

    kind: PreferenceKind
    id: str
    action: PreferenceAction
