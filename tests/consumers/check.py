"""Reads reports with programs that others wrote, and says what is wrong with them.

    check.py FOLDER STEM [--sarif-schema FILE]

FOLDER holds STEM.json (the assessment, which tells what there must be), STEM.sarif,
STEM.junit.xml, STEM.ocsf.json and STEM.asff.json of one run. Prints one line for each problem and
ends with 1 if there is any. With the published schema of SARIF 2.1.0, that is asked too.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

import botocore.session
import botocore.validate
import jsonschema
import junitparser
import sarif.loader
import sarif_pydantic
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

KINDS = {
    "pass": "pass",
    "fail": "fail",
    "excepted": "fail",
    "not_assessed": "open",
    "inherited": "notApplicable",
    "not_applicable": "notApplicable",
}
LEVELS = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
OUTCOMES = {
    "pass": None,
    "fail": junitparser.Failure,
    "not_assessed": junitparser.Error,
    "excepted": junitparser.Skipped,
    "inherited": junitparser.Skipped,
    "not_applicable": junitparser.Skipped,
}
OCSF = {"pass": "Pass", "fail": "Fail", "not_assessed": "Warning"}
ASFF = {
    "pass": "PASSED",
    "fail": "FAILED",
    "excepted": "FAILED",
    "not_assessed": "WARNING",
    "inherited": "NOT_AVAILABLE",
    "not_applicable": "NOT_AVAILABLE",
}
# GitHub refuses a file with more, https://docs.github.com: "SARIF results exceed limits".
GITHUB_RESULTS = 25_000


def same(results, found, problem):
    """The ids that a format holds are those of the assessment, each once."""
    expected = collections.Counter(result["id"] for result in results.values())
    found = collections.Counter(found)
    for id in (expected - found).keys():
        problem(f"{results[id]['check']} {id} is missing")
    for id in (found - expected).keys():
        problem(f"{id} is there too often")


def level(result):
    if result["verdict"] not in ("fail", "excepted"):
        return "none"
    return LEVELS[result["severity"]]


def acceptance(results, id):
    """Owner, last day, reason and ticket of what accepts a finding; nothing where nobody does."""
    one = results.get(id, {}).get("accepted")
    return {key: one[key] for key in ("owner", "expires", "reason", "ticket") if one[key]} if one else {}


def named(results, id, said):
    """Whether a sentence says all of that; it leaves out the full stop of the reason."""
    return all(part.strip().rstrip(".") in said for part in acceptance(results, id).values())


def check_sarif(path, results, schema, problem):
    text = path.read_text()
    document = json.loads(text)
    if schema:
        kind = jsonschema.validators.validator_for(schema)
        for error in kind(schema).iter_errors(document):
            problem(f"schema: {list(error.absolute_path)}: {error.message[:200]}")
    try:
        parsed = sarif_pydantic.Sarif.model_validate_json(text)
    except ValueError as error:
        return problem(f"sarif-pydantic: {error}")
    run = parsed.runs[0]
    if len(run.results) > GITHUB_RESULTS:
        problem(f"{len(run.results)} results are more than GitHub takes")
    loaded = sarif.loader.load_sarif_file(str(path))
    if loaded.get_result_count() != len(results):
        problem(f"sarif-tools sees {loaded.get_result_count()} results")
    report = loaded.get_report()
    expected = collections.Counter(level(result) for result in results.values())
    for severity in ("error", "warning", "note", "none"):
        seen = report.get_issue_count_for_severity(severity)
        if seen != expected[severity]:
            problem(f"sarif-tools: {seen} of level {severity}, expected {expected[severity]}")
    same(
        results,
        [result["properties"]["id"] for result in document["runs"][0]["results"]],
        problem,
    )
    rules = run.tool.driver.rules
    written = {result["properties"]["id"]: result for result in document["runs"][0]["results"]}
    for result in run.results:
        id = result.properties["id"]
        if id not in results:
            continue
        if result.kind != KINDS[results[id]["verdict"]]:
            problem(f"{id}: kind {result.kind}, verdict {results[id]['verdict']}")
        if rules[result.rule_index].id != result.rule_id:
            problem(f"{id}: ruleIndex {result.rule_index} is not {result.rule_id}")
        told = {}
        # sarif-pydantic has no word for suppressions.
        for suppression in written[id].get("suppressions", ()):
            told = {key: suppression["properties"].get(key) for key in acceptance(results, id)}
        if told != acceptance(results, id):
            problem(f"{id}: accepted {told}, expected {acceptance(results, id)}")
        # What GitHub's reference of supported properties marks as required.
        region = result.locations[0].physical_location.region
        places = (region.start_line, region.start_column, region.end_line, region.end_column)
        if not all(places) or "primaryLocationLineHash" not in result.partial_fingerprints:
            problem(f"{id}: GitHub needs a region and a fingerprint")
    for rule in rules:
        texts = (rule.short_description.text, rule.full_description.text, rule.help.text)
        if not all(texts) or max(map(len, texts[:2])) > 1024:
            problem(f"{rule.id}: GitHub needs descriptions of at most 1024 characters")


def check_junit(path, results, problem):
    try:
        document = junitparser.JUnitXml.fromfile(str(path))
    except Exception as error:
        return problem(f"junitparser: {error}")
    found, totals = [], collections.Counter()
    for suite in document:
        for case in suite:
            properties = {item.name: item.value for item in case.iterchildren(junitparser.Properties)
                          for item in item}
            id = properties["id"]
            found.append(id)
            kinds = [type(outcome) for outcome in case.result]
            totals.update(kind.__name__ for kind in kinds)
            expected = OUTCOMES[results[id]["verdict"]] if id in results else None
            if kinds != ([expected] if expected else []):
                problem(f"{id}: {kinds}, verdict {results.get(id, {}).get('verdict')}")
            said = " ".join(outcome.message or "" for outcome in case.result)
            if not named(results, id, said):
                problem(f"{id}: accepted, but {said}")
            if any(not outcome.message for outcome in case.result):
                problem(f"{id}: an outcome without a message")
    same(results, found, problem)
    told = (document.tests, document.failures, document.errors, document.skipped)
    counted = (len(found), totals["Failure"], totals["Error"], totals["Skipped"])
    if told != counted:
        problem(f"the file tells {told}, its cases are {counted}")


def check_ocsf(path, results, problem):
    found = []
    for event in json.loads(path.read_text()):
        try:
            finding = ComplianceFinding.model_validate(event)
        except ValueError as error:
            problem(f"py-ocsf-models: {error}")
            continue
        id = finding.finding_info.uid
        found.append(id)
        verdict = results.get(id, {}).get("verdict")
        if finding.compliance.status_id.name != OCSF.get(verdict, "Other"):
            problem(f"{id}: {finding.compliance.status_id.name}, verdict {verdict}")
        # py-ocsf-models is of an older schema and passes this field over.
        said = " ".join(event["compliance"]["status_details"])
        if not named(results, id, said):
            problem(f"{id}: accepted, but {said}")
        if finding.type_uid.value != finding.class_uid * 100 + finding.activity_id.value:
            problem(f"{id}: type_uid {finding.type_uid}")
        if id in results and finding.resources[0].uid != results[id]["arn"]:
            problem(f"{id}: resource {finding.resources[0].uid}")
    same(results, found, problem)


def limits(shape, value, path, problem):
    """What the API's model says beyond types, and botocore's validator leaves to the service:
    enumerations, patterns, and the lengths and counts that the documentation tells."""
    if shape.type_name == "structure":
        for name, part in value.items():
            member = shape.members.get(name)
            if member is None:
                continue
            said = re.sub(r"<[^>]+>", "", member.documentation)
            most = re.search(r"[Mm]aximum (?:length |number )?of (\d+)", said)
            if most and isinstance(part, (str, list)) and len(part) > int(most.group(1)):
                problem(f"{path}.{name}: {len(part)}, at most {most.group(1)}")
            limits(member, part, f"{path}.{name}", problem)
    elif shape.type_name == "list":
        for part in value:
            limits(shape.member, part, f"{path}[]", problem)
    elif shape.type_name == "map":
        for key, part in value.items():
            limits(shape.key, key, f"{path}.{key}", problem)
            limits(shape.value, part, f"{path}.{key}", problem)
    elif shape.type_name == "string":
        if shape.enum and value not in shape.enum:
            problem(f"{path}: {value} is none of {shape.enum}")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.search(pattern, value):
            problem(f"{path}: {value!r} does not match {pattern}")


def check_asff(path, results, problem):
    model = botocore.session.get_session().get_service_model("securityhub")
    request = model.operation_model("BatchImportFindings").input_shape
    types = set(model.shape_for("ResourceDetails").members) | {"AwsAccount"}
    findings = json.loads(path.read_text())
    for start in range(0, len(findings), 100):
        batch = {"Findings": findings[start : start + 100]}
        report = botocore.validate.ParamValidator().validate(batch, request)
        if report.has_errors():
            problem(f"botocore: {report.generate_report()}")
        limits(request, batch, "", problem)
    for finding in findings:
        id = finding["ProductFields"]["waterline/FindingId"]
        verdict = results.get(id, {}).get("verdict")
        if finding["Compliance"]["Status"] != ASFF.get(verdict):
            problem(f"{id}: {finding['Compliance']['Status']}, verdict {verdict}")
        fields = finding["ProductFields"]
        told = {key: fields.get(f"waterline/Exception{key.title()}") for key in acceptance(results, id)}
        if told != acceptance(results, id):
            problem(f"{id}: accepted {told}, expected {acceptance(results, id)}")
        if finding["Resources"][0]["Type"] not in types:
            problem(f"{id}: {finding['Resources'][0]['Type']} is no type of resource")
        if len(json.dumps(finding).encode()) > 240 * 1024:
            problem(f"{id}: larger than 240 KB")
        if "Workflow" in finding:
            problem(f"{id}: Workflow is the customer's")
    # Besides what a type's ARN and id tell: names and values are held against the model above.
    told = [fields for finding in findings
            for type, fields in finding["Resources"][0]["Details"].items() if type != "Other"]
    if not any(len(fields) > 3 for fields in told):
        problem("no finding tells what was read of its resource")
    ids = [finding["Id"] for finding in findings]
    if len(set(ids)) != len(ids):
        problem("an Id is there twice")
    same(results, [finding["ProductFields"]["waterline/FindingId"] for finding in findings], problem)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("stem")
    parser.add_argument("--sarif-schema", type=pathlib.Path)
    arguments = parser.parse_args()
    at = lambda suffix: arguments.folder / f"{arguments.stem}.{suffix}"
    schema = arguments.sarif_schema and json.loads(arguments.sarif_schema.read_text())
    document = json.loads(at("json").read_text())
    results = {result["id"]: result for result in document["results"]}
    accepted = {one["id"]: one for one in document["exceptions"]}
    for result in results.values():
        result["accepted"] = accepted.get(result["exception"])
    problems = []
    for format, suffix, check in (
        ("sarif", "sarif", lambda *rest: check_sarif(*rest[:2], schema, rest[2])),
        ("junit", "junit.xml", check_junit),
        ("ocsf", "ocsf.json", check_ocsf),
        ("asff", "asff.json", check_asff),
    ):
        check(at(suffix), results, lambda text: problems.append(f"{format}: {text}"))
    for problem in problems[:50]:
        print(problem)
    if len(problems) > 50:
        print(f"and {len(problems) - 50} more")
    print(f"{len(results)} findings, 4 formats, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
