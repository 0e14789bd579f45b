"""What the account allows: concurrency, text messages, mail."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.terms import SECOND
from tools.preflight.model import Answer, Line, Site

# Lambda keeps this many for functions that reserve nothing, and refuses reservations below it.
LAMBDA_KEEPS = 100
# What the api and ``open`` should find left, in a flood.
COMFORTABLE = 200
NEARLY_SPENT = 0.8
DEFAULT_LIMIT_USD = 1.0


def reserved(site: Site) -> int:
    """What ``.chalice/config.json`` reserves for all functions together."""
    config = json.loads((site.root / ".chalice" / "config.json").read_text("utf-8"))
    functions = config["lambda_functions"].values()
    return sum(int(one.get("reserved_concurrency", 0)) for one in functions)


def concurrency(site: Site, answer: Answer) -> Line:
    """Whether the reservations of the template fit into what the account has free."""
    client = site.client("lambda")
    limit = client.get_account_settings()["AccountLimit"]
    ours = sum(_reserved_now(client, name) for name in site.functions.values())
    need = reserved(site)
    left = int(limit["UnreservedConcurrentExecutions"]) + ours - need
    said = f"{need} reserved of {limit['ConcurrentExecutions']} in the account, {left} left"
    if left < LAMBDA_KEEPS:
        do = "ask for a higher quota of concurrent executions (Service Quotas, L-B99A9384)"
        return answer.stop(f"{said}; Lambda keeps {LAMBDA_KEEPS}", do)
    if left < COMFORTABLE:
        return answer.warn(said, "the api and open share what is left with the whole account")
    return answer.ok(said)


def _reserved_now(client: Any, function: str) -> int:
    told = client.get_function_concurrency(FunctionName=function)
    return int(told.get("ReservedConcurrentExecutions", 0))


def sms(site: Site, answer: Answer) -> Line:
    """Whether text messages go out, and how much of the month's money is left."""
    client = site.client("sns")
    told = client.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(told.get("MonthlySpendLimit", DEFAULT_LIMIT_USD))
    spent = _spent_usd(site)
    said = f"{spent:.2f} of {limit:.2f} USD spent this month"
    if client.get_sms_sandbox_account_status()["IsInSandbox"]:
        do = "leave the SMS sandbox (SNS console, Text messaging): only verified numbers are texted"
        return answer.stop(f"{said}; the account is in the SMS sandbox", do)
    do = "raise the account's monthly SMS spend limit (Service Quotas), then MonthlySpendLimit"
    if spent >= limit:
        return answer.stop(f"{said}: SNS refuses every further page", do)
    if limit <= DEFAULT_LIMIT_USD or spent >= NEARLY_SPENT * limit:
        return answer.warn(said, do)
    return answer.ok(said)


def _spent_usd(site: Site) -> float:
    """As CloudWatch has it: the largest figure of the last day, 0 before the month's first SMS."""
    end = datetime.fromtimestamp(site.now_ms / SECOND, UTC)
    told = site.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="SMSMonthToDateSpentUSD",
        StartTime=end - timedelta(days=1),
        EndTime=end,
        Period=3_600,
        Statistics=["Maximum"],
    )
    points = sorted(told["Datapoints"], key=lambda point: point["Timestamp"])
    return float(points[-1]["Maximum"]) if points else 0.0


def mail(site: Site, answer: Answer) -> Line:
    """Whether mail goes out to anybody, from the sender that the stack is given."""
    account = site.client("sesv2").get_account()
    sender = site.parameters.get("SesSender", "")
    if not sender:
        return answer.stop("no sender", "give SesSender=…, an address that SES has verified")
    domain = sender.partition("@")[2]
    asked = site.client("ses").get_identity_verification_attributes(Identities=[sender, domain])
    states = {
        name: told["VerificationStatus"] for name, told in asked["VerificationAttributes"].items()
    }
    if "Success" not in states.values():
        do = f"aws ses verify-email-identity --email-address {sender}, and follow the mail"
        return answer.stop(f"neither {sender} nor {domain} is verified", do)
    if not account["SendingEnabled"]:
        return answer.stop("SES has paused sending for this account", "see the SES console")
    if not account["ProductionAccessEnabled"]:
        do = "ask for production access (SES console): only verified addresses get mail"
        return answer.stop("the account is in the SES sandbox", do)
    return answer.ok(f"{sender} may write to anybody")
