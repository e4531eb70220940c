#!/usr/bin/env python3
"""Writes a check for every kind of resource that touches every fact, so that
`waterline collect --checks DIR` reads all that it can read and not only what the built-in
checks need.

    waterline checks schema > SCHEMA
    python everything.py SCHEMA DIR
"""

import argparse
import json
import pathlib
import sys


def resolved(schema, node):
    """A schema node, with a reference followed."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def types(schema, node):
    """The JSON types that a node may have, `null` among them."""
    node = resolved(schema, node)
    if "anyOf" in node:
        return {kind for part in node["anyOf"] for kind in types(schema, part)}
    found = node.get("type", "string")
    return {found} if isinstance(found, str) else set(found)


def touch(schema, path, node):
    """An expression that reads the fact and always holds."""
    kinds = types(schema, node)
    if "null" in kinds:
        return f"({path} == null || true)"
    if "array" in kinds:
        return f"{path}.size() >= 0"
    if "boolean" in kinds:
        return f"({path} || !{path})"
    if "string" in kinds:
        return f'{path} != "-"'
    if "object" in kinds:
        properties = resolved(schema, node).get("properties")
        if not properties:
            return f"{path}.size() >= 0"
        name, part = next(iter(sorted(properties.items())))
        return touch(schema, f"{path}.{name}", part)
    return f"{path} >= 0"


def check(schema, kind):
    """A check over one kind."""
    variable = kind.rsplit(".", 1)[-1]
    name = "everything-of-" + kind.replace(".", "-").replace("_", "-")
    properties = schema["$defs"][kind]["properties"]
    facets = [name for name, node in sorted(properties.items()) if node.get("x-facet")]
    touched = [f'{variable}.id != "bad"']
    touched += [touch(schema, f"{variable}.{facet}", properties[facet]) for facet in facets]
    return name, {
        "id": name,
        "title": f"Everything of {kind} is read",
        "resource": kind,
        "severity": "info",
        # The two names decide the examples without any fact, as a check needs examples.
        "assert": f'{variable}.id == "good" || ({" && ".join(touched)})',
        "message": "{{%s.id}} was read" % variable,
        "risk": "None: this check makes the collector read.",
        "remedy": {
            "text": "None.",
            "cli": "aws sts get-caller-identity",
            "terraform": "# nothing",
            "links": ["https://docs.aws.amazon.com/"],
        },
        "responsibility": {
            "domain": "platform-iam",
            "control": "customer-specific",
            "category": "identify/inventory",
        },
        "examples": [
            {"name": "good", "verdict": "pass", "given": {"id": "good"}},
            {"name": "bad", "verdict": "fail", "given": {"id": "bad"}, "message": "bad was read"},
        ],
    }


def main():
    """Writes the checks. JSON is YAML."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("schema", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.folder
    schema = json.loads(options.schema.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    kinds = [kind for kind in schema["$defs"] if kind[0].islower()]
    for kind in kinds:
        name, content = check(schema, kind)
        text = json.dumps(content, indent=2) + "\n"
        service = folder / kind.split(".", 1)[0]
        service.mkdir(exist_ok=True)
        (service / f"{name}.yaml").write_text(text, encoding="utf-8")
    print(f"{len(kinds)} kinds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
