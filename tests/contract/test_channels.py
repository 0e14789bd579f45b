"""The carriers' contract: a message goes out whole, and a refusal has a name."""

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.aws.channels import AwsChannels
from chalicelib.aws.clients import Clients
from chalicelib.services.ports import TransportError
from tests.contract.conftest import BOTH
from tests.support.emulator import Emulator
from tests.support.fakes import FakeChannels, Mail, Sms

SENDER = "tocsin@example.com"
TEXT = "警钟 CDF-GHJ S0 已 3 分钟"


@pytest.fixture(params=BOTH)
def channels(request: pytest.FixtureRequest) -> Any:
    """Carriers that take everything."""
    if request.param == "fake":
        return FakeChannels()
    clients = request.getfixturevalue("emulator").clients
    clients.ses.verify_email_identity(EmailAddress=SENDER)
    return AwsChannels(clients.sns, clients.ses, SENDER)


def test_a_carrier_gives_its_own_id(channels: Any) -> None:
    """Each message has an id by which its receipt will be known."""
    ids = {channels.sms("+8613800000001", TEXT), channels.email("li@example.com", "S0", TEXT)}
    assert len(ids) == 2
    assert all(ids)


@pytest.mark.emulator
def test_what_the_carrier_took(emulator: Emulator) -> None:
    """Number, address, subject and text arrive as they were given."""
    clients = emulator.clients
    clients.ses.verify_email_identity(EmailAddress=SENDER)
    channels = AwsChannels(clients.sns, clients.ses, SENDER)
    channels.sms("+8613800000042", TEXT)
    channels.email("wang@example.com", "S0 警钟", TEXT)
    texts = str(emulator.read_back("sns/sms-messages"))
    mails = str(emulator.read_back("ses/messages"))
    assert "+8613800000042" in texts
    assert TEXT in texts
    assert "wang@example.com" in mails
    assert "S0 警钟" in mails


@pytest.mark.emulator
def test_an_unverified_sender_is_refused_for_good(emulator: Emulator) -> None:
    """A sender that the carrier does not know will not be known by trying again."""
    clients = emulator.clients
    channels = AwsChannels(clients.sns, clients.ses, "nobody@elsewhere.example")
    with pytest.raises(TransportError) as refused:
        channels.email("li@example.com", "S0", TEXT)
    assert (refused.value.code, refused.value.permanent) == ("MessageRejected", True)


@pytest.mark.parametrize(
    ("code", "permanent"),
    [
        ("InvalidParameter", True),
        ("OptedOut", True),
        ("MailFromDomainNotVerifiedException", True),
        ("ParameterValueInvalid", True),
        ("InvalidSecurity", True),
        ("OptInRequired", True),
        ("AccountSendingPausedException", True),
        ("ConfigurationSetSendingPausedException", True),
        ("ConfigurationSetDoesNotExist", True),
        ("Throttled", False),
        ("Throttling", False),
        ("InternalError", False),
        ("SomethingNew", False),
    ],
)
def test_refusals_by_name(code: str, permanent: bool) -> None:  # noqa: FBT001 - a table of facts
    """What a carrier says is kept as its code alone; its text may hold a number."""
    error = ClientError({"Error": {"Code": code, "Message": "+8613800000001"}}, "Publish")
    channels = AwsChannels(Mock(publish=Mock(side_effect=error)), Mock(), SENDER)
    with pytest.raises(TransportError) as refused:
        channels.sms("+8613800000001", TEXT)
    assert (refused.value.code, refused.value.permanent) == (code, permanent)
    assert "1380" not in str(refused.value)


@pytest.mark.parametrize(
    ("said", "code", "permanent"),
    [
        ("Daily message quota exceeded.", "DailyMessageQuota", True),
        ("Maximum sending rate exceeded.", "Throttling", False),
    ],
)
def test_a_spent_quota_is_not_waited_for(said: str, code: str, *, permanent: bool) -> None:
    """A rate passes in a second, a day's quota does not: the next channel is taken at once."""
    error = ClientError({"Error": {"Code": "Throttling", "Message": said}}, "SendEmail")
    channels = AwsChannels(Mock(), Mock(send_email=Mock(side_effect=error)), SENDER)
    with pytest.raises(TransportError) as refused:
        channels.email("li@example.com", "S0", TEXT)
    assert (refused.value.code, refused.value.permanent) == (code, permanent)


def test_a_carrier_is_given_four_seconds_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent carrier leaves the pager time to say so; the queue tries again, not the client."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for client in (Clients().sns, Clients().ses):
        config = client.meta.config
        assert config.connect_timeout + config.read_timeout <= 4
        assert config.retries["total_max_attempts"] == 1


def test_no_answer_counts_as_not_sent() -> None:
    """A page that may have gone is sent again."""
    error = ConnectTimeoutError(endpoint_url="http://127.0.0.1")
    channels = AwsChannels(Mock(), Mock(send_email=Mock(side_effect=error)), SENDER)
    with pytest.raises(TransportError) as refused:
        channels.email("li@example.com", "S0", TEXT)
    assert (refused.value.code, refused.value.permanent) == ("ConnectTimeoutError", False)


def test_a_fake_carrier_keeps_and_refuses() -> None:
    """The fake keeps what it took, and refuses what it is told to."""
    down = TransportError("down", permanent=False)
    channels = FakeChannels(lambda channel, to: down if (channel, to) == ("sms", "+86x") else None)
    with pytest.raises(TransportError, match="down"):
        channels.sms("+86x", TEXT)
    channels.fail_next("OptedOut", permanent=True)
    with pytest.raises(TransportError, match="OptedOut"):
        channels.sms("+861", TEXT)
    channels.sms("+861", TEXT)
    channels.email("a@b.cd", "S0", TEXT)
    assert channels.messages == [Sms("+861", TEXT)]
    assert channels.mails == [Mail("a@b.cd", "S0", TEXT)]
