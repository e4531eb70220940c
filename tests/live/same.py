"""When a fact of ours and what the `aws` command line says are the same."""

import datetime
import json
import re
import urllib.parse

WORD = re.compile(r"([A-Z]+)([A-Z][a-z])")
BREAK = re.compile(r"([a-z0-9])([A-Z])")
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")


def snake(name):
    """A member's name as our facts spell it: `KmsKeyId` is `kms_key_id`."""
    return BREAK.sub(r"\1_\2", WORD.sub(r"\1_\2", name)).lower()


def member(item, name):
    """The member whose name our fact has; None when there is none."""
    if not isinstance(item, dict):
        return None
    if name in item:
        return item[name]
    return next((value for key, value in item.items() if snake(key) == name), None)


def moment(value):
    """A time to the second, from its text or from (milli)seconds since 1970."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        if value > 1e11:
            value /= 1000
        return datetime.datetime.fromtimestamp(int(value), datetime.timezone.utc)
    if isinstance(value, str) and MOMENT.match(value):
        try:
            parsed = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return None
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=datetime.timezone.utc)
        return parsed.astimezone(datetime.timezone.utc).replace(microsecond=0)
    return None


ANY_TIME = object()
"""Stands for a time that is another one each time that one asks."""


def same(ours, theirs):
    """Whether both say the same. Of a structure, the members that ours has are compared: ours
    leaves out what no check needs."""
    if theirs is ANY_TIME:
        return moment(ours) is not None
    if ours is None or theirs is None:
        # AWS leaves an empty list out, or sends it: both are no entry.
        return ours in (None, []) and theirs in (None, [])
    if isinstance(ours, dict):
        if not isinstance(theirs, dict):
            return False
        return all(same(value, member(theirs, name)) for name, value in ours.items())
    if isinstance(ours, list):
        if not isinstance(theirs, list) or len(ours) != len(theirs):
            return False
        left = list(theirs)
        for value in ours:
            found = next((i for i, other in enumerate(left) if same(value, other)), None)
            if found is None:
                return False
            del left[found]
        return True
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if ours == theirs:
        return True
    if isinstance(ours, str) and MOMENT.match(ours):
        first, second = moment(ours), moment(theirs)
        return first is not None and first == second
    return False


def tags(value):
    """Tags in whatever form, as a map."""
    if isinstance(value, dict):
        return value
    made = {}
    for tag in value or []:
        lower = {key.lower().removeprefix("tag"): text for key, text in tag.items()}
        made[lower["key"]] = lower.get("value") or ""
    return made


def listed(value):
    """One thing or several, as a list; None stays None."""
    return value if value is None or isinstance(value, list) else [value]


def text(value):
    """A value of a condition, as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def principals(value):
    """The principals of a statement, each with its kind."""
    if value is None:
        return None
    if value == "*":
        return [{"kind": "*", "value": "*"}]
    return [
        {"kind": kind, "value": name} for kind, names in value.items() for name in listed(names)
    ]


def policy(document):
    """A policy document in the form of our facts."""
    if document is None:
        return None
    if isinstance(document, str):
        if document.lstrip().startswith("%"):
            document = urllib.parse.unquote(document)
        document = json.loads(document)
    statements = []
    for statement in listed(document.get("Statement", [])):
        statements.append(
            {
                "sid": statement.get("Sid"),
                "effect": statement["Effect"],
                "principals": principals(statement.get("Principal")),
                "not_principals": principals(statement.get("NotPrincipal")),
                "actions": listed(statement.get("Action")),
                "not_actions": listed(statement.get("NotAction")),
                "resources": listed(statement.get("Resource")),
                "not_resources": listed(statement.get("NotResource")),
                "conditions": [
                    {
                        "operator": operator,
                        "key": key,
                        "values": [text(value) for value in listed(values)],
                    }
                    for operator, keys in (statement.get("Condition") or {}).items()
                    for key, values in keys.items()
                ],
            }
        )
    return {"version": document.get("Version"), "id": document.get("Id"), "statements": statements}
