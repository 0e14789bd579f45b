"""Which parameters a deployment hands to CloudFormation, against a stack played from memory."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tools import deploy

TEMPLATE = {
    "Parameters": {
        "LinkKey": {"Description": "secret"},
        "SesSender": {"Description": "sender"},
        "LinkBase": {"Description": "base", "Default": ""},
    }
}


class Cloud:
    """Describes one stack, or none."""

    def __init__(self, **standing: str) -> None:
        self.parameters = [
            {"ParameterKey": name, "ParameterValue": value} for name, value in standing.items()
        ]

    def describe_stacks(self, **_: str) -> dict[str, Any]:
        """As CloudFormation answers."""
        if not self.parameters:
            error = {"Error": {"Code": "ValidationError", "Message": "Stack does not exist"}}
            raise ClientError(error, "DescribeStacks")  # type: ignore[arg-type]
        return {"Stacks": [{"Parameters": self.parameters}]}


def test_a_first_deployment_names_what_it_needs() -> None:
    """What has no default and was never given is asked for, with its meaning."""
    with pytest.raises(deploy.DeployError, match="needs SesSender=…: sender"):
        deploy._parameters(Cloud(), "s", TEMPLATE, {"LinkKey": "k"})


def test_what_the_stack_has_is_kept() -> None:
    """A later deployment changes only what it is given; a new default is left to the template."""
    cloud = Cloud(LinkKey="****", SesSender="a@example.com")

    assert deploy._parameters(cloud, "s", TEMPLATE, {"SesSender": "b@example.com"}) == [
        {"ParameterKey": "LinkKey", "UsePreviousValue": True},
        {"ParameterKey": "SesSender", "ParameterValue": "b@example.com"},
    ]


def test_a_misspelt_parameter_is_refused() -> None:
    """It would otherwise be dropped and the old value kept, silently."""
    with pytest.raises(deploy.DeployError, match="no such parameter: SesSendr"):
        deploy._parameters(Cloud(), "s", TEMPLATE, {"SesSendr": "x"})


def test_only_what_is_still_empty_is_filled_in() -> None:
    """The key and the base are learnt once; a custom domain given by hand is not overwritten."""
    cloud = Cloud(LinkBase="https://bell.example.com", VaultPublicKey="")
    fresh = {"LinkBase": "https://other.example.com", "VaultPublicKey": "MII"}

    assert deploy._missing(cloud, "s", fresh) == {"VaultPublicKey": "MII"}
