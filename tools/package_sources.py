"""What goes into a package, and a digest of it: nothing changed means nothing to build."""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RUNTIME = "python3.13"
"""The Lambda runtime; Chalice always names the runtime of the interpreter that packages."""

SUFFIXES = frozenset({".css", ".html", ".js", ".json", ".py", ".svg", ".txt"})
"""What may lie in ``chalicelib/``: Chalice ships every file it finds there, ``.DS_Store`` too."""

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][A-Za-z0-9.!+_-]*)")


class PackageError(Exception):
    """The package must not be deployed; the message says why, and where to look."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a build is made from: the checkout, the stage's name and the region's."""

    root: Path
    stage: str
    region: str = "us-east-1"


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(requirements: str) -> dict[str, str]:
    """Normalised name to version; anything but an exact pin is refused.

    A path, an address or a range would be packaged differently from day to day, or not at all.
    """
    found: dict[str, str] = {}
    for line in requirements.splitlines():
        text = line.partition("#")[0].strip()
        if not text:
            continue
        match = _PIN.fullmatch(text)
        if match is None:
            raise PackageError(f"requirements.txt: {text!r} is not an exact pin (name==version)")
        found[normalised(match[1])] = match[2]
    return found


def app_files(root: Path) -> list[str]:
    """Our own files in the zip, as slash-separated paths; raises PackageError on a stranger."""
    found = ["app.py", *(_relative(root, path) for path in _files(root / "chalicelib"))]
    strangers = [name for name in found if Path(name).suffix not in SUFFIXES]
    if strangers:
        raise PackageError("strangers in chalicelib/: " + ", ".join(strangers))
    return found


def digest(inputs: Inputs) -> str:
    """Of every source that shapes the package, names included (Chalice's own cache omits them)."""
    root = inputs.root
    paths = [root / "app.py", root / "requirements.txt", root / "requirements-dev.txt"]
    for folder in ("chalicelib", "policies"):
        paths += _files(root / folder)
    paths += sorted((root / ".chalice").glob("*.json"))
    paths += sorted((root / "tools").glob("package*.py"))
    total = hashlib.sha256()
    for part in (inputs.stage, inputs.region, sys.version):
        total.update(part.encode() + b"\0")
    for path in paths:
        body = path.read_bytes()
        total.update(f"{_relative(root, path)}\0{len(body)}\0".encode() + body)
    return total.hexdigest()


def stage_copy(inputs: Inputs, target: Path) -> None:
    """Copy what Chalice needs, and nothing else, so that no cache or stray file is in its reach."""
    root = inputs.root
    names = [*app_files(root), "requirements.txt"]
    names += [_relative(root, path) for path in sorted((root / ".chalice").glob("*.json"))]
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target / name)


def app_name(root: Path) -> str:
    """As ``.chalice/config.json`` has it."""
    config = json.loads((root / ".chalice" / "config.json").read_text("utf-8"))
    return str(config["app_name"])


def _files(folder: Path) -> Iterator[Path]:
    """Regular files below, sorted; a linked folder is refused, for Chalice would drop it."""
    for path in sorted(folder.rglob("*")):
        if "__pycache__" in path.parts:
            continue
        if path.is_symlink():
            raise PackageError(f"{path} is a link; Chalice drops linked folders without a word")
        if path.is_file():
            yield path


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
