"""Writing down what was deployed, to AWS or to the local stack, in the stack's own log."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from chalicelib.bundle import load_bundle
from chalicelib.services.deployments import Deployed, note
from chalicelib.version import VERSION
from tools.local.desk import Desk
from tools.package_zip import sha256


def record(desk: Desk, package: Path, stage: str, given: Collection[str] = ()) -> bool:
    """Note the package in a folder that ``tools.package`` filled; whether that was news.

    ``given`` are names of parameters that were set with it: their values may be secrets.
    """
    template = hashlib.sha256((package / "sam.json").read_bytes()).hexdigest()
    code = sha256(package / "deployment.zip")
    deployed = Deployed(stage, VERSION, code, template, tuple(sorted(given)))
    return any(note(desk.parts, deployed, load_bundle()))
