"""Restoring the four tables to one second, under new names; the old ones are only read."""

from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from chalicelib.aws.ledger import Tables
from chalicelib.terms import SECOND

# Words last: whatever an entry names was written with it, so that it is there even where a store
# copies its tables one after another.
ORDER = ("cases", "registry", "audit", "vault")
WAIT = {"Delay": 30, "MaxAttempts": 480}
"""Four hours: AWS restores a large table in some of them."""


class RestoreError(Exception):
    """The tables cannot be restored; the message says which and why."""


def latest_ms(store: Any, tables: Tables) -> int:
    """The newest whole second (ms UTC) that every one of the tables can be restored to.

    Raises:
        RestoreError: a table is not there, or its point-in-time recovery is off.
    """
    return min(_latest_ms(store, table) for table in astuple(tables))


def _latest_ms(store: Any, table: str) -> int:
    try:
        told = store.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    except ClientError as error:
        raise RestoreError(f"{table}: {error.response['Error']['Code']}") from error
    latest = told.get("PointInTimeRecoveryDescription", {}).get("LatestRestorableDateTime")
    if latest is None:
        raise RestoreError(f"{table}: its point-in-time recovery is off")
    return int(latest.timestamp()) * SECOND


def named(tables: Tables, label: str) -> Tables:
    """The names of the copies."""
    return Tables(*(f"{table}-{label}" for table in astuple(tables)))


def restore(store: Any, tables: Tables, label: str, at_ms: int) -> Tables:
    """Copies of all four tables as they were at ``at_ms``; waits until each can be read.

    Raises:
        RestoreError: the store refused, or a copy was not ready in four hours.
    """
    copies = named(tables, label)
    at = datetime.fromtimestamp(at_ms // SECOND, UTC)
    try:
        for name in ORDER:
            store.restore_table_to_point_in_time(
                SourceTableName=getattr(tables, name),
                TargetTableName=getattr(copies, name),
                RestoreDateTime=at,
            )
        for copy in astuple(copies):
            store.get_waiter("table_exists").wait(TableName=copy, WaiterConfig=WAIT)
    except (ClientError, WaiterError) as error:
        raise RestoreError(str(error)) from error
    return copies


def drop(store: Any, copies: Tables) -> None:
    """Delete the copies that this drill made."""
    for copy in astuple(copies):
        store.delete_table(TableName=copy)
