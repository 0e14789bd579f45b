"""What the preflight makes of an account's answers, each from a client that is told what to say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tools import deploy
from tools.package import ROOT
from tools.package_sources import Inputs
from tools.policies import source_digest
from tools.preflight import __main__ as preflight
from tools.preflight import account, stack
from tools.preflight.model import Answer, Line, Site, Verdict

NEEDED = account.reserved(Site(lambda _: None, ROOT, "s", {}))


def site(**services: Any) -> Site:
    """A stack that is there, in an account whose services answer like this."""
    return Site(
        client=lambda name: SimpleNamespace(**services.get(name, {})),
        root=ROOT,
        stack="tocsin-test",
        parameters={"SesSender": "bell@example.com"},
        outputs={name: name for name in (*stack.TABLES, "VaultKeyId")},
        functions={"Ring": "ring-1"},
    )


def said(answer: Any) -> Callable[..., Any]:
    """An operation that always answers the same."""
    return lambda **_: answer


def denied(**_: Any) -> Any:
    """An operation that this caller has no right to."""
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Op")


def concurrency(unreserved: int, ours: int = 0) -> Line:
    """The check's line for an account with so much left."""
    limit = {"ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": unreserved}
    client = {
        "get_account_settings": said({"AccountLimit": limit}),
        "get_function_concurrency": said({"ReservedConcurrentExecutions": ours} if ours else {}),
    }
    return account.concurrency(site(**{"lambda": client}), Answer("concurrency"))


@pytest.mark.parametrize(
    ("unreserved", "ours", "verdict"),
    [
        (1_000, 0, Verdict.OK),
        (NEEDED + 150, 0, Verdict.WARN),
        (NEEDED + 99, 0, Verdict.STOP),
        (200, NEEDED, Verdict.OK),
        (10, 0, Verdict.STOP),
    ],
)
def test_reservations_must_fit(unreserved: int, ours: int, verdict: Verdict) -> None:
    """What the template reserves is taken from what is free; what is ours already counts once."""
    line = concurrency(unreserved, ours)

    assert line.verdict is verdict
    assert str(NEEDED) in line.said


def sms(limit: str | None, spent: float | None, *, sandbox: bool = False) -> Line:
    """The check's line for an account that has spent so much."""
    points = [] if spent is None else [{"Timestamp": datetime(2026, 1, 1, tzinfo=UTC)}]
    services = {
        "sns": {
            "get_sms_attributes": said(
                {"attributes": {"MonthlySpendLimit": limit} if limit else {}}
            ),
            "get_sms_sandbox_account_status": said({"IsInSandbox": sandbox}),
        },
        "cloudwatch": {
            "get_metric_statistics": said({"Datapoints": [p | {"Maximum": spent} for p in points]})
        },
    }
    return account.sms(site(**services), Answer("sms"))


@pytest.mark.parametrize(
    ("limit", "spent", "sandbox", "verdict"),
    [
        ("500", None, False, Verdict.OK),
        ("500", 399.0, False, Verdict.OK),
        ("500", 400.0, False, Verdict.WARN),
        ("500", 500.0, False, Verdict.STOP),
        (None, None, False, Verdict.WARN),
        ("500", None, True, Verdict.STOP),
    ],
)
def test_text_messages_cost_money(
    limit: str | None,
    spent: float | None,
    sandbox: bool,  # noqa: FBT001 - a column of the table
    verdict: Verdict,
) -> None:
    """A limit that is spent, or the sandbox, silences pages; one that nears is told of."""
    assert sms(limit, spent, sandbox=sandbox).verdict is verdict


def mail(state: str, *, production: bool = True, sending: bool = True, sender: str = "") -> Line:
    """The check's line for a sender in this state."""
    services = {
        "sesv2": {
            "get_account": said({"ProductionAccessEnabled": production, "SendingEnabled": sending})
        },
        "ses": {
            "get_identity_verification_attributes": said(
                {
                    "VerificationAttributes": {
                        "example.com": {"VerificationStatus": state},
                    }
                }
            )
        },
    }
    parameters = {"SesSender": sender} if sender else {}
    return account.mail(replace(site(**services), parameters=parameters), Answer("mail"))


