"""A process that opens and asks a release first: a file that crashes its reader kills the canary, not the server."""

import subprocess
import sys
from pathlib import Path

from gateway.index.manifest import BadRelease
from gateway.index.release import Release

_PATIENCE = 600  # seconds


def send_canary(folder: Path) -> None:
    """Returns where the release can be lived with; BadRelease says why not. Blocks: call it in a thread."""
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter, our own module)
            [sys.executable, "-m", "gateway.index.canary", str(folder)],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadRelease(f"{folder}: the canary gave no answer in {_PATIENCE} seconds") from None
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise BadRelease(last or f"{folder}: the canary died ({done.returncode})")


def _sing(folder: Path) -> int:
    try:
        Release.open(folder).check()
    except BadRelease as bad:
        sys.stderr.write(f"{bad}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_sing(Path(sys.argv[1])))
