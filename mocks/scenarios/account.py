#!/usr/bin/env python3
"""Fills an empty account at an endpoint that stands in for AWS (moto's server) with what a
real one has: users, roles, buckets, networks, instances, trails, databases, clusters; some set
up well, some badly, in two Regions.

    MOTO_IAM_LOAD_MANAGED_POLICIES=true moto_server -p 5099 &
    python mocks/scenarios/account.py http://127.0.0.1:5099 --ids ids.json

Calls that the endpoint refuses are skipped and named. `--ids` writes the identifiers that the
endpoint chose, under the names that `tests/live/expected.json` uses.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request

from parts import compute, data, identity, kubernetes, monitoring, network, storage
from parts.base import World


def seed(endpoint):
    """Makes moto's identifiers the same in every run; any other endpoint does not know how."""
    request = urllib.request.Request(f"{endpoint}/moto-api/seed?a=42", method="POST")
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except (urllib.error.URLError, OSError):
        print(f"{endpoint} does not seed its identifiers")


def main():
    """Makes the account."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument(
        "endpoint",
        nargs="?",
        default=os.environ.get("AWS_ENDPOINT_URL"),
        help="the URL of the stand-in; default: AWS_ENDPOINT_URL",
    )
    parser.add_argument("--ids", metavar="FILE", help="write the chosen identifiers to this file")
    options = parser.parse_args()
    if not options.endpoint:
        parser.error("no endpoint: give one, or set AWS_ENDPOINT_URL")
    if "amazonaws" in options.endpoint:
        parser.error("this fills an account with bad examples: never a real one")
    seed(options.endpoint)
    world = World(options.endpoint)
    # In this order: later parts use what earlier ones made.
    for part in (identity, storage, network, compute, monitoring, data, kubernetes):
        part.make(world)
    if options.ids:
        with open(options.ids, "w", encoding="utf-8") as file:
            json.dump(world.ids, file, indent=2, sort_keys=True)
            file.write("\n")
    print(f"made; {len(world.ids)} identifiers, {len(world.skipped)} calls skipped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
