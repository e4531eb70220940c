#!/usr/bin/env python3
"""Compares a snapshot with what the real `aws` command line reads of the same account, fact
by fact.

    waterline collect --checks DIR -o SNAPSHOT     (DIR: written by everything.py)
    python compare.py ENDPOINT SNAPSHOT

The facts that are derived, which the collector leaves open, are known from the schema
(`waterline checks schema`): `schema.json` beside the snapshot, or `--schema FILE`.

Tells every resource that only one side has and every fact that differs, and ends with 1 when
there is any. A fact that we could not read is never taken for equal: it is passed over only
when the command line cannot read it either, and counted. So are facts that are not compared,
with the reason why. Of every kind, a fact is compared at least, unless the stand-in is known to have
no such resource (`LACKING`); what cannot be compared of the others is known too (`UNSERVED`).

    python compare.py ENDPOINT SNAPSHOT --emulator

compares with the project's emulator, which has these: each of them is compared at least once where there
is something to tell, or has a reason in the tables why it is not. Of the others, it serves what we ask and not
all that the command line asks: what it does not serve is counted.
"""

import argparse
import collections
import concurrent.futures
import gzip
import json
import pathlib
import sys

from aws_cli import Cli, Refused
from reading import DERIVED, Untold, Where
from same import same
from tables import ENDPOINT_DEFECTS, KINDS, LACKING, NOT_COMPARED, UNSERVED

UNREAD = "$unread"
UNSERVED_HERE = "the emulator does not serve what the command line asks"


class Snapshot:
    """What `waterline collect` wrote."""

    def __init__(self, path):
        self.resources = collections.defaultdict(list)
        self.gaps = {}
        self.listings = collections.defaultdict(list)
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            self.header = json.loads(next(lines))["header"]
            for line in lines:
                [(sort, value)] = json.loads(line).items()
                if sort == "resource":
                    self.resources[value["kind"]].append(value)
                elif sort == "gap":
                    self.gaps[value["id"]] = value
                elif sort == "listing":
                    self.listings[value["kind"]].append(value)
        self.asked = set(self.header["asked"])


