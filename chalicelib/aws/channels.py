"""SMS by SNS, and email by SES."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.services.ports import TransportError

# The same request would be refused again: number, address, sender or account must change first.
_PERMANENT = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "EndpointDisabled",
        "InvalidParameter",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "MailFromDomainNotVerified",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
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
        code = error.response["Error"]["Code"]
        raise TransportError(code, permanent=code in _PERMANENT) from None
    except BotoCoreError as error:
        raise TransportError(type(error).__name__, permanent=False) from None
    return carrier
