"""Every alarm and every self-check says which runbook helps, and it is there."""

import json
import re

import pytest

from chalicelib.services.watching import Check
from tests.repo.sources import ROOT, text

RESOURCES = json.loads(text(".chalice/resources.json"))["Resources"]
ALARMS = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource.get("Type") == "AWS::CloudWatch::Alarm"
}
ELSEWHERE = {"DeadLetters": "dead-letter-queue.md", "Sweep": "sweep-stalled.md"}


def runbook_of(name: str) -> str:
    """The runbook that an alarm's description names, or that its name stands for."""
    named = re.search(r"see ([a-z-]+\.md)", ALARMS[name]["AlarmDescription"])
    if named:
        return named[1]
    return next(file for part, file in ELSEWHERE.items() if part in name)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_has_a_runbook_and_tells_somebody(name: str) -> None:
    """An alarm nobody knows what to do about is noise."""
    assert (ROOT / "docs" / "runbooks" / runbook_of(name)).is_file()
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("check", Check)
def test_a_check_has_its_part_in_the_runbook(check: Check) -> None:
    """By its name, as the anchor of a heading."""
    path, _, anchor = check.runbook.partition("#")
    headings = re.findall(r"^## (.+)$", text(path), re.MULTILINE)
    assert anchor in {heading.replace(" ", "-") for heading in headings}


def test_tables_and_the_index_alarm_when_they_throttle() -> None:
    """Both ways, for each table and for the index, whose throttling refuses the table's writes."""
    watched = {
        (json.dumps(alarm["Dimensions"], sort_keys=True), alarm["MetricName"])
        for alarm in ALARMS.values()
        if alarm.get("Namespace") == "AWS/DynamoDB"
    }
    tables = [n for n, r in RESOURCES.items() if r.get("Type") == "AWS::DynamoDB::Table"]
    assert len(watched) == 2 * (len(tables) + 1)
