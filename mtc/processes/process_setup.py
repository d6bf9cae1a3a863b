"""Settings of the operating system for every process that a parent started."""

from __future__ import annotations

import ctypes
import gc
import resource
import signal
import sys

PR_SET_PDEATHSIG, M_MMAP_THRESHOLD = 1, -3
COLLECT_AFTER = (10_000, 20, 50)


def collect_rarely() -> None:
    """Have the collector look for garbage less often than Python's own 700 new objects would.

    What is imported and built at the start is no garbage: looking through it took a seventh of a start.
    """
    gc.set_threshold(*COLLECT_AFTER)


def settle() -> None:
    """Have the kernel stop this process when its parent is killed, or it would hold the port for ever, allow
    as many open connections as the system permits, and have glibc give back what is large: else each thread
    keeps the 20 MB that checking a password takes.
    """
    collect_rarely()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if hasattr(library, "mallopt"):  # other C libraries have none
            library.mallopt(M_MMAP_THRESHOLD, 1 << 20)
