"""``python -m tools.local``, which is ``make run``: serve until Ctrl-C."""

import signal
import sys
import threading

from tools.local.emulator import Emulator, EmulatorError
from tools.local.hints import hints
from tools.local.home import AlreadyRunningError, Home
from tools.local.ports import PortTakenError
from tools.local.progress import Progress
from tools.local.run import front_port, package, serving
from tools.local.stack import StackError
from tools.package_sources import PackageError

LOOK_S = 1.0


class _Stop(Exception):  # noqa: N818 - not an error: somebody asked us to stop
    """SIGTERM or Ctrl-C."""


def main() -> int:
    """0 after a stop that was asked for, 1 when it could not start or the emulator is gone."""
    home, progress = Home.default(), Progress()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        with home.claimed():
            port = front_port()
            built = package(progress)
            with serving(home, built, port, progress) as running:
                progress.say("ready")
                print(hints(running.base, running.seeds), flush=True)
                _wait(running.emulator)
    except _Stop:
        return 0
    except AlreadyRunningError as running_already:
        return _fail(f"it is running already: {running_already}")
    except (EmulatorError, PackageError, PortTakenError, StackError, ValueError) as error:
        return _fail(str(error))
    return 0


def _stop(*_: object) -> None:
    # A second Ctrl-C must not cut off the emulator while it saves its state.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("\nstopping …", flush=True)
    raise _Stop


def _wait(emulator: Emulator) -> None:
    """Until a signal, or until the emulator dies; raises EmulatorError."""
    never = threading.Event()
    while not never.wait(LOOK_S):
        if not emulator.alive:
            raise EmulatorError("the emulator is gone; see .local/emulator.log")


def _fail(why: str) -> int:
    print(f"run: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
