"""SMS by SNS, and email by SES."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.ports import TransportError

# The same request would be refused again: number, address, sender or account must change first.
# SNS has no code for a spent budget: it takes the message, and only its delivery log tells.
_PERMANENT = frozenset(
    {
        "AccountSendingPaused",
        "AccountSendingPausedException",
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ConfigurationSetDoesNotExist",
        "ConfigurationSetDoesNotExistException",
        "ConfigurationSetSendingPaused",
        "ConfigurationSetSendingPausedException",
        "EndpointDisabled",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "InvalidSecurity",
        "InvalidSecurityException",
        "MailFromDomainNotVerified",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "OptInRequired",
        "OptedOut",
        "OptedOutException",
        "ParameterValueInvalid",
        "PhoneNumberOptedOut",
        "UserError",
        "UserErrorException",
        "ValidationError",
        "ValidationException",
    }
)
# SES has one code for two limits.  A rate is kept again in a second, a day's quota is not.
_QUOTA_SAID, _QUOTA = "Daily message quota exceeded", "DailyMessageQuota"


class AwsChannels:
    """``Channels`` on SNS and SES; an error's text, which may hold an address, goes no further."""

    def __init__(self, sns: Any, ses: Any, sender: str) -> None:
        """Clients of SNS and SES, and the verified address that mail comes from."""
        self._sns = sns
        self._ses = ses
        self._sender = sender

    def sms(self, number: str, text: str) -> str:
        """Send one text message (E.164) as transactional; raises TransportError."""
        kind = {"DataType": "String", "StringValue": "Transactional"}
        return _sent(
            self._sns.publish,
            PhoneNumber=number,
            Message=text,
            MessageAttributes={"AWS.SNS.SMS.SMSType": kind},
        )

    def email(self, address: str, subject: str, text: str) -> str:
        """Send one plain-text email; raises TransportError."""
        return _sent(
            self._ses.send_email,
            Source=self._sender,
            Destination={"ToAddresses": [address]},
            Message={"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}},
        )


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _sent(send: Callable[..., Any], **request: Any) -> str:
    """The carrier's id.

    No answer at all counts as not sent: a repeat is tolerable, a lost page is not.
    """
    try:
        carrier: str = send(**request)["MessageId"]
    except ClientError as error:
        code = _code(error)
        raise TransportError(code, permanent=code in _PERMANENT or code == _QUOTA) from None
    except BotoCoreError as error:
        raise TransportError(type(error).__name__, permanent=False) from None
    return carrier


def _code(error: ClientError) -> str:
    said = error.response["Error"]
    return _QUOTA if _QUOTA_SAID in said.get("Message", "") else said["Code"]
