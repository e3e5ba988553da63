"""What all tests share: settings of Hypothesis, one process where nobody asks for more, charts without a drawing."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "stage", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("stage")

LONG = {"test_notebooks.py", "test_walkthrough.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest in one piece comes first, so that no worker has to be waited for at the end."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """Thousands of tests and their modules stay to the end: nobody looks through them for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _one_process_unless_a_test_asks_for_more() -> Iterator[None]:
    """`--workers auto` is one process here: tests share the processors as it is, and to start a process takes longer
    than what most of them simulate. Those that are about several processes say how many.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
        patch.setattr(os, "cpu_count", lambda: 1)
        yield


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation as a site, built once for all workers, whose folders are in one."""
    from made_site import site_for_all

    own = tmp_path_factory.getbasetemp()
    return site_for_all(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="module")
def blank_charts() -> Iterator[None]:
    """Charts are written, and nothing is on them: for modules whose tests look at everything else that is saved."""
    from matplotlib.figure import Figure

    with pytest.MonkeyPatch.context() as patch:
        for drawing in ("charts.Chart.draw", "answers.answer.Drawing.draw", "page.comparison.draw"):
            patch.setattr(f"stagesim.reporting.{drawing}", lambda *_: Figure())
        yield
