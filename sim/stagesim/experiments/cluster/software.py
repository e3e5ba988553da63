"""What has to be the same on a worker as here: the same scenario and seed then have the same sessions."""

import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from stagesim.experiments.study import StudyError

if TYPE_CHECKING:
    from distributed import Client

Software = Mapping[str, str]
"""Version by what has it. Of Python, that of its language; `code` is the one that decides what a session has."""

UNKNOWN: Final = "none"

DISTRIBUTIONS: Final = {
    "stagesim": "stage-access-lab",
    "stageaccess": "stageaccess",
    "simpy": "simpy",
    "numpy": "numpy",
}
"""What is compared, with the name under which it is installed."""

SAME: Final = "install the same versions on every worker as here, under the same Python"
"""What helps."""


class ClusterError(StudyError):
    """A cluster that cannot be used, or a study that cannot be sent to it."""


@cache
def software() -> Software:
    """What this process has."""
    import stageaccess
    from stagesim.experiments.kept.identity import code_digest

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = {name: _version(known) for name, known in DISTRIBUTIONS.items()}
    return {"python": python, **packages, "stageaccess": stageaccess.__version__, "code": code_digest()[:12]}


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return UNKNOWN


def compare_software(client: "Client", here: Software) -> None:
    """Raise ClusterError unless every worker has what is here.

    Python is asked for first, by Dask itself: another one could not even read the question for the rest.
    """
    told = client.get_versions(packages=list(DISTRIBUTIONS.values()))
    found: dict[str, Software] = {
        worker: _of_packages((said or {}).get("packages", {})) for worker, said in told["workers"].items()
    }
    if all(of_worker["python"] == here["python"] for of_worker in found.values()):
        for worker, said in client.run(software, on_error="return").items():
            if isinstance(said, Mapping):
                found[worker] = said
            else:
                found[worker] = {**found[worker], "code": UNKNOWN}
    problems = [f"  {worker}: {apart}" for worker in sorted(found) if (apart := differences(found[worker], here))]
    if problems:
        shown = [*problems[:5], *(["  and more"] if len(problems) > 5 else [])]
        said = ["the workers of the cluster have other versions than this machine:", *shown]
        raise ClusterError("\n".join([*said, f"  hint: {SAME}"]))


def differences(there: Software, here: Software) -> str:
    """In what a worker differs, with the versions of both sides; empty if in nothing."""
    return ", ".join(
        f"{name} {there.get(name, UNKNOWN)}, here {own}"
        for name, own in here.items()
        if there.get(name, own if name == "code" else UNKNOWN) != own
    )


def _of_packages(packages: Mapping[str, Any]) -> dict[str, str]:
    """The same, as far as Dask has told it."""
    python = ".".join(str(packages.get("python", UNKNOWN)).split(".")[:2])
    return {"python": python} | {name: str(packages.get(known) or UNKNOWN) for name, known in DISTRIBUTIONS.items()}
