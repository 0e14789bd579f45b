"""The emulator of AWS as a child process: its own process group, on the loopback address only.

It writes its state when it is stopped with SIGTERM.  ``kill -9`` loses whatever was written since
the last clean stop; nothing in AWS behaves like that, and no test of durability may rely on it.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path

from tools.local.home import Home
from tools.local.ports import HOST

READY_S = 60
STOP_S = 90
PID = "emulator.json"
REGION = "us-east-1"
ROOT_KEY = "test"
MEMORY = "/dev/shm"  # noqa: S108 - mkdtemp makes a folder that is ours alone
SCRATCH_BYTES = 2 * 1024**3
_POLL_S = 0.05


class EmulatorError(Exception):
    """The emulator did not start or is gone; the message says where its log is."""


class Emulator:
    """One emulator with iam enforced, whose state lies in ``home``."""

    def __init__(self, home: Home, listener: socket.socket) -> None:
        """Nothing is started yet; whoever connects to ``listener`` waits until it is."""
        self._home = home
        self._listener = listener
        self._port: int = listener.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers; raises EmulatorError."""
        stop_orphan(self._home)
        for folder in (self._home.state, self._home.folder / "s3"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._scratch = scratch()
        with self._home.log.open("wb") as log, self._listener as listener:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hypercorn", "ministack.app:app", *_serve(listener)],
                pass_fds=[listener.fileno()],
                cwd=self._home.folder,
                env=environment(self._home.folder, self._scratch, self._port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C goes to the whole foreground group; the emulator must outlive it, so that
                # we can stop it after the last request and it can save its state.
                start_new_session=True,
            )
        self._home.write(PID, {"pid": self._process.pid, "scratch": self._scratch})
        self._wait_ready()

    def _wait_ready(self) -> None:
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            if not self.alive:
                break
            if _answers(self._port):
                return
            time.sleep(_POLL_S)
        self.stop()
        raise EmulatorError(f"the emulator did not start; see {self._home.log}")

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process, which is also its group; raises EmulatorError when it was not started."""
        if self._process is None:
            raise EmulatorError("the emulator was not started")
        return self._process.pid

    def stop(self) -> bool:
        """Stop it cleanly; false when it had to be killed, and its newest state was lost."""
        if self._process is None:
            self._listener.close()
            return True
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
            clean = True
        except subprocess.TimeoutExpired:
            clean = False
        kill_group(self._process.pid)
        clean = clean and self._process.wait() != -signal.SIGKILL
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._home.forget(PID)
        return clean


def _serve(listener: socket.socket) -> list[str]:
    """In one process, so that a signal to it is a signal to the emulator."""
    return ["--bind", f"fd://{listener.fileno()}", "--workers", "0", "--keep-alive", "75"]


def scratch() -> str:
    """A new folder for the workers, each of which unpacks the whole package: in memory if it fits.

    On a slow disk an S0's first pages would wait seconds for their workers' files.
    """
    place = MEMORY if _holds_programs(MEMORY) else None
    return tempfile.mkdtemp(prefix="tocsin-local-", dir=place)


def _holds_programs(folder: str) -> bool:
    """Whether there is room, and native modules may be loaded from there."""
    try:
        facts = os.statvfs(folder)
    except OSError:
        return False
    roomy = facts.f_bavail * facts.f_frsize >= SCRATCH_BYTES
    return roomy and not facts.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def environment(folder: Path, scratch: str, port: int) -> dict[str, str]:
    """The emulator's environment: none of the developer's AWS settings, Docker or Python paths."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": ROOT_KEY,
        "AWS_SECRET_ACCESS_KEY": ROOT_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "MINISTACK_REGION": REGION,
        "BIND_HOST": HOST,
        # Addresses of queues are part of the state, so they must not depend on the port of a run:
        # they name this one always, and everybody is sent to the real one.
        "GATEWAY_PORT": "4566",
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # A daemon that is there would be asked to remove containers that are not ours.
        "DOCKER_HOST": f"unix://{folder}/no-docker",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": scratch,
        "PYTHONUTF8": "1",
        # A worker that was reaped costs the next page seconds, since each unpacks the package.
        "LAMBDA_WARM_TTL_SECONDS": "86400",
    }


def stop_orphan(home: Home) -> None:
    """Stop the emulator of a run that was itself killed; its state is saved by that."""
    left = home.read(PID)
    pid = int(left.get("pid", 0))
    if pid and "ministack" in _command_of(pid):
        _end(pid)
    shutil.rmtree(left.get("scratch") or home.folder / "tmp", ignore_errors=True)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_S
    while time.monotonic() < end and "ministack" in _command_of(pid):
        time.sleep(_POLL_S)
    kill_group(pid)


def kill_group(pid: int) -> None:
    """End what is left of a process group: the functions' workers, which have no state."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _command_of(pid: int) -> str:
    """Process ids are used again, so ask what this one is before touching it."""
    asked = ["ps", "-ww", "-o", "stat=,command=", "-p", str(pid)]
    said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
    return "" if said.startswith("Z") else said
