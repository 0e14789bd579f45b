"""Run by a bare interpreter (``-I -S``) on an unpacked package: everything it needs is inside.

Usage: ``python -I -S package_proof.py FOLDER MODULE...``.  The local emulator shares our
environment, so a wheel missing from the zip would go unseen there and fail only in Lambda.
"""

import importlib
import os
import sys
from pathlib import Path

SERVICES = ("dynamodb", "kms", "lambda", "ses", "sns", "sqs")


def main(folder: str, modules: list[str]) -> int:
    """Import everything, make each service's client, evaluate one condition; 0 if all works."""
    sys.path.insert(0, folder)
    os.environ.update(AWS_CHALICE_CLI_MODE="true", AWS_DEFAULT_REGION="us-east-1")
    failures = [failure for name in modules if (failure := _import(name, Path(folder)))]
    failures += _use()
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def _import(name: str, folder: Path) -> str:
    try:
        module = importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - any failure to import is the finding
        return f"{name}: {type(error).__name__}: {error}"
    origin = getattr(module, "__file__", None)
    if origin and not Path(origin).is_relative_to(folder):
        return f"{name}: came from {origin}, not from the package"
    return ""


def _use() -> list[str]:
    """What pruning could have broken: service models, endpoint rules, the CEL engine."""
    failures = []
    try:
        boto3 = importlib.import_module("boto3")
        for service in SERVICES:
            boto3.client(service, aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
    except Exception as error:  # noqa: BLE001 - any failure is the finding
        failures.append(f"boto3: {type(error).__name__}: {error}")
    try:
        cel = importlib.import_module("cel_expr_python.cel")
        env = cel.NewEnv(variables={"n": cel.Type.INT})
        if not env.compile("n + 1 == 2").eval(data={"n": 1}).value():
            failures.append("cel_expr_python: 1 + 1 == 2 is not true")
    except Exception as error:  # noqa: BLE001 - any failure is the finding
        failures.append(f"cel_expr_python: {type(error).__name__}: {error}")
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
