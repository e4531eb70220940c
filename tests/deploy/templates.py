"""The templates of deploy/: where they are, and how CloudFormation would read them."""

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = ROOT / "deploy/account/template.yaml"
ORGANIZATION = ROOT / "deploy/organization/template.yaml"
MEMBER = ROOT / "deploy/organization/member-role.yaml"
TEMPLATES = [ACCOUNT, ORGANIZATION, MEMBER]


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, without dates."""


def _intrinsic(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _intrinsic)
Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(file):
    """A template, with its short forms written out."""
    return yaml.load(file.read_text(), Loader)


def machines(template):
    """The state machines of a template: logical id and properties."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    }


def substituted(definition, values):
    """A definition as Step Functions gets it: `${Name}` replaced, as CloudFormation does."""
    text = json.dumps(definition)
    for name, value in values.items():
        text = text.replace("${" + name + "}", value)
    left = re.findall(r"\$\{\w+\}", text)
    if left:
        raise SystemExit(f"no value for {', '.join(sorted(set(left)))} among the substitutions")
    return json.loads(text)
