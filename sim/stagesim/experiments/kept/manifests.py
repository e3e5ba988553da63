"""The manifest of a folder of results, as it is read: what the folder is about, and which files are ours."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from stagesim.errors import StagesimError
from stagesim.given_files import file_text, parsed_json

MANIFEST: Final = "manifest.json"
SESSIONS: Final = ".stagesim-sessions"
"""The file of finished sessions of a study that is not finished."""

BEFORE: Final = ".stagesim-manifest"
"""The manifest of an earlier study while its files are being replaced."""

MANIFEST_SCHEMA: Final = "stagesim.manifest/3"


class StoreError(StagesimError):
    """A folder that results cannot be written to."""


def manifest_in(path: Path, name: str = MANIFEST) -> dict[str, Any]:
    """The manifest of the results in a folder; empty where there are none.

    StoreError for one of another version, and for a file of somebody else's in its place.
    """
    try:
        found = parsed_json(file_text(path / name))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError):
        found = None
    schema = str(found.get("schema")) if isinstance(found, dict) else ""
    elsewhere = "choose another folder (`out`), or move this one away"
    if not schema.startswith(MANIFEST_SCHEMA.rpartition("/")[0]):
        raise StoreError(f"`{path / name}` is there already, and it is no manifest of results\n  hint: {elsewhere}")
    if schema != MANIFEST_SCHEMA:
        said = f"the results in `{path}` are of the schema `{schema}`, and this version writes `{MANIFEST_SCHEMA}`"
        raise StoreError(f"{said}\n  hint: {elsewhere}")
    return dict(found)


def files_of(path: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The files that a manifest names, those of its variants' folders included, with `/` between the parts."""
    yield from inside(manifest.get("files"))
    folders = manifest.get("variants")
    for inner in inside(folders.values() if isinstance(folders, dict) else ()):
        below = manifest_in(path / inner)
        yield from (f"{inner}/{name}" for name in (*inside(below.get("files")), MANIFEST))


def inside(names: Iterable[object] | None) -> Iterator[str]:
    """Those of the names that are paths within the folder."""
    for name in names if isinstance(names, Iterable) else ():
        if isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts:
            yield name
