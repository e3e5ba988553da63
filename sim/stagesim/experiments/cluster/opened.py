"""A cluster by its address: of a scheduler that runs somewhere, or of workers on this machine that are started."""

import logging
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

from stagesim.experiments.cluster.software import ClusterError

if TYPE_CHECKING:
    from distributed import Client

    from stagesim.experiments.cluster.crew import Crew

PATIENCE_S: Final = 5.0
"""How long a scheduler may take to answer, and its first worker to come."""

HINT: Final = "`tcp://HOST:PORT` is a scheduler that is running, `local:4` four workers of this machine"


@contextmanager
def opened(address: str) -> Iterator["Crew"]:
    """The workers at an address, let go of afterwards; those of this machine end. ClusterError where there are none."""
    check_extra()
    from stagesim.experiments.cluster.crew import Crew

    local = re.fullmatch(r"local:(\d{1,4})", address, re.ASCII)
    with ExitStack() as left:
        left.enter_context(_in_silence())
        if local is not None and int(local[1]):
            client = left.enter_context(_started(int(local[1])))
        elif re.fullmatch(r"(tcp|tls)://[^\s/:]+:\d{1,5}|(tcp|tls)://\[[0-9a-fA-F:]+\]:\d{1,5}", address, re.ASCII):
            client = left.enter_context(_reached(address))
        else:
            raise ClusterError(f"expected the address of a cluster, got `{address}`\n  hint: {HINT}")
        yield Crew(client)


@contextmanager
def _in_silence() -> Iterator[None]:
    """Keep Dask from telling on standard error what we say ourselves, in many lines: a scheduler that has gone."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def check_extra() -> None:
    """Raise ClusterError where Dask is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        hint = "`pip install 'stage-access-lab[cluster]'`"
        raise ClusterError(f"a cluster needs the extra `cluster`, which is not installed\n  hint: {hint}") from None


@contextmanager
def _reached(address: str) -> Iterator["Client"]:
    from distributed import Client

    try:
        client = Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        hint = "start one with `dask scheduler`, and look at its address and the firewall"
        raise ClusterError(f"no scheduler answers at `{address}` within {PATIENCE_S:g} s\n  hint: {hint}") from error
    with client:
        with suppress(TimeoutError):  # the crew says so
            client.wait_for_workers(1, timeout=PATIENCE_S)
        yield client


def dask_setup(_: object) -> None:
    """Dask calls this in a worker that we start: Ctrl-C is for whoever started it, who ends it then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _started(count: int) -> Iterator["Client"]:
    """A scheduler in this process, and so many workers of one thread each, which nobody else can reach."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL,
            preload=__name__,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client
