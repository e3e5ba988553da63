"""The documentation as a site, built for a test: without a network, and a warning is an error."""

import fcntl
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parents[2]


def site_for_all(shared: Path) -> Path:
    """The site in a folder that several processes share: the first one builds it, the others wait for that."""
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / "site.done"
        if not done.exists():
            build_site(shared / "site")
            done.touch()
    return shared / "site"


def build_site(folder: Path) -> Path:
    """Build the site into a folder; a link that leads nowhere, or a page that the contents lack, raises Abort."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_MKDOCS_2_WARNING", "1")
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    return folder
