"""The only reader of the environment; each variable is described in ``docs/settings.md``.

A function that lacks something it needs refuses to start, and names everything that is wrong at
once, never quoting a value.
"""

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from chalicelib.services.webhooks import read_secrets


class Function(StrEnum):
    """The Lambda functions, by the names that Chalice and every entry give them."""

    API = "api"
    RING = "ring"
    HERALD = "herald"
    PAGER = "pager"
    SWEEP = "sweep"
    OPEN = "open"


class SettingsError(Exception):
    """The function may not start; the message has one line for each variable at fault."""

    safe_to_log = True  # names of variables, never a value

    def __init__(self, function: Function, problems: list[str]) -> None:
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Function {function.value} cannot start:\n{lines}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a function was told; what it does not need may be empty."""

    stage: str
    cases_table: str
    audit_table: str
    vault_table: str
    registry_table: str
    first_pages_queue_url: str
    pages_queue_url: str
    wake_ups_queue_url: str
    vault_public_key: bytes
    vault_key_id: str
    open_function: str
    link_key: bytes
    secret_id: str
    link_base: str
    client_systems_url: str
    client_systems_secret: tuple[bytes, ...]
    watchdog_url: str
    ses_sender: str
    fallback_sms: str
    fallback_email: str
    calendar: str
    vendor_rate: int
    log_level: str
    powertools_service_name: str
    powertools_metrics_namespace: str

    @classmethod
    def load(cls, function: str, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read what the environment (or ``environ``) says to this function.

        Raises:
            SettingsError: a variable is missing, empty though needed, or malformed.
            ValueError: there is no such function.
        """
        return _load(Function(function), os.environ if environ is None else environ)


_EVERY = frozenset(Function)
_PAGERS = frozenset({Function.HERALD, Function.PAGER})
_RINGING = _PAGERS | {Function.RING, Function.SWEEP}
_CASES = _RINGING | {Function.API}
_API = frozenset({Function.API})
_OPEN = frozenset({Function.OPEN})
_NONE: frozenset[Function] = frozenset()

_LEAST_KEY_BYTES = 32
_COUNT_DIGITS = 6
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}


def _text(value: str) -> str:
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    return value.rstrip("/")


def _private_url(value: str) -> str:
    """An address that nobody on the way can read, nor what is sent to it."""
    parts = urlsplit(_url(value))
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("must be an https address, so that nobody on the way can read it")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("must be an address without a user, a password or a fragment")
    return value


def _base64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise ValueError("must be base64") from None


def _hex_key(value: str) -> bytes:
    try:
        key = bytes.fromhex(value)
    except ValueError:
        raise ValueError("must be hex digits") from None
    if value and len(key) < _LEAST_KEY_BYTES:
        raise ValueError(f"must have at least {2 * _LEAST_KEY_BYTES} hex digits")
    return key


def _number(value: str) -> str:
    if not _E164.fullmatch(value):
        raise ValueError("must be a number in E.164: a plus sign, then digits")
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("must be one email address")
    return value


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("must be the name of a calendar: small letters, digits and dashes")
    return value


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _COUNT_DIGITS):
        raise ValueError("must be a whole number, 0 for no limit")
    return int(value)


def _level(value: str) -> str:
    if value.upper() not in _LEVELS:
        raise ValueError(f"must be one of {', '.join(sorted(_LEVELS))}")
    return value.upper()


@dataclass(frozen=True, slots=True)
class _Variable:
    """How one variable is read, who needs it, and what stands for it when it is not set."""

    needed: frozenset[Function]
    read: Callable[[str], Any] = _text
    default: str = ""


_VARIABLES = {
    "STAGE": _Variable(_EVERY),
    "CASES_TABLE": _Variable(_EVERY),
    "AUDIT_TABLE": _Variable(_EVERY),
    "VAULT_TABLE": _Variable(_EVERY),
    "REGISTRY_TABLE": _Variable(_EVERY),
    "FIRST_PAGES_QUEUE_URL": _Variable(_CASES, _url),
    "PAGES_QUEUE_URL": _Variable(_CASES, _url),
    "WAKE_UPS_QUEUE_URL": _Variable(_CASES, _url),
    "VAULT_PUBLIC_KEY": _Variable(_API, _base64),
    "VAULT_KEY_ID": _Variable(_OPEN),
    "OPEN_FUNCTION": _Variable(_API | _PAGERS),
    "LINK_KEY": _Variable(_NONE, _hex_key),
    "SECRET_ID": _Variable(_NONE),
    "LINK_BASE": _Variable(_PAGERS, _url),
    "CLIENT_SYSTEMS_URL": _Variable(_NONE, _private_url),
    "CLIENT_SYSTEMS_SECRET": _Variable(_NONE, read_secrets),
    "WATCHDOG_URL": _Variable(_NONE, _private_url),
    "SES_SENDER": _Variable(_RINGING, _address),
    "FALLBACK_SMS": _Variable(_NONE, _number),
    "FALLBACK_EMAIL": _Variable(_NONE, _address),
    "CALENDAR": _Variable(_NONE, _name, "cn"),
    "VENDOR_RATE": _Variable(_NONE, _count, "500"),
    "LOG_LEVEL": _Variable(_EVERY, _level, "INFO"),
    "POWERTOOLS_SERVICE_NAME": _Variable(_EVERY, default="tocsin"),
    "POWERTOOLS_METRICS_NAMESPACE": _Variable(_EVERY, default="Tocsin"),
}

# What an empty variable means where it is not needed; all others are empty text.
_EMPTY: dict[str, Any] = {
    "VAULT_PUBLIC_KEY": b"",
    "LINK_KEY": b"",
    "CLIENT_SYSTEMS_SECRET": (),
}


def _load(function: Function, environ: Mapping[str, str]) -> Settings:
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, variable in _VARIABLES.items():
        text = environ.get(name, "").strip() or variable.default
        try:
            values[name.lower()] = _value(name, variable, text, function)
        except ValueError as error:
            problems.append(f"{name} {error}.")
    fallback = (environ.get(name, "").strip() for name in ("FALLBACK_SMS", "FALLBACK_EMAIL"))
    if function in _CASES and not any(fallback):
        problems.append("FALLBACK_SMS or FALLBACK_EMAIL must be set: the last bell needs someone.")
    kept = values.get("secret_id", "")
    if function in _API and not values.get("link_key", True) and not kept:
        problems.append("LINK_KEY or SECRET_ID must be set: links and PINs need a key.")
    unsigned = not values.get("client_systems_secret", True) and not kept
    if values.get("client_systems_url") and unsigned:
        problems.append(
            "CLIENT_SYSTEMS_SECRET must be set: what goes to CLIENT_SYSTEMS_URL is signed."
        )
    if problems:
        raise SettingsError(function, problems)
    return Settings(**values)


def _value(name: str, variable: _Variable, text: str, function: Function) -> Any:
    if text:
        return variable.read(text)
    if function in variable.needed:
        raise ValueError("is missing or empty")
    return _EMPTY.get(name, "")
