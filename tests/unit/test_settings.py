"""Settings: what each function needs, and what it says when it is not there."""

import re
from pathlib import Path

import pytest

from chalicelib.settings import _VARIABLES, Function, Settings, SettingsError

ROOT = Path(__file__).parents[2]
ALL = {
    "STAGE": "dev",
    "CASES_TABLE": "cases",
    "AUDIT_TABLE": "audit",
    "VAULT_TABLE": "vault",
    "REGISTRY_TABLE": "registry",
    "FIRST_PAGES_QUEUE_URL": "https://sqs.example/first-pages",
    "PAGES_QUEUE_URL": "https://sqs.example/pages",
    "WAKE_UPS_QUEUE_URL": "https://sqs.example/wake-ups",
    "VAULT_PUBLIC_KEY": "AAAA",
    "VAULT_KEY_ID": "key",
    "OPEN_FUNCTION": "open",
    "LINK_KEY": "ab" * 32,
    "LINK_BASE": "https://t.example/api/",
    "SES_SENDER": "tocsin@example.com",
    "FALLBACK_SMS": "+8613800138000",
    "FALLBACK_EMAIL": "last@example.com",
}


def test_what_is_set_is_read() -> None:
    """Keys become bytes, addresses lose their last slash, and logging has its defaults."""
    settings = Settings.load("api", ALL)
    assert settings.vault_public_key == b"\0\0\0"
    assert settings.link_key == b"\xab" * 32
    assert settings.link_base == "https://t.example/api"
    assert (settings.log_level, settings.powertools_service_name) == ("INFO", "tocsin")
    assert settings.calendar == "cn"
    assert settings.vendor_rate == 500
    assert Settings.load("api", ALL | {"VENDOR_RATE": "0"}).vendor_rate == 0
    assert Settings.load("ring", ALL | {"CALENDAR": "gb"}).calendar == "gb"


def test_the_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything given it is the function's own environment that counts."""
    for name, value in ALL.items():
        monkeypatch.setenv(name, value)
    assert Settings.load("sweep").stage == "dev"


NEEDS = {
    "api": {"VAULT_PUBLIC_KEY", "OPEN_FUNCTION"},
    "ring": {"SES_SENDER"},
    "herald": {"SES_SENDER", "LINK_BASE", "OPEN_FUNCTION"},
    "pager": {"SES_SENDER", "LINK_BASE", "OPEN_FUNCTION"},
    "sweep": {"SES_SENDER"},
    "open": {"VAULT_KEY_ID"},
}
SOME = {name for names in NEEDS.values() for name in names}
QUEUES = {"FIRST_PAGES_QUEUE_URL", "PAGES_QUEUE_URL", "WAKE_UPS_QUEUE_URL"}


@pytest.mark.parametrize("function", list(Function))
@pytest.mark.parametrize(
    "name", [n for n in ALL if n != "LINK_KEY" and not n.startswith("FALLBACK")]
)
@pytest.mark.parametrize("value", ["", "  ", None])
def test_who_needs_what(function: Function, name: str, value: str | None) -> None:
    """Missing or empty, a function starts without it exactly when it does not need it."""
    environ = {key: text for key, text in ALL.items() if key != name}
    if value is not None:
        environ[name] = value
    spared = name in SOME - NEEDS[function] or (name in QUEUES and function == "open")
    if spared:
        assert not getattr(Settings.load(function, environ), name.lower())
    else:
        with pytest.raises(SettingsError, match=f"{name} is missing or empty"):
            Settings.load(function, environ)


def test_somebody_hears_the_last_bell() -> None:
    """One fallback contact is enough, none is refused, and the vault needs none."""
    environ = ALL | {"FALLBACK_SMS": "", "FALLBACK_EMAIL": ""}
    assert Settings.load("ring", environ | {"FALLBACK_EMAIL": "a@b.cd"}).fallback_sms == ""
    assert Settings.load("open", environ).fallback_email == ""
    with pytest.raises(SettingsError, match="FALLBACK_SMS or FALLBACK_EMAIL"):
        Settings.load("sweep", environ)


def test_the_api_has_a_key_or_knows_where_it_is() -> None:
    """Either is enough, neither is refused, and nobody else needs one to start."""
    environ = ALL | {"LINK_KEY": ""}
    assert Settings.load("api", environ | {"SECRET_ID": "tocsin-prod/keys"}).link_key == b""
    assert Settings.load("herald", environ).secret_id == ""
    with pytest.raises(SettingsError, match="LINK_KEY or SECRET_ID"):
        Settings.load("api", environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAGES_QUEUE_URL", "pages"),
        ("VAULT_PUBLIC_KEY", "§§"),
        ("LINK_KEY", "xyz"),
        ("LINK_KEY", "ab" * 31),
        ("LINK_BASE", "ftp://t.example"),
        ("SES_SENDER", "nobody"),
        ("FALLBACK_SMS", "13800138000"),
        ("FALLBACK_EMAIL", "a b@c"),
        ("LOG_LEVEL", "LOUD"),
        ("CLIENT_SYSTEMS_URL", "http://systems.example/tocsin"),
        ("CLIENT_SYSTEMS_URL", "http://127.0.0.1.example.com/"),
        ("CLIENT_SYSTEMS_URL", "https://user:secret@systems.example/"),
        ("CLIENT_SYSTEMS_SECRET", "whsec_c2hvcnQ="),
        ("CALENDAR", "../cn"),
        ("VENDOR_RATE", "-1"),
        ("VENDOR_RATE", "many"),
        ("CALENDAR", "China"),
    ],
)
def test_malformed_values_are_named_and_not_quoted(name: str, value: str) -> None:
    """The variable is named, its value never is, even where it would not be needed."""
    with pytest.raises(SettingsError, match=f"{name} must") as refused:
        Settings.load("ring", ALL | {name: value})
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://systems.example/tocsin?v=1", "http://127.0.0.1:8/x", "http://[::1]:8/"]
)
def test_the_client_s_systems_are_private_or_our_own_machine(url: str) -> None:
    """Plain http only to the loopback address, and never without a secret to sign with."""
    secret = "whsec_" + "c2Vj" * 8
    given = ALL | {"CLIENT_SYSTEMS_URL": url, "CLIENT_SYSTEMS_SECRET": secret}
    settings = Settings.load("api", given)
    assert settings.client_systems_url == url
    assert settings.client_systems_secret == (b"sec" * 8,)
    with pytest.raises(SettingsError, match="CLIENT_SYSTEMS_SECRET must be set"):
        Settings.load("api", given | {"CLIENT_SYSTEMS_SECRET": ""})
    assert Settings.load("api", ALL).client_systems_secret == ()


def test_all_faults_are_told_at_once() -> None:
    """Somebody setting it up is told everything in one go."""
    with pytest.raises(SettingsError) as refused:
        Settings.load("api", {})
    assert len(refused.value.problems) == 12
    assert "Function api cannot start" in str(refused.value)


def test_no_other_function_has_settings() -> None:
    """Another name is a fault in the code."""
    with pytest.raises(ValueError, match="brush"):
        Settings.load("brush", ALL)


def test_every_variable_is_documented() -> None:
    """The page of settings names each of them, with a sentence in both languages."""
    page = (ROOT / "docs" / "settings.md").read_text()
    rows = {name: row for row in page.splitlines() for name in re.findall(r"^\| `(\w+)`", row)}
    assert set(rows) == set(_VARIABLES)
    assert all(re.search(r"[一-鿿].*。", row) for row in rows.values())
