"""What a worker needs to simulate travels as one parcel; whether it can be unpacked there is tried beforehand.

Code of the user's goes along by its content where the workers cannot have it: functions of scripts, notebooks and
modules that are not installed.
"""

import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

from stagesim.agents.waiting import Discipline
from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.engines.subprocess import EngineCommand, identity_of_engine
from stagesim.experiments.cluster.software import SAME, ClusterError, Software, differences, software
from stagesim.experiments.replications import Job, Outcome, Part, one

INSTALLED: Final = ("stagesim", "stageaccess")
"""Our own packages, which every worker has."""


def packed(job: Job) -> bytes:
    """The job with everything of the user's that it needs. ClusterError where something cannot be sent."""
    import cloudpickle

    with ExitStack() as told:
        for module in _own_modules(job):
            told.enter_context(_by_value(module))
        try:
            parcel: bytes = cloudpickle.dumps(job)
        except Exception as error:  # whatever the objects of the user's may raise
            what = "code of yours, or something that it refers to, cannot be sent to the workers"
            hint = "put it into a module of its own, without open files or locks"
            raise ClusterError(f"{what}: {str(error) or type(error).__name__}\n  hint: {hint}") from error
    return parcel


def _own_modules(job: Job) -> Iterator[ModuleType]:
    """The modules of the user's code that the workers need not have: files that are not installed."""
    codes = [each.key if isinstance(each, Discipline) else each for each in job.behaviours.values()]
    known = [Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "purelib", "platlib")]
    names = [getattr(code, "__module__", type(code).__module__) for code in (*codes, job.engine) if code is not None]
    for name in dict.fromkeys(names):
        module = sys.modules.get(str(name))
        file = getattr(module, "__file__", None)
        if module is None or file is None or name == "__main__" or name.partition(".")[0] in INSTALLED:
            continue  # functions of `__main__` go by content anyhow
        if not any(place in Path(file).resolve().parents for place in known):
            yield module


@contextmanager
def _by_value(module: ModuleType) -> Iterator[None]:
    import cloudpickle

    if module.__name__ in cloudpickle.list_registry_pickle_by_value():
        yield
        return
    cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(module)


@lru_cache(maxsize=4)
def unpacked(parcel: bytes) -> Job:
    """The job in a parcel; each worker opens it once."""
    import pickle

    job: Job = pickle.loads(parcel)
    return job


class Tried(NamedTuple):
    """What came of unpacking on a worker: why the job cannot be carried out there, or who its engine says it is."""

    trouble: str
    engine: str = ""


def tried(parcel: bytes) -> Tried:
    """On a worker: whether the job can be carried out there. An engine that answers nonsense is one."""
    try:
        engine = unpacked(parcel).engine
    except Exception as error:  # whatever is missing here
        return Tried(str(error) or type(error).__name__)
    if engine is None:
        return Tried("")
    try:
        return Tried("", " ".join(identity_of_engine(engine)))
    except EngineError as error:
        return Tried(str(error).partition("\n")[0]) if error.line is None else Tried("")
    except Exception as error:
        return Tried(f"the engine cannot be made: {str(error) or type(error).__name__}")
    finally:
        _let_go(engine)


def carried_out(parcel: bytes, chunk: Sequence[Part], here: Software) -> list[Outcome]:
    """On a worker: the outcomes of a chunk. One that came later than the others may have other versions."""
    if apart := differences(software(), here):
        raise ClusterError(f"a worker has other versions than the machine of the study: {apart}\n  hint: {SAME}")
    job = unpacked(parcel)
    try:
        return [one(job, *part) for part in chunk]
    finally:
        _let_go(job.engine)


def _let_go(engine: EngineMaker | None) -> None:
    """End the engine's process: nobody says to a worker that a study has ended, or is there no more to say so."""
    if isinstance(engine, EngineCommand):
        engine.close_here()
