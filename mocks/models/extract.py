#!/usr/bin/env python3
"""Extracts from botocore's data what the emulator needs of AWS's service models.

For the operations in `operations.txt`, writes one `services/<service>.json` each: the service's protocols and names, each operation's request line, shapes, errors and paginator, and
the shapes reachable from them, with the traits that decide how they look on the wire. The
output depends on botocore's version and on `operations.txt` only.

    python -m venv VENV && VENV/bin/pip install botocore
    VENV/bin/python mocks/models/extract.py          # writes the files
    VENV/bin/python mocks/models/extract.py --check  # fails if they are not up to date
"""

import json
import pathlib
import sys

import botocore
import botocore.loaders

HERE = pathlib.Path(__file__).resolve().parent

METADATA = [
    "apiVersion", "endpointPrefix", "jsonVersion", "serviceId", "signingName", "targetPrefix",
    "xmlNamespace",
]
SHAPE_TRAITS = [
    "document", "flattened", "locationName", "max", "min", "payload", "required", "streaming",
    "timestampFormat", "wrapper", "xmlNamespace",
]
MEMBER_TRAITS = [
    "flattened", "location", "locationName", "queryName", "streaming", "timestampFormat",
    "xmlAttribute", "xmlNamespace", "jsonvalue",
]


def operations():
    """The wanted operations: service -> sorted names."""
    wanted = {}
    for number, line in enumerate((HERE / "operations.txt").read_text().splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        service, colon, name = line.partition(":")
        if not colon or not service or not name:
            sys.exit(f"operations.txt:{number}: not service:Operation: {line}")
        wanted.setdefault(service, set()).add(name)
    return {service: sorted(names) for service, names in sorted(wanted.items())}


def reference(ref):
    """A reference to a shape, with its traits: `{"shape": …, …}`."""
    kept = {"shape": ref["shape"]}
    kept.update({t: ref[t] for t in MEMBER_TRAITS if t in ref})
    return kept


def shape(model, name):
    """One shape without its documentation."""
    full = model["shapes"][name]
    kept = {"type": full["type"]}
    kept.update({t: full[t] for t in SHAPE_TRAITS if t in full})
    if kept["type"] not in ("integer", "long", "float", "double", "list"):
        # Lengths of strings and such are no concern of the wire.
        kept.pop("min", None)
        kept.pop("max", None)
    if full["type"] == "structure":
        kept["members"] = {m: reference(ref) for m, ref in full["members"].items()}
        if full.get("exception") or "error" in full:
            error = full.get("error", {})
            kept["error"] = {k: error[k] for k in ("code", "httpStatusCode", "senderFault") if k in error}
    elif full["type"] == "list":
        kept["member"] = reference(full["member"])
    elif full["type"] == "map":
        kept["key"] = reference(full["key"])
        kept["value"] = reference(full["value"])
    return kept


def reachable(model, roots):
    """All shapes that the roots lead to, by name."""
    found, queue = {}, list(roots)
    while queue:
        name = queue.pop()
        if name in found:
            continue
        found[name] = shape(model, name)
        refs = list(found[name].get("members", {}).values())
        refs += [found[name][k] for k in ("member", "key", "value") if k in found[name]]
        queue += [ref["shape"] for ref in refs]
    return found


def as_list(value):
    return value if isinstance(value, list) else [value]


def paginator(entry):
    """A paginator, every key a list where it may be one."""
    page = {
        "input": as_list(entry["input_token"]),
        "output": as_list(entry["output_token"]),
        "result": as_list(entry["result_key"]),
    }
    if "limit_key" in entry:
        page["limit"] = entry["limit_key"]
    if "more_results" in entry:
        page["more"] = entry["more_results"]
    return page


def operation(full, pages):
    """One operation: request line, shapes, errors, paginator."""
    http = {"method": full["http"]["method"], "uri": full["http"]["requestUri"]}
    if full["http"].get("responseCode", 200) != 200:
        http["status"] = full["http"]["responseCode"]
    kept = {"http": http}
    if "input" in full:
        kept["input"] = reference(full["input"])
    if "output" in full:
        kept["output"] = reference(full["output"])
        if "resultWrapper" in full["output"]:
            kept["wrapper"] = full["output"]["resultWrapper"]
    if full.get("errors"):
        kept["errors"] = sorted(e["shape"] for e in full["errors"])
    if full["name"] in pages:
        kept["page"] = paginator(pages[full["name"]])
    return kept


def service(loader, name, wanted):
    """The whole file of one service."""
    model = loader.load_service_model(name, "service-2")
    try:
        pages = loader.load_service_model(name, "paginators-1")["pagination"]
    except (botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError):
        pages = {}
    unknown = [o for o in wanted if o not in model["operations"]]
    if unknown:
        sys.exit(f"{name} has no operation {', '.join(unknown)}")
    metadata = model["metadata"]
    kept = {"botocore": botocore.__version__, "service": name}
    kept.update({k: metadata[k] for k in METADATA if k in metadata})
    kept["protocols"] = metadata.get("protocols", [metadata["protocol"]])
    if "awsQueryCompatible" in metadata:
        kept["queryCompatible"] = True
    kept["operations"] = {o: operation(model["operations"][o], pages) for o in wanted}
    roots = []
    for op in kept["operations"].values():
        roots += [op[k]["shape"] for k in ("input", "output") if k in op] + op.get("errors", [])
    kept["shapes"] = reachable(model, roots)
    return kept


def write(kept):
    """One shape and one operation a line: small, and its changes can be read."""
    out = ["{"]
    blocks = ("operations", "shapes")
    for key in sorted(k for k in kept if k not in blocks):
        out.append(f"{json.dumps(key)}:{json.dumps(kept[key], sort_keys=True, separators=(',', ':'))},")
    for block in blocks:
        out.append(f"{json.dumps(block)}:{{")
        rows = [
            f"{json.dumps(k)}:{json.dumps(v, sort_keys=True, separators=(',', ':'))}"
            for k, v in sorted(kept[block].items())
        ]
        out.append(",\n".join(rows))
        out.append("}" if block == blocks[-1] else "},")
    out.append("}")
    return "\n".join(out) + "\n"


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__)
    loader = botocore.loaders.Loader()
    stale = []
    wanted = operations()
    for name, names in wanted.items():
        text = write(service(loader, name, names))
        path = HERE / "services" / f"{name}.json"
        if check:
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    gone = [p.name for p in (HERE / "services").glob("*.json") if p.stem not in wanted]
    if check and (stale or gone):
        sys.exit(f"not up to date with botocore {botocore.__version__}: {', '.join(stale + gone)}")
    for name in [] if check else gone:
        (HERE / "services" / name).unlink()


if __name__ == "__main__":
    main()
