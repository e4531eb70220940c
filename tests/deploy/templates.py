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


class NotYet(Exception):
    """A resource whose attributes are asked for is not made yet."""


class Resolver:
    """What CloudFormation's functions give, for a stack of this name with these parameters."""

    def __init__(self, template, name, account, region, parameters):
        self.template, self.attributes = template, {}
        self.values = {"AWS::StackName": name, "AWS::AccountId": account, "AWS::Region": region, "AWS::Partition": "aws"}
        for key, parameter in template["Parameters"].items():
            value = parameters.get(key, parameter.get("Default"))
            if value is None:
                raise SystemExit(f"the parameter {key} has no value")
            if parameter["Type"] == "CommaDelimitedList":
                value = value.split(",")
            self.values[key] = value

    def holds(self, condition):
        """Whether a condition holds: by its name, or itself."""
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        ((name, inner),) = condition.items()
        if name == "Fn::Not":
            return not self.holds(inner[0])
        if name == "Fn::Equals":
            return self.of(inner[0]) == self.of(inner[1])
        raise SystemExit(f"{name} is not known here")

    def attribute(self, resource, attribute):
        if resource not in self.template["Resources"]:
            raise SystemExit(f"there is no resource {resource}")
        if resource not in self.attributes:
            raise NotYet
        return self.attributes[resource][attribute]

    def reference(self, name):
        return self.values[name] if name in self.values else self.attribute(name, "Ref")

    def of(self, value):
        """A value without functions."""
        if isinstance(value, list):
            return [self.of(item) for item in value]
        if not isinstance(value, dict):
            return value
        ((name, inner),) = value.items() if len(value) == 1 else ((None, None),)
        if name == "Ref":
            return self.reference(inner)
        if name == "Fn::GetAtt":
            return self.attribute(*inner)
        if name == "Fn::If":
            return self.of(inner[1] if self.holds(inner[0]) else inner[2])
        if name == "Fn::Join":
            return inner[0].join(self.of(inner[1]))
        if name == "Fn::Sub":
            return self.sub(inner)
        if name and name.startswith("Fn::"):
            raise SystemExit(f"{name} is not known here")
        return {key: self.of(item) for key, item in value.items()}

    def sub(self, inner):
        text, own = (inner, {}) if isinstance(inner, str) else inner

        def one(match):
            name = match.group(1)
            if name in own:
                return str(self.of(own[name]))
            resource, dot, attribute = name.partition(".")
            return str(self.attribute(resource, attribute) if dot else self.reference(name))

        return re.sub(r"\$\{([^!{}]+)\}", one, text)
