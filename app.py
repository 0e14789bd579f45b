"""The Lambda functions: routes from their rooms, and the workers, which must be defined here.

A worker in a blueprint would run in Lambda without this module, and so without its middleware.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, Rate, SQSEvent

from chalicelib import wiring
from chalicelib.aws.wire import pack
from chalicelib.bundle import load_bundle
from chalicelib.services import change_work as changing
from chalicelib.services import deliver as delivering
from chalicelib.services import operations, vendor_watch
from chalicelib.services import ring as ringing
from chalicelib.services.opening import open_words
from chalicelib.services.work import Failures, Message
from chalicelib.web import (
    routes_acts,
    routes_audit,
    routes_cases,
    routes_changes,
    routes_client_systems,
    routes_health,
    routes_heartbeats,
    routes_intake,
    routes_page,
    routes_rope,
)
from chalicelib.web.batches import together
from chalicelib.web.guard import platform_problems
from chalicelib.web.observe import count, log

app = Chalice(app_name="tocsin", configure_logs=False)
for room in (
    routes_intake,
    routes_cases,
    routes_acts,
    routes_audit,
    routes_health,
    routes_page,
    routes_rope,
    routes_heartbeats,
    routes_client_systems,
    routes_changes,
):
    app.register_blueprint(room.routes)
app.register_middleware(platform_problems, "http")

# The real queues are merged into the template; Chalice wants a literal here.
WAKE_UPS = "arn:aws:sqs:us-east-1:000000000000:wake-ups"
FIRST_PAGES = "arn:aws:sqs:us-east-1:000000000000:first-pages"
PAGES = "arn:aws:sqs:us-east-1:000000000000:pages"

reporter = operations.Reporter()

# What a sweep keeps of its time for the cases that it has begun.
LAST_CASE_MS = 8_000
# After so long a worker of the wake-ups begins no more cases of a slot.
SLOTS_MS = 10_000


@app.on_sqs_message(queue_arn=WAKE_UPS, batch_size=10, name="ring")
def ring(event: SQSEvent) -> dict[str, Any]:
    """Look at the cases whose time has come."""
    parts = wiring.parts("ring")
    reporter.report(parts)
    until = parts.clock.now() + SLOTS_MS

    def handle(messages: list[Message]) -> Failures:
        return ringing.ring_all(parts, messages, until)

    return together(event.to_dict(), handle, "WakeUps")


@app.on_sqs_message(queue_arn=FIRST_PAGES, batch_size=10, name="herald")
def herald(event: SQSEvent) -> dict[str, Any]:
    """Send the pages that do not rest on a vendor's word alone, and carry changes of people."""
    parts = wiring.parts("herald")
    reporter.report(parts)

    def carry(message: Message) -> None:
        changing.carry(parts, str(message.body["change"]), message.id)

    def handle(messages: list[Message]) -> Failures:
        return delivering.deliver_all(parts, messages, carry)

    return together(event.to_dict(), handle, "FirstPages")


@app.on_sqs_message(queue_arn=PAGES, batch_size=10, name="pager")
def pager(event: SQSEvent) -> dict[str, Any]:
    """Send pages of cases that only vendors spoke on, and do what follows from openings."""
    parts = wiring.parts("pager")
    reporter.report(parts)

    def handle(messages: list[Message]) -> Failures:
        return delivering.deliver_all(parts, messages)

    return together(event.to_dict(), handle, "Pages")


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    """Ring whatever is due and was not rung: the net beneath the wake-ups."""
    cause = str(event.to_dict().get("id") or "sweep")
    parts = wiring.parts("sweep")
    reporter.report(parts)
    # First, and in a moment: a sweep with much to ring may have no time left at its end.
    vendors = vendor_watch.check(parts, cause)
    context: Any = event.context
    left = int(context.get_remaining_time_in_millis())
    until = parts.clock.now() + max(left - LAST_CASE_MS, left // 2)
    swept = ringing.sweep(parts, cause, until)
    count(
        SweepRung=swept.rung,
        SweepFallback=swept.by_fallback,
        SweepFailed=swept.failed,
        SweepLeft=int(swept.left),
        VendorsDark=vendors.dark,
        VendorsShort=vendors.short,
        VendorsFailed=vendors.failed,
    )
    if swept.failed:
        log.error("sweep left cases unrung", extra={"failed": swept.failed})
    count(ChangesLeft=changing.find(parts), **operations.watch(parts, cause).numbers)


@app.lambda_function(name="open")
def open_vault(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Open words for a person entitled to read them; the entry is written first."""
    opened = open_words(wiring.parts("open"), wiring.opener(), event)
    return {"words": pack(opened["words"])}


def refuse_stale_bundle(root: Path) -> None:
    """Stop ``chalice package`` when the policies were edited and not compiled."""
    if not (root / "policies").is_dir() or not (root / "tools").is_dir():
        return  # a package is being built or proved, and ``tools.package`` has compared already
    fresh: str = import_module("tools.policies").source_digest(root)
    if fresh != load_bundle()["digest"]:
        raise RuntimeError("the policy bundle is stale: run `make policies`")


if os.environ.get("AWS_CHALICE_CLI_MODE"):
    refuse_stale_bundle(Path(__file__).parent)
