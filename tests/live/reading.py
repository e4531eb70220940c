"""What an independent reading of a kind of resource needs: how to list it with the `aws`
command line, and where each fact is. A kind is one entry of a table in `tables/`."""

import dataclasses
from collections.abc import Callable
from typing import Any

import jmespath
from aws_cli import Refused
from same import member, tags

class Untold(Exception):
    """The endpoint leaves something out that AWS tells: there is nothing to compare with."""


DERIVED = "derived by us from other facts; tested beside its source"


class Where:
    """An account and Region, with the command line that reads them."""

    def __init__(self, cli, account, region, regions):
        self.cli = cli
        self.account = account
        self.region = region
        self.regions = regions

    def at(self, region):
        """The same account elsewhere."""
        return Where(self.cli, self.account, region, self.regions)

    def read(self, command, path=None, **parts):
        """What a command answers, or what is at a path in it. Raises `Refused`."""
        # Global services are asked in their home Region.
        region = "us-east-1" if self.region == "global" else self.region
        answer = self.cli.read(region, command, **parts)
        return answer if path is None else jmespath.search(path, answer)

    def arn(self, service, rest):
        """An ARN here."""
        region = "" if self.region == "global" else self.region
        return f"arn:aws:{service}:{region}:{self.account}:{rest}"


def told(name):
    """A member that AWS always tells; where the endpoint leaves it out, nothing is compared."""

    def read(item, where):
        if name not in item:
            raise Untold(f"the endpoint leaves {name} out")
        return item[name]

    return read


class Call:
    """A fact that a command of its own tells; `none` maps error codes to what they mean."""

    def __init__(self, command, path=None, none=None, then=None, **parts):
        self.command = command
        self.path = path
        self.none = none or {}
        self.then = then
        self.parts = parts

    def __call__(self, item, where):
        parts = {name: jmespath.search(path, item) for name, path in self.parts.items()}
        try:
            found = where.read(self.command, self.path, **parts)
        except Refused as refused:
            if refused.code in self.none:
                return self.none[refused.code]
            raise
        return self.then(found) if self.then else found


@dataclasses.dataclass
class Kind:
    """How a kind of resource is read.

    `items` gives what AWS lists, with the place where it is; or a command and the path of its
    list. `id` and `arn` are paths in an item, or functions of item and place. A fact is taken
    from the member of its own name unless `facts` says otherwise, by a path, a function or a
    call. `skip` names facts that are not compared, with the reason. The `key`, id or ARN, tells
    resources apart in their Region, or `everywhere`.
    """

    items: str | Callable
    path: str = ""
    id: Any = None
    arn: Any = None
    scope: str = "regional"
    everywhere: bool = False
    key: str = "id"
    facts: dict = dataclasses.field(default_factory=dict)
    skip: dict = dataclasses.field(default_factory=dict)

    def list(self, where):
        """Every item, with the place where it is."""
        if callable(self.items):
            return list(self.items(where))
        return [(item, where) for item in where.read(self.items, self.path) or []]

    def take(self, source, item, where):
        """Evaluates a path, function or call."""
        return source(item, where) if callable(source) else jmespath.search(source, item)

    def value(self, name, item, where):
        """What AWS says of one fact. Raises `Refused` when it says nothing."""
        if name == "id":
            return self.take(self.id, item, where)
        if name == "arn":
            return self.take(self.arn, item, where) if self.arn else None
        if name in ("region", "account") and name not in self.facts:
            return getattr(where, name)
        if name in self.facts:
            found = self.take(self.facts[name], item, where)
            return tags(found) if name == "tags" else found
        if name == "managed_by":
            # Nothing in the scenario belongs to an AWS service, unless the kind says so.
            return "customer"
        if name == "tags":
            own = next((item[key] for key in ("Tags", "tags", "TagSet", "TagList") if key in item), [])
            return tags(own)
        return member(item, name)