class Comparison:
    """The comparison as it goes, with moto's server or with the emulator."""

    def __init__(self, snapshot, schema, cli, emulator):
        self.snapshot = snapshot
        self.schema = schema
        self.cli = cli
        self.emulator = emulator
        self.differences = []
        self.skipped = collections.Counter()
        self.unread = collections.Counter()
        self.untold = set()
        self.unlisted = {}
        self.without = {}
        self.facts = collections.Counter()
        self.told = collections.Counter()
        self.resources = 0

    def differ(self, where, what):
        """Notes a difference."""
        self.differences.append(f"{where}: {what}")

    def kind(self, name, kind):
        """Compares every resource of a kind."""
        account, regions = self.snapshot.header["account"], self.snapshot.header["regions"]
        places = ["global"] if kind.scope == "global" else regions
        found = self.snapshot.resources[name]
        ours = {("" if kind.everywhere else r["region"], r[kind.key]): r for r in found}
        if len(ours) != len(found):
            self.differ(name, f"two resources have the same {kind.key} in one Region")
        seen = set()
        for region in places:
            place = Where(self.cli, account, region, regions)
            gaps = [g for l in self.snapshot.listings[name] if l["region"] == region for g in l["gaps"]]
            try:
                items = kind.list(place)
            except Refused as refused:
                if self.unserved(refused):
                    self.skipped[(name, "*", UNSERVED_HERE)] += 1
                    seen.update(key for key in ours if key[0] == region)
                elif gaps:
                    # Neither side can list it: known to be unknown, on ours.
                    self.unlisted[f"{name} in {region}"] = self.snapshot.gaps[gaps[0]]["operation"]
                else:
                    self.differ(f"{name} in {region}", f"listed by us, yet refused: {refused}")
                continue
            if gaps and not self.defect(gaps):
                gap = self.snapshot.gaps[gaps[0]]
                self.differ(f"{name} in {region}", f"not listed by us: {gap['operation']}: {gap['message']}")
            for item, where in items:
                key = ("" if kind.everywhere else where.region, kind.value(kind.key, item, where))
                if key in seen:
                    continue
                seen.add(key)
                if key in ours:
                    self.resource(name, kind, ours[key], item, where)
                elif gaps:
                    self.unlisted[f"{name} {key[1]}"] = self.snapshot.gaps[gaps[0]]["operation"]
                else:
                    self.differ(f"{name} {key[1]} in {key[0]}", "missing in the snapshot")
        for region, id in sorted(set(ours) - seen):
            if f"{name} in {region}" not in self.unlisted:
                self.differ(f"{name} {id} in {region}", "not known to the command line")

    def resource(self, name, kind, ours, item, where):
        """Compares the facts of one resource."""
        self.resources += 1
        for fact, value in ours.items():
            if fact == "kind":
                continue
            if reason := self.reason(name, kind, fact, value == {UNREAD: []}):
                self.skipped[(name, fact, reason)] += 1
                continue
            self.fact(f"{name} {ours['id']} in {where.region}", f"{name}.{fact}", value, kind, item, where)

    def reason(self, name, kind, fact, unread):
        """Why a fact is not to be compared."""
        if fact == "arn" and kind.arn is None:
            return "AWS tells none: we form it"
        if unread and self.schema[name][fact]:
            return DERIVED
        return kind.skip.get(fact)

    def fact(self, resource, path, ours, kind, item, where):
        """Compares one fact."""
        fact = path.rsplit(".", 1)[1]
        unread = isinstance(ours, dict) and set(ours) == {UNREAD}
        try:
            theirs = kind.value(fact, item, where)
        except Untold as untold:
            self.skipped[(path.rsplit(".", 1)[0], fact, str(untold))] += 1
            self.untold.add(path)
            return
        except Refused as refused:
            if self.unserved(refused):
                self.skipped[(path.rsplit(".", 1)[0], fact, UNSERVED_HERE)] += 1
            elif unread and ours[UNREAD]:
                self.unread[(path, self.snapshot.gaps[ours[UNREAD][0]]["operation"])] += 1
            else:
                value = json.dumps(ours)
                self.differ(resource, f"{fact}: {value}, which `aws` cannot read: {refused}")
            return
        if not unread:
            self.facts[path] += 1
            self.told[path] += theirs not in (None, [], {})
            if not same(ours, theirs):
                self.differ(resource, f"{fact}: {json.dumps(ours)}, but AWS says {json.dumps(theirs)}")
            return
        gaps = [self.snapshot.gaps[gap] for gap in ours[UNREAD]]
        if not gaps and path not in self.snapshot.asked:
            self.skipped[(path.rsplit(".", 1)[0], fact, "not asked for: collect with everything.py")] += 1
        elif gaps and self.defect(ours[UNREAD]):
            self.unread[(path, gaps[0]["operation"])] += 1
        elif gaps and theirs is None and "the reply has no" in gaps[0]["message"]:
            # The stand-in leaves out what AWS always sends: neither side can know.
            self.unread[(path, gaps[0]["operation"])] += 1
        else:
            why = f"{gaps[0]['operation']}: {gaps[0]['message']}" if gaps else "nobody asked"
            self.differ(resource, f"{fact}: unread ({why}), but AWS says {json.dumps(theirs)}")

    def unserved(self, refused):
        """Whether the emulator says that it does not serve what the command line asks."""
        return self.emulator and refused.code == "NotImplemented"

    def uncompared(self):
        """Tells the facts that were to be compared and were not."""
        if not self.emulator:
            for path in sorted((self.untold | {path for path, _ in self.unread}) - set(self.facts)):
                if path not in UNSERVED and path.rsplit(".", 1)[0] not in LACKING:
                    self.differ(path, "is compared nowhere: name it in UNSERVED")
            return
        for name, kind in KINDS.items():
            for fact in self.schema[name]:
                path = f"{name}.{fact}"
                wanted = name in LACKING or path in UNSERVED
                if wanted and not self.told[path] and not self.reason(name, kind, fact, True):
                    self.differ(path, "no resource has it, or nothing to tell")
        for path, operation in sorted(self.unread):
            self.differ(path, f"unread on both sides: {operation}")
        for what, operation in sorted(self.unlisted.items()):
            self.differ(what, f"unlisted on both sides: {operation}")

    def defect(self, gaps):
        """Whether all of these gaps are known defects of the stand-in's answers."""
        known = [self.snapshot.gaps[gap] for gap in gaps]
        return all(
            any(part in gap["message"] for part in ENDPOINT_DEFECTS.get(gap["operation"], ()))
            for gap in known
        )

    def join(self, other):
        """Takes over what another one found."""
        self.differences += other.differences
        self.skipped += other.skipped
        self.unread += other.unread
        self.untold |= other.untold
        self.unlisted.update(other.unlisted)
        self.without.update(other.without)
        self.facts += other.facts
        self.told += other.told
        self.resources += other.resources

    def report(self):
        """Says what was found."""
        for difference in sorted(self.differences):
            print(f"DIFFERS  {difference}")
        for (name, fact, reason), count in sorted(self.skipped.items()):
            print(f"not compared  {name}.{fact} ({count}): {reason}")
        for (path, operation), count in sorted(self.unread.items()):
            print(f"unread on both sides  {path} ({count}): {operation}")
        for name, reason in sorted(self.without.items()):
            print(f"lacking  {name}: {reason}")
        for what, operation in sorted(self.unlisted.items()):
            print(f"unlisted on both sides  {what}: {operation}")
        print(
            f"{self.resources} resources, {self.facts.total()} facts compared; "
            f"{sum(self.skipped.values())} not compared, {sum(self.unread.values())} unread, "
            f"{len(self.differences)} differences"
        )


