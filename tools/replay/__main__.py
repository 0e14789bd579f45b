"""``python -m tools.replay wenzhou-2018``: what happened, and what Tocsin would have done.

Last line of output: JSON with pages, clocks and refusals, times in ISO 8601 with the offset of the
place.
"""

import argparse
import json
import sys

from tools.replay.course import play
from tools.replay.report import as_json, story
from tools.replay.scenario import ScenarioError, load, names


def main() -> int:
    """Play one case and print it; 2 when there is no such case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", help=", ".join(names()))
    try:
        scenario = load(parser.parse_args().case)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    course = play(scenario)
    for line in story(course):
        print(line)
    print(json.dumps(as_json(course), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
