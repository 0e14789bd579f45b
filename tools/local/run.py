"""One local run, from the package to the front: each step, in order, and the way back down."""

import http.client
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chalicelib.aws.ids import random_bytes
from tools.deployed import record
from tools.local.cloud import Cloud
from tools.local.desk import KEYS, Desk, link_key, of_stack
from tools.local.emulator import Emulator
from tools.local.front import Front
from tools.local.home import ROOT, Home
from tools.local.outbox import Outbox
from tools.local.people import FALLBACK_EMAIL, FALLBACK_SMS, SENDER
from tools.local.ports import HOST, choose, insist, listen
from tools.local.progress import Progress
from tools.local.seed import Seeds, seed
from tools.local.stack import Wanted, api_path, bring_up, warm_up
from tools.local.trying import Trying
from tools.package import build
from tools.package_sources import Inputs

FRONT_PORT = 8787
EMULATOR_PORT = 4566
STAGE = "local"
RUNNING = "running.json"
MAILS = "mails.json"
# A laptop answers some tens of requests a second: see docs/adr/0037.
LOCAL_VENDOR_RATE = "50"


@dataclass(frozen=True, slots=True)
class Running:
    """Everything a caller may want of a run that is up."""

    base: str
    emulator: Emulator
    cloud: Cloud
    outputs: dict[str, str]
    desk: Desk
    seeds: Seeds
    outbox: Outbox

    def warm_up(self) -> None:
        """Have a worker of each function ready."""
        warm_up(self.cloud, self.outputs)


def front_port() -> int:
    """``PORT`` if it is set, and then no other; raises PortTakenError or ValueError."""
    asked = os.environ.get("PORT")
    return insist(int(asked)) if asked else choose(FRONT_PORT)


def package(progress: Progress) -> Path:
    """The folder with a package of the present sources, built only if something changed."""
    out = ROOT / "out"
    with progress.step("packaging (skipped when nothing has changed)"):
        build(Inputs(ROOT, "dev"), out, lambda line: progress.say(f"  {line}"))
    return out


@contextmanager
def serving(home: Home, built: Path, port: int, progress: Progress) -> Iterator[Running]:
    """Everything up and serving in the background; on leaving, all of it stopped cleanly.

    Raises:
        EmulatorError: the emulator did not start.
        StackError: the stack could not be made.
    """
    emulator = Emulator(home, listen(EMULATOR_PORT, avoid=port))
    cloud = Cloud(emulator.url)
    try:
        with progress.step("starting the emulator"):
            emulator.start()
        with _front(home, built, port, progress, emulator, cloud) as running:
            yield running
    finally:
        cloud.close()
        home.forget(RUNNING)
        clean = emulator.stop()
        progress.say("stopped; the state is kept" if clean else "the emulator had to be killed")


@contextmanager
def _front(
    home: Home, built: Path, port: int, progress: Progress, emulator: Emulator, cloud: Cloud
) -> Iterator[Running]:
    base = f"http://{HOST}:{port}"
    with progress.step("creating or updating the stack"):
        outputs = bring_up(cloud, Wanted(built, parameters(home, base)))
    with progress.step("seeding"):
        desk = of_stack(cloud, outputs, link_key(home))
        seeds = seed(desk, home)
        record(desk, built, STAGE)
    with progress.step("warming up the functions"):
        warm_up(cloud, outputs)
    outbox = Outbox(desk, emulator.url, home.read(MAILS).get("mails", []))
    front = Front(port, emulator.url, api_path(outputs), outbox.data, Trying().answer)
    home.write(RUNNING, {"base": base, "emulator": emulator.url, "outputs": outputs})
    threading.Thread(target=front.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield Running(base, emulator, cloud, outputs, desk, seeds, outbox)
    finally:
        front.shutdown()
        front.server_close()
        with suppress(OSError, http.client.HTTPException):  # it may be gone already
            home.write(MAILS, {"mails": outbox.emails()})


def parameters(home: Home, base: str) -> dict[str, str]:
    """The stack's, with the link key that this folder keeps."""
    kept = home.read(KEYS) or {"LinkKey": random_bytes(32).hex()}
    home.write(KEYS, kept)
    return {
        "LinkBase": base,
        "LinkKey": str(kept["LinkKey"]),
        "SesSender": SENDER,
        "VendorRate": LOCAL_VENDOR_RATE,
        "FallbackSms": FALLBACK_SMS,
        "FallbackEmail": FALLBACK_EMAIL,
    }
