"""From Chalice's zip to ours: no strangers, no ballast, compiled ahead, equal from day to day."""

import hashlib
import py_compile
import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from tools.package_sources import PackageError, normalised

MAX_UNPACKED = 250 * 1024 * 1024
"""Lambda's own limit, in bytes."""

CHALICE_RUNTIME = ("chalice/__init__.py", "chalice/app.py")

SERVICES = frozenset(
    {"dynamodb", "kms", "lambda", "secretsmanager", "ses", "sesv2", "sns", "sqs", "sts"}
)
"""The AWS services whose models stay; every other one costs start-up time."""

BALLAST = tuple(
    re.compile(pattern)
    for pattern in (
        r"bazel-project/",  # left behind by the build of cel-expr-python
        r"cel_expr_python/ext/",  # CEL extensions that our policies do not load
        r"boto3/(data|examples)/",  # boto3.resource, which we do not use
        r".*/swagger_ui/.*\.(css|js)$",  # of a web page that we do not serve
        rf"botocore/data/(?!({'|'.join(sorted(SERVICES))})/)[^/]+/",
        r"[^/]+\.data/",  # command-line scripts
        r".*\.pyi$",
        r"[^/]+\.dist-info/(INSTALLER|RECORD|REQUESTED|WHEEL|top_level\.txt|sboms/.*)$",
    )
)

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DIST_INFO = re.compile(r"([^/]+)-([^-/]+)\.dist-info/RECORD")


def records(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Path of each distribution's RECORD, to its normalised name and its version."""
    found = {}
    for name in names:
        match = _DIST_INFO.fullmatch(name)
        if match:
            found[name] = (normalised(match[1]), match[2])
    return found


def check_wheels(package: zipfile.ZipFile, pinned: dict[str, str]) -> None:
    """Every pin is there in its version; Chalice only warns of a missing wheel and exits with 0."""
    present = dict(records(package.namelist()).values())
    for name, version in pinned.items():
        if name not in present:
            raise PackageError(f"missing wheel: {name}=={version} is not in the zip")
        if present[name] != version:
            raise PackageError(f"wrong wheel: {name} is {present[name]}, pinned to {version}")


def check_strangers(package: zipfile.ZipFile, pinned: dict[str, str], ours: Iterable[str]) -> None:
    """Every file belongs to a pinned wheel, to Chalice's runtime, or to our own source."""
    allowed = {*CHALICE_RUNTIME, *ours}
    for record, (name, _) in records(package.namelist()).items():
        if name in pinned:
            lines = package.read(record).decode().splitlines()
            allowed.update(_installed_path(line) for line in lines)
    strangers = [n for n in package.namelist() if not n.endswith("/") and n not in allowed]
    if strangers:
        raise PackageError(
            f"{len(strangers)} strangers in the zip, the first: {', '.join(strangers[:5])}"
        )
    missing = sorted(set(ours) - set(package.namelist()))
    if missing:
        raise PackageError(f"our own files are not in the zip: {', '.join(missing[:5])}")


def importable(names: Iterable[str]) -> list[str]:
    """Every top-level module of the wheels, or of a folder without ``__init__`` its modules."""
    code = [n for n in names if n.endswith((".py", ".so"))]
    packages = {n.split("/")[0] for n in code if n.count("/") == 1 and n.endswith("/__init__.py")}
    found = set(packages)
    for name in code:
        top, _, rest = name.partition("/")
        if top not in packages and "/" not in rest and not top.endswith(".libs"):
            found.add(name.split(".")[0].replace("/", "."))
    return sorted(found)


def unpack(package: zipfile.ZipFile, target: Path) -> None:
    """Everything but the ballast."""
    names = [n for n in package.namelist() if not any(rule.match(n) for rule in BALLAST)]
    package.extractall(target, names)


def compile_ahead(folder: Path) -> None:
    """Compile every module, never to be checked against its source: the zip does not change.

    The path kept in the code is the one in Lambda, so that it says nothing of this machine.
    """
    for source in sorted(folder.rglob("*.py")):
        py_compile.compile(
            str(source),
            dfile=f"/var/task/{source.relative_to(folder).as_posix()}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def pack(folder: Path, target: Path) -> int:
    """Zip the folder with sorted names and one fixed time; answers with the size unpacked."""
    total = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            body = path.read_bytes()
            total += len(body)
            package.writestr(entry, body)
    if total > MAX_UNPACKED:
        raise PackageError(f"{total} bytes unpacked; Lambda takes {MAX_UNPACKED}")
    return total


def refine(raw: Path, target: Path, work: Path, *, pins: dict[str, str], ours: list[str]) -> int:
    """Chalice's zip ``raw`` to the one we deploy; raises PackageError on anything unexpected."""
    folder = work / "refined"
    with zipfile.ZipFile(raw) as package:
        check_wheels(package, pins)
        check_strangers(package, pins, ours)
        unpack(package, folder)
    compile_ahead(folder)
    size = pack(folder, target)
    shutil.rmtree(folder)
    return size


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _installed_path(line: str) -> str:
    """The path in a RECORD line; Chalice lifts purelib and platlib to the top."""
    path = line.rsplit(",", 2)[0].strip('"')
    return re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", path)
