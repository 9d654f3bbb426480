"""What a visitor typed, as it is compared: the same words in the same letters are one term."""

import unicodedata

MAX_TERM = 256


def normalised(term: str) -> str:
    """The term in NFKC, case-folded, with single spaces, of 256 characters at most; empty where it says nothing."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", term).casefold())
    return " ".join(folded.split())[:MAX_TERM].rstrip()