def facts(path):
    """The facts of each kind, and whether their description in the schema says that they are
    derived."""
    kinds = json.loads(path.read_text(encoding="utf-8"))["$defs"]
    return {
        kind: {
            fact: bool(node.get("x-facet"))
            and node.get("description", "").rstrip().endswith("Derived.")
            for fact, node in schema.get("properties", {}).items()
        }
        for kind, schema in kinds.items()
    }


def compared(snapshot, schema, cli, emulator, name):
    """The comparison of one kind."""
    part = Comparison(snapshot, schema, cli, emulator)
    part.kind(name, KINDS[name])
    if emulator:
        return part
    if name in LACKING:
        part.without[name] = LACKING[name]
        if part.resources:
            part.differ(name, f"is compared, and not lacking: {LACKING[name]}")
    elif not part.facts:
        part.differ(name, f"{part.resources} resources, and no fact compared")
    return part


def main():
    """Compares."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("endpoint")
    parser.add_argument("snapshot")
    parser.add_argument("--kind", action="append", help="only this kind; may be repeated")
    parser.add_argument("--emulator", action="store_true", help="it has what moto's server lacks")
    parser.add_argument("--start-each", action="store_true", help="start `aws` for each command")
    parser.add_argument("--schema", type=pathlib.Path, help="schema.json beside the snapshot")
    options = parser.parse_args()
    beside = pathlib.Path(options.snapshot).with_name("schema.json")
    schema = facts(options.schema or beside)
    snapshot = Snapshot(options.snapshot)
    cli = Cli(options.endpoint, start_each=options.start_each)
    with_all = (snapshot, schema, cli, options.emulator)
    comparison = Comparison(*with_all)
    chosen = options.kind or sorted(set(KINDS) | set(snapshot.resources))
    kinds = []
    for name in chosen:
        if name in KINDS and (name in snapshot.asked or name in snapshot.resources):
            kinds.append(name)
        elif name in NOT_COMPARED:
            for _ in snapshot.resources[name]:
                comparison.skipped[(name, "*", NOT_COMPARED[name])] += 1
        elif name in KINDS:
            comparison.skipped[(name, "*", "not asked for: collect with everything.py")] += 1
        else:
            comparison.differ(name, "no table says how to compare it")
    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for part in pool.map(lambda name: compared(*with_all, name), kinds):
                comparison.join(part)
    finally:
        cli.close()
    if not options.kind:
        comparison.uncompared()
    comparison.report()
    return 1 if comparison.differences else 0


if __name__ == "__main__":
    sys.exit(main())
