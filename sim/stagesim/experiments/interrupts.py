"""Ctrl-C that is heard in every case.

Python raises KeyboardInterrupt wherever the main thread happens to be. In the clean-up of a collected generator it is
printed and dropped, and inside pydantic it becomes another error: about one in thirty was lost in a running simulation.
The whole story stands in `sim/README.md`.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()
"""Signal handlers belong to the whole process, and so does what this one has seen."""


_below: list[Callable[["sys.UnraisableHookArgs"], object]] = []
"""The hook that was there before `_keep_quiet`."""


def _keep_quiet(dropped: "sys.UnraisableHookArgs") -> None:
    """Print what Python drops, but for an interruption that is not lost: `check` raises it again."""
    if dropped.exc_type is not KeyboardInterrupt or not _pressed.is_set():
        _below[0](dropped)


def _remember(number: int, frame: FrameType | None) -> None:
    _pressed.set()
    signal.default_int_handler(number, frame)


def check() -> None:
    """Raise KeyboardInterrupt if there was an interruption since `remembered` began."""
    if _pressed.is_set():
        raise KeyboardInterrupt


@contextmanager
def remembered() -> Iterator[None]:
    """Remember an interruption besides raising it, for `check`.

    Where somebody else handles the signal, or in another thread than the main one, all stays as it is.
    """
    _pressed.clear()
    ours = threading.current_thread() is threading.main_thread()
    # Our own handler stays behind when an interruption comes just while it is being taken away.
    if not ours or signal.getsignal(signal.SIGINT) not in (signal.default_int_handler, _remember):
        yield
        return
    try:
        if sys.unraisablehook is not _keep_quiet:
            _below[:], sys.unraisablehook = [sys.unraisablehook], _keep_quiet
        signal.signal(signal.SIGINT, _remember)
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if sys.unraisablehook is _keep_quiet:  # studies that are carried on in turn may end in any order
            sys.unraisablehook = _below[0]
