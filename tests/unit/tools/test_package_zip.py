"""From Chalice's zip to ours, on small ones made by hand."""

import zipfile
from pathlib import Path

import pytest

from tools import package_zip
from tools.package_sources import PackageError

PINS = {"alpha": "1.0", "beta-lib": "2.0"}
OURS = ["app.py", "chalicelib/__init__.py"]
FILES = {
    "app.py": "import alpha\n",
    "chalicelib/__init__.py": "",
    "chalice/__init__.py": "",
    "chalice/app.py": "",
    "alpha/__init__.py": "X = 1\n",
    "alpha/stub.pyi": "",
    "alpha-1.0.dist-info/RECORD": (
        "alpha/__init__.py,sha256=x,1\nalpha/stub.pyi,,\nalpha-1.0.dist-info/RECORD,,\n"
        "alpha-1.0.dist-info/METADATA,,\nalpha-1.0.data/scripts/run,,\n"
    ),
    "alpha-1.0.dist-info/METADATA": "Name: alpha\n",
    "alpha-1.0.data/scripts/run": "#!python\n",
    "beta.py": "Y = 2\n",
    "beta_lib-2.0.dist-info/RECORD": "beta_lib-2.0.data/purelib/beta.py,,\n"
    "beta_lib-2.0.dist-info/RECORD,,\n",
    "botocore/data/dynamodb/model.json": "{}",
    "botocore/data/ec2/model.json": "{}",
    "botocore/data/endpoints.json": "{}",
}
BOTOCORE = "botocore/data/dynamodb/model.json,,\nbotocore/data/ec2/model.json,,\n"
FILES["alpha-1.0.dist-info/RECORD"] += BOTOCORE + "botocore/data/endpoints.json,,\n"


def make(path: Path, files: dict[str, str]) -> Path:
    """A zip with these files."""
    with zipfile.ZipFile(path, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    return path


def refine(tmp_path: Path, files: dict[str, str], target: str = "out.zip") -> list[str]:
    """Names in the refined zip."""
    raw = make(tmp_path / "raw.zip", files)
    package_zip.refine(raw, tmp_path / target, tmp_path, pins=PINS, ours=OURS)
    with zipfile.ZipFile(tmp_path / target) as package:
        return package.namelist()


def test_what_does_not_run_is_left_out_and_the_rest_is_compiled(tmp_path: Path) -> None:
    """Stubs, scripts, records and unused service models go; every module comes with its code."""
    names = refine(tmp_path, FILES)

    assert [n for n in names if not n.endswith(".pyc")] == [
        "alpha-1.0.dist-info/METADATA",
        "alpha/__init__.py",
        "app.py",
        "beta.py",
        "botocore/data/dynamodb/model.json",
        "botocore/data/endpoints.json",
        "chalice/__init__.py",
        "chalice/app.py",
        "chalicelib/__init__.py",
    ]
    assert "__pycache__/app.cpython-313.pyc" in names


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    """Names are sorted and times fixed, so a digest of the zip means something."""
    refine(tmp_path, FILES, "one.zip")
    refine(tmp_path, dict(reversed(FILES.items())), "two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_compiled_code_is_never_checked_against_its_source(tmp_path: Path) -> None:
    """Flag word 1 is an unchecked hash: nothing is read twice at a cold start."""
    refine(tmp_path, FILES)
    with zipfile.ZipFile(tmp_path / "out.zip") as package:
        code = package.read("__pycache__/app.cpython-313.pyc")

    assert code[4:8] == (1).to_bytes(4, "little")
    assert b"/var/task/app.py" in code


@pytest.mark.parametrize(
    "stranger", ["chalicelib/.DS_Store", "secrets.env", "tests/test_x.py", "gamma/__init__.py"]
)
def test_a_stranger_is_refused(tmp_path: Path, stranger: str) -> None:
    """A file that belongs to no pinned wheel and not to us stops the build, by name."""
    with pytest.raises(PackageError, match=r"strangers.*" + stranger):
        refine(tmp_path, {**FILES, stranger: "x"})


def test_a_wheel_that_is_not_pinned_is_a_stranger(tmp_path: Path) -> None:
    """A dependency that slipped in must be pinned before it may go out."""
    slipped = {"gamma.py": "", "gamma-3.0.dist-info/RECORD": "gamma.py,,\n"}
    with pytest.raises(PackageError, match=r"strangers.*gamma"):
        refine(tmp_path, {**FILES, **slipped})


def test_a_missing_wheel_is_refused(tmp_path: Path) -> None:
    """Chalice would have left it out with a warning."""
    files = {n: t for n, t in FILES.items() if not n.startswith("beta")}
    with pytest.raises(PackageError, match=r"missing wheel: beta-lib==2\.0"):
        refine(tmp_path, files)


def test_a_wheel_of_another_version_is_refused(tmp_path: Path) -> None:
    """The version in the zip is the one that is pinned."""
    files = dict(FILES)
    record = files.pop("beta_lib-2.0.dist-info/RECORD")
    files["beta_lib-2.1.dist-info/RECORD"] = record.replace("2.0.dist", "2.1.dist")
    with pytest.raises(PackageError, match=r"wrong wheel: beta-lib is 2\.1"):
        refine(tmp_path, files)


def test_our_own_file_must_be_in_the_zip(tmp_path: Path) -> None:
    """Chalice drops linked folders silently; a file of ours that is absent stops the build."""
    files = {n: t for n, t in FILES.items() if n != "chalicelib/__init__.py"}
    with pytest.raises(PackageError, match="our own files"):
        refine(tmp_path, files)


def test_a_package_beyond_lambdas_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found at build time, not at deployment."""
    monkeypatch.setattr(package_zip, "MAX_UNPACKED", 10)
    with pytest.raises(PackageError, match="bytes unpacked"):
        refine(tmp_path, FILES)


def test_every_top_level_module_is_to_be_imported() -> None:
    """Packages by name, lone modules and extensions too, and what lies in a bare folder."""
    names = [
        "a/__init__.py",
        "a/b.py",
        "c.py",
        "d.cpython-313-x86.so",
        "e/f.abi3.so",
        "g.libs/h.so",
    ]
    assert package_zip.importable(names) == ["a", "c", "d", "e.f"]
