"""Logs and metrics of every function, without a word of anybody's.

An exception's message may quote what was being read, so only its type and the places it passed
through are logged, and the message only of those that promise to name no value.
"""

import logging
import traceback
from types import TracebackType

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import Metrics, MetricUnit

type ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class PrivateFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, with stacks but without the messages of exceptions."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  # the library's own name
        """One line for each frame, outermost first, under the exception's type."""
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        # Some of our own say only which variable or entry is at fault, which whoever runs us needs.
        said = f": {error}" if getattr(error, "safe_to_log", False) else ""
        return "\n".join([kind.__name__ + said, *places])


class Counted(logging.Handler):
    """Counts a line of the services' that names a ``metric``: they know nothing of metrics."""

    def emit(self, record: logging.LogRecord) -> None:
        """One more of what the line names."""
        name = getattr(record, "metric", "")
        if name:
            count(**{name: 1})


def _logger() -> Logger:
    made = Logger(logger_formatter=PrivateFormatter(serialize_stacktrace=False, utc=True))
    # What the services log through the standard library goes out in the same form.
    ours = logging.getLogger("chalicelib")
    ours.handlers = [made.registered_handler, Counted()]
    ours.setLevel(made.log_level)
    ours.propagate = False
    return made


log = _logger()
metrics = Metrics()
metrics.provider.namespace = metrics.provider.namespace or "Tocsin"


def count(**numbers: int) -> None:
    """Add numbers to the metrics of this run and write them out; never raises.

    What is counted has been done and committed: a metric must not make an answer of it a fault.
    """
    try:
        for name, number in numbers.items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)
        metrics.flush_metrics()
    except Exception:
        log.exception("metrics")
