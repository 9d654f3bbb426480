"""Devices: what kind of machine a page is looked at on, by what its browser says of itself."""

import re
from enum import StrEnum
from functools import lru_cache


class Device(StrEnum):
    """The kinds that pages are laid out for."""

    DESKTOP = "desktop"
    MOBILE = "mobile"
    TABLET = "tablet"


_READ = 512  # characters of what it says; all that matters comes first
_TABLET = re.compile(r"(?i)ipad|tablet|kindle|silk/|playbook|\bgt-p[0-9]|\bsm-t[0-9]|nexus (7|9|10)\b|android(?!.*\bmobile\b)")
_NO_TABLET = re.compile(r"(?i)android tv|smart-?tv|googletv|\baft[a-z]+\b|bravia|crkey")
_MOBILE = re.compile(r"(?i)mobi|iphone|ipod|android|blackberry|\bbb10\b|opera mini|windows phone|iemobile|webos|symbian|kaios")
_DESKTOP = re.compile(r"(?i)windows nt|macintosh|x11|cros|linux (x86_64|i686|aarch64)")


def device_of(agent: str) -> Device | None:
    """The kind of device that a user agent names; null where it names none of them: a program, a television."""
    return _device_of(agent[:_READ])


@lru_cache(4096)
def _device_of(said: str) -> Device | None:
    if _NO_TABLET.search(said):
        return None
    if _TABLET.search(said):
        return Device.TABLET
    if _MOBILE.search(said):
        return Device.MOBILE
    return Device.DESKTOP if _DESKTOP.search(said) else None
