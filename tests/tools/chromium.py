"""The browser of the tests: where it is, and how it comes there. `python -m tests.tools.chromium` installs it."""

import os
import shutil
import subprocess
import sys
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES: Final = ("chromium", "fonts-dejavu-core")
"""Of Debian. Without a font a page has no text that could be looked at."""

APT: Final = ("-qq", "-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0")


def path() -> str | None:
    """Where it is: what `CHROMIUM` says, or the first that is installed; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Install Debian's Chromium by apt-get; what went wrong, or None."""
    if shutil.which("apt-get") is None:
        return "`apt-get` was not found"
    root = [] if os.geteuid() == 0 else ["sudo"]
    if root and shutil.which("sudo") is None:
        return "only root may install packages"
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        words = [*root, "apt-get", *APT, *command]
        done = subprocess.run(words, env=settings, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"`{' '.join(words)}` failed\n{done.stderr.strip()}"
    return None


def main() -> int:
    """Install it unless it is there; say where it is, or why it is not."""
    trouble = None if path() else install()
    if not path():
        trouble = trouble or "it is installed, and not on the path"
        print(f"error: no Chromium could be installed: {trouble}", file=sys.stderr)
        print("  hint: install one by hand; `CHROMIUM=/path/to/it` says where it is", file=sys.stderr)
        return 1
    print(f"chromium: {path()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
