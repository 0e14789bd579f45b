"""The template on its way to CloudFormation."""

from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from tools.template_store import keep


class Store:
    """An S3 client that remembers what it was given."""

    meta = SimpleNamespace(endpoint_url="https://s3.eu-west-2.amazonaws.com")

    def __init__(self) -> None:
        """Nothing yet."""
        self.put: list[dict[str, Any]] = []

    def put_object(self, **given: Any) -> None:
        """As S3."""
        self.put.append(given)


def test_a_template_lies_under_its_digest_where_cloudformation_is_told_to_look() -> None:
    """The address has the client's own endpoint, and another template another key."""
    store = Store()
    text = '{"Resources": {}}'
    url = keep(store, text, "artifacts", "tocsin-prod/")
    key = f"tocsin-prod/{sha256(text.encode()).hexdigest()}.json"
    assert store.put == [{"Bucket": "artifacts", "Key": key, "Body": text.encode()}]
    assert url == f"https://s3.eu-west-2.amazonaws.com/artifacts/{key}"
    assert keep(store, "{}", "artifacts") != keep(store, text, "artifacts")
