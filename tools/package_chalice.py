"""Runs ``chalice package`` and believes nothing it says about itself."""

import os
import subprocess
import sys
from pathlib import Path

from tools.package_sources import RUNTIME, Inputs, PackageError

CHALICE = "from chalice.cli import main; main()"
CFN_LINT = "import sys; from cfnlint.runner import main; sys.exit(main())"
MISSING = "Could not install dependencies"


def refuse_other_runtime(version: tuple[int, int]) -> None:
    """The packaging interpreter decides the Lambda runtime, so no other one may package."""
    here = f"python{version[0]}.{version[1]}"
    if here != RUNTIME:
        raise PackageError(f"this is {here}; the Lambda runtime is {RUNTIME}, so package with that")


def refuse_stale_bundle(root: Path) -> None:
    """A watchdog must not go out with yesterday's policies."""
    run([sys.executable, "-m", "tools.policies", "check"], root, "the policy bundle is stale")


def package(inputs: Inputs, project: Path) -> Path:
    """Build in the copy at ``project``; the folder with ``deployment.zip`` and ``sam.json``."""
    built = project / "built"
    command = [sys.executable, "-c", CHALICE]
    command += ["package", "--stage", inputs.stage, "--merge-template", ".chalice/resources.json"]
    said = run([*command, str(built)], project, "chalice package failed", region=inputs.region)
    refuse_missing_wheel(said)
    return built


def refuse_missing_wheel(said: str) -> None:
    """Chalice prints a warning, exits with 0 and leaves a zip that cannot start."""
    if MISSING in said:
        raise PackageError("missing wheel: " + said[said.index(MISSING) :].strip())


def lint(template: Path, root: Path) -> None:
    """No rule of cfn-lint is switched off; every finding is refused."""
    run([sys.executable, "-c", CFN_LINT, str(template)], root, "cfn-lint refuses the template")


def prove(folder: Path, modules: list[str], root: Path) -> None:
    """Import everything from the unpacked package alone, in an interpreter without our wheels."""
    script = root / "tools" / "package_proof.py"
    command = [sys.executable, "-I", "-S", str(script), str(folder), *modules]
    run(command, root, "the package cannot run by itself")


def run(command: list[str], cwd: Path, wrong: str, region: str = "") -> str:
    """Output of a command, both streams; PackageError with ``wrong`` and its tail if it fails."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if region:
        environment["AWS_DEFAULT_REGION"] = region
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise PackageError(f"{wrong}:\n{tail}")
    return done.stdout
