"""Running Chalice, and not believing it."""

import sys
from pathlib import Path

import pytest

from tools import package, package_chalice
from tools.package_sources import Inputs, PackageError


def test_another_runtime_is_refused() -> None:
    """Chalice would deploy for whatever interpreter happens to package."""
    with pytest.raises(PackageError, match=r"this is python3\.12"):
        package_chalice.refuse_other_runtime((3, 12))
    package_chalice.refuse_other_runtime((3, 13))


def test_chalices_warning_of_a_missing_wheel_is_an_error() -> None:
    """It exits with 0 all the same."""
    said = "Creating deployment package.\nCould not install dependencies:\norjson==3.13.0\n"
    with pytest.raises(PackageError, match=r"missing wheel: .*\norjson==3\.13\.0"):
        package_chalice.refuse_missing_wheel(said)
    package_chalice.refuse_missing_wheel("Creating deployment package.\n")


def test_a_stale_bundle_is_refused(tmp_path: Path) -> None:
    """The policies' own check decides; its words are passed on."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "__init__.py").write_text("", "utf-8")
    (tools / "policies.py").write_text("raise SystemExit('rules/a.yaml changed')", "utf-8")

    with pytest.raises(PackageError, match=r"stale:\nrules/a\.yaml changed"):
        package_chalice.refuse_stale_bundle(tmp_path)


def test_a_failing_command_says_what_is_wrong(tmp_path: Path) -> None:
    """The reason first, then the end of what the command said."""
    with pytest.raises(PackageError, match="it failed:\nboom"):
        package_chalice.run([sys.executable, "-c", "print('boom'); exit(3)"], tmp_path, "it failed")


@pytest.mark.parametrize(
    ("code", "bark"),
    [
        ("import absent_wheel\n", "No module named 'absent_wheel'"),
        ("raise RuntimeError('no settings')\n", "no settings"),
    ],
)
def test_a_package_that_cannot_run_by_itself_is_refused(
    tmp_path: Path, code: str, bark: str
) -> None:
    """It is imported by a bare interpreter, so that our own environment cannot help it."""
    (tmp_path / "app.py").write_text(code, "utf-8")
    with pytest.raises(PackageError, match=bark):
        package_chalice.prove(tmp_path, ["app"], package.ROOT)


def test_a_standing_package_is_not_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only when digest and files agree; a file that was touched since asks for a build."""
    for name in package.PRODUCTS:
        (tmp_path / name).write_text(name, "utf-8")
    package._publish(tmp_path, tmp_path, {"digest": "d"})
    monkeypatch.setattr(package, "digest", lambda _: "d")
    monkeypatch.setattr(package, "_build", _refuse)
    said: list[str] = []
    inputs = Inputs(tmp_path, "dev")

    package.build(inputs, tmp_path, said.append)
    assert said == [f"nothing changed; {tmp_path}/deployment.zip stands"]

    (tmp_path / "sam.json").write_text("touched", "utf-8")
    with pytest.raises(PackageError, match="asked to build"):
        package.build(inputs, tmp_path, said.append)


def _refuse(*_: object) -> None:
    raise PackageError("asked to build")
