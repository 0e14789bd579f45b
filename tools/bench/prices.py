"""Published prices, and what a thousand of something costs by them.

From AWS's price pages for us-east-1 as they are known to us from ``KNOWN``: **to be checked**
before anybody relies on a figure.  Data transfer, logs, alarms, KMS, storage and backups are not
counted, nor what a stack costs while nobody complains.
"""

from collections.abc import Mapping
from dataclasses import dataclass

KNOWN = "2025-06"
REGION = "us-east-1"
PRICES_USD: Mapping[str, float] = {
    "dynamodb_write_unit": 0.625 / 1e6,
    "dynamodb_read_unit": 0.125 / 1e6,
    "lambda_request": 0.20 / 1e6,
    "lambda_gb_s": 0.0000166667,
    "api_request": 3.50 / 1e6,
    "sqs_request": 0.40 / 1e6,
    # The price of one SMS to a number in the US; carriers' fees of about 0.003 come on top.
    "sms_segment_us": 0.00645,
    "email": 0.10 / 1e3,
}
# Sent, received and deleted.
SQS_REQUESTS = 3
# How long a run takes on a warm worker, in ms, and its memory in GB: assumed, not measured.
ASSUMED: Mapping[str, tuple[int, float]] = {
    "api": (150, 1.0),
    "ring": (80, 1.0),
    "herald": (200, 0.5),
    "open": (80, 0.5),
}


@dataclass(slots=True)
class Use:
    """What one complaint used, counted; ``runs`` are of functions, by name."""

    writes: float = 0
    reads: float = 0
    messages: int = 0
    segments: int = 0
    emails: int = 0
    api: int = 0
    ring: int = 0
    herald: int = 0
    open: int = 0

    def usd(self) -> dict[str, float]:
        """Dollars by service."""
        runs = {name: int(getattr(self, name)) for name in ASSUMED}
        gb_s = sum(count * _gb_s(name) for name, count in runs.items())
        price = PRICES_USD
        return {
            "dynamodb": self.writes * price["dynamodb_write_unit"]
            + self.reads * price["dynamodb_read_unit"],
            "lambda": sum(runs.values()) * price["lambda_request"] + gb_s * price["lambda_gb_s"],
            "api_gateway": self.api * price["api_request"],
            "sqs": self.messages * SQS_REQUESTS * price["sqs_request"],
            "sms": self.segments * price["sms_segment_us"],
            "email": self.emails * price["email"],
        }


def _gb_s(name: str) -> float:
    ms, gb = ASSUMED[name]
    return ms / 1_000 * gb


def per_thousand(use: Use) -> dict[str, object]:
    """Units and dollars of a thousand such complaints."""
    usd = {name: round(1_000 * dollars, 4) for name, dollars in use.usd().items()}
    return {
        "write_units": round(1_000 * use.writes),
        "read_units": round(1_000 * use.reads),
        "sms_segments": 1_000 * use.segments,
        "emails": 1_000 * use.emails,
        "queue_messages": 1_000 * use.messages,
        "runs": {name: 1_000 * int(getattr(use, name)) for name in ASSUMED},
        "usd": usd,
        "usd_total": round(1_000 * sum(use.usd().values()), 2),
    }