def test_mail_needs_a_sender_that_may_write_to_anybody() -> None:
    """No sender, an unverified one, a paused account and the sandbox each stop a deployment."""
    sender = "bell@example.com"
    assert mail("Success", sender=sender).verdict is Verdict.OK
    for line in (
        mail("Success"),
        mail("Pending", sender=sender),
        mail("Success", sender=sender, sending=False),
        mail("Success", sender=sender, production=False),
    ):
        assert line.verdict is Verdict.STOP
        assert line.do


def test_a_stale_bundle_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Policies that were edited and not compiled would not be the ones that judge."""
    monkeypatch.setattr(stack, "load_bundle", lambda: {"digest": source_digest(ROOT)})
    assert stack.bundle(site(), Answer("bundle")).verdict is Verdict.OK
    monkeypatch.setattr(stack, "load_bundle", lambda: {"digest": "old"})
    assert stack.bundle(site(), Answer("bundle")).verdict is Verdict.STOP


def test_what_cannot_be_asked_stops_unless_it_is_skipped() -> None:
    """A check without its right says so; skipped, it prints the reason that was given."""
    everything = {"get_account": denied, "get_sms_attributes": denied, "describe_key": denied}
    services = dict.fromkeys(("lambda", "sns", "sesv2", "kms", "dynamodb"), everything)
    services["lambda"] = {"get_account_settings": denied}
    services["dynamodb"] = {"describe_table": denied, "describe_continuous_backups": denied}
    reason = "mail only, agreed with the client"

    lines = {line.name: line for line in preflight.ask(site(**services), {"sms": reason})}

    assert lines["sms"].verdict is Verdict.SKIPPED
    assert reason in str(lines["sms"])
    stopped = {line.name for line in preflight.stops(list(lines.values()))}
    assert stopped == {"concurrency", "mail", "key", "stream", "recovery"}
    assert "AccessDenied" in lines["mail"].said


@pytest.mark.parametrize("text", ["sms", "sms=", "sms= ", "weather=fine"])
def test_a_check_is_not_skipped_without_a_reason(text: str) -> None:
    """A name that is none, or no reason, is refused when it is read."""
    with pytest.raises(SystemExit):
        preflight.main(["--stage", "prod", "--skip", text])


def test_a_first_deployment_has_nothing_to_look_at() -> None:
    """Key, stream and recovery are made by it."""
    fresh = Site(lambda _: None, ROOT, "s", {})
    for check in (stack.key, stack.stream, stack.recovery):
        assert check(fresh, Answer("x")).verdict is Verdict.OK


def test_a_deployment_does_not_go_on_from_a_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is uploaded; the lines are printed, and the refusal names the check."""
    lines = [Line("sms", Verdict.STOP, "spent", "pay"), Line("key", Verdict.OK, "on")]
    monkeypatch.setattr(deploy, "look", lambda *_: site())
    monkeypatch.setattr(deploy, "ask", lambda *_: lines)
    session: Any = SimpleNamespace(client=None)

    with pytest.raises(deploy.DeployError, match="preflight says stop: sms"):
        deploy.preflight(session, Inputs(ROOT, "prod"), {}, {})

    assert "pay" in capsys.readouterr().out


@pytest.mark.parametrize(("url", "verdict"), [("https://m.example", "ok"), ("", "warn")])
def test_a_deployment_that_nobody_listens_to_is_warned_of(url: str, verdict: str) -> None:
    """A monitor outside is the client's to choose, so its absence stops nothing."""
    found = replace(site(), parameters={"WatchdogUrl": url})
    assert stack.monitor(found, Answer("monitor")).verdict.value == verdict
