"""Run a server as a child that never outlives the process which started it."""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

START_SECONDS = 30
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ServiceError(Exception):
    """A server could not be found or did not start; the message is one line."""


class Service:
    """A server process in a private folder under the system's temporary folder.

    root_account names the account to use when the tests run as root, for servers that refuse root.
    """

    def __init__(self, name: str, root_account: str | None = None) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"mtc-{name}-"))
        self.account = _account(root_account) if root_account and os.geteuid() == 0 else None
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    @property
    def log(self) -> Path:
        """The file that holds everything the server printed."""
        return self.folder / "log"

    def launch(self, command: Sequence[str | Path], ready: Callable[[], bool], death: signal.Signals) -> None:
        """Start command and wait until ready() is true; ServiceError with the log's end when it is not.

        death is the signal that the kernel sends the server when this process is killed.
        """
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # A Ctrl-C meant for the tests must not stop the server under them: they stop it themselves.
                start_new_session=True,
                preexec_fn=lambda: _libc.prctl(_PR_SET_PDEATHSIG, death),
                **self.identity(),
            )
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                end = " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])
                raise ServiceError(f"{self.name} did not start: {end}")
            time.sleep(0.01)

    def identity(self) -> dict[str, object]:
        """Popen's arguments that make a child run as the service's account."""
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server's first process, if it runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def halt(self, number: signal.Signals) -> None:
        """Send a signal and wait until the server has ended; kill it after ten seconds."""
        if not self.process:
            return
        self.send(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End the server and remove its folder; safe to call twice."""
        self.halt(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.stop)


def _account(preferred: str) -> pwd.struct_passwd:
    for name in (preferred, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServiceError(f"No account {preferred} or nobody to run a server under.")
