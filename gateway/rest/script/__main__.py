"""python -m gateway.rest.script: builds what browsers load."""

import sys

from gateway.rest.script.build import build

sys.stdout.write(build() + "\n")
