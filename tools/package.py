"""Build and inspect the deployment package: ``python -m tools.package --stage dev --out out``.

Leaves ``deployment.zip``, ``sam.json`` and ``package.json`` in the folder, or exits with 1 and says
why the package must not be deployed.  When no source has changed it does nothing.
"""

import argparse
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import package_chalice, package_template, package_zip
from tools.package_sources import (
    RUNTIME,
    Inputs,
    PackageError,
    app_files,
    digest,
    pins,
    stage_copy,
)

ROOT = Path(__file__).resolve().parent.parent
PRODUCTS = ("deployment.zip", "sam.json")

Say = Callable[[str], None]


def main(argv: list[str] | None = None) -> int:
    """The command; 0 when the package stands ready, 1 when it is refused."""
    parser = argparse.ArgumentParser(prog="tools.package", description=__doc__)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
    chosen = parser.parse_args(argv)
    inputs = Inputs(ROOT, chosen.stage, chosen.region)
    try:
        build(inputs, chosen.out, lambda line: print(f"package: {line}", flush=True))
    except PackageError as refusal:
        print(f"package: REFUSED: {refusal}", file=sys.stderr)
        return 1
    return 0


def build(inputs: Inputs, out: Path, say: Say) -> None:
    """Make ``out`` hold the package of these inputs; on PackageError it stays as it was."""
    package_chalice.refuse_other_runtime(sys.version_info[:2])
    wanted = digest(inputs)
    if _fresh(out, wanted):
        say(f"nothing changed; {out}/deployment.zip stands")
        return
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".build-") as work:
        facts = _build(inputs, Path(work), say)
        facts["digest"] = wanted
        _publish(Path(work), out, facts)
    say(
        f"{facts['zip_bytes'] / 1e6:.1f} MB, {facts['unpacked_bytes'] / 1e6:.1f} MB unpacked: {out}"
    )


def _build(inputs: Inputs, work: Path, say: Say) -> dict[str, Any]:
    pinned = pins((inputs.root / "requirements.txt").read_text("utf-8"))
    ours = app_files(inputs.root)
    say("checking that the policy bundle is fresh")
    package_chalice.refuse_stale_bundle(inputs.root)
    say(f"packaging stage {inputs.stage} with Chalice")
    project = work / "project"
    stage_copy(inputs, project)
    built = package_chalice.package(inputs, project)
    say("checking the template")
    _check_template(built / "sam.json", work / "sam.json", inputs.root)
    say("pruning, compiling and zipping")
    target = work / "deployment.zip"
    size = package_zip.refine(built / "deployment.zip", target, work, pins=pinned, ours=ours)
    say("proving that it runs by itself")
    _prove(target, work, inputs.root)
    return {"zip_bytes": target.stat().st_size, "unpacked_bytes": size, "stage": inputs.stage}


def _check_template(raw: Path, target: Path, root: Path) -> None:
    text = raw.read_text("utf-8")
    found = package_template.problems(json.loads(text), RUNTIME)
    if found:
        raise PackageError("the template breaks its promises:\n  " + "\n  ".join(found))
    target.write_text(text, "utf-8")
    package_chalice.lint(target, root)


def _prove(target: Path, work: Path, root: Path) -> None:
    folder = work / "unpacked"
    with zipfile.ZipFile(target) as package:
        modules = package_zip.importable(package.namelist())
        package.extractall(folder)
    package_chalice.prove(folder, modules, root)


def _fresh(out: Path, wanted: str) -> bool:
    """Whether ``out`` holds the very files that were built from this digest."""
    try:
        facts = json.loads((out / "package.json").read_text("utf-8"))
        return facts["digest"] == wanted and all(
            facts["sha256"][name] == package_zip.sha256(out / name) for name in PRODUCTS
        )
    except (OSError, ValueError, KeyError):
        return False


def _publish(work: Path, out: Path, facts: dict[str, Any]) -> None:
    """Move the products into place, the stamp last: a crash in between only means a rebuild."""
    facts["sha256"] = {name: package_zip.sha256(work / name) for name in PRODUCTS}
    (out / "package.json").unlink(missing_ok=True)
    for name in PRODUCTS:
        (work / name).replace(out / name)
    (out / "package.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
