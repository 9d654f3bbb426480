"""Builds the script by esbuild, which npm brings: one file for a script element, one for `import`."""

import shutil
import subprocess

from gateway.rest.script.built import BUILT, SOURCE, opening

_ESBUILD = "esbuild@0.28.2"
_SECONDS = 120
_COMMON = ("--bundle", "--minify", "--target=es2020", "--charset=utf8", "--log-level=warning", f"--outdir={BUILT}")
_ELEMENT = ("--format=iife", "--define:import.meta.url=document.currentScript.src", "--entry-names=endcap")
_MODULE = ("--format=esm", "--entry-names=endcap", "--out-extension:.js=.mjs")


def build() -> str:
    """Builds both files; how it went, in a line. RuntimeError says what is missing."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("the browser's script is built by npm, which is not installed")
    for entrance, options in (("entrance", _ELEMENT), ("module", _MODULE)):
        told = [npm, "exec", "--yes", f"--package={_ESBUILD}", "--", "esbuild", str(SOURCE / f"{entrance}.js")]
        subprocess.run([*told, *_COMMON, *options, f"--banner:js={opening()}"], check=True, timeout=_SECONDS)  # noqa: S603
    return f"The browser's script: {', '.join(f'{file.name} {file.stat().st_size} bytes' for file in sorted(BUILT.iterdir()))}."
