#!/usr/bin/env python3
"""Lists the members of replies that may hold a secret, or what is about a person.

    members.py service:Operation...

By AWS's own service models, as botocore has them: every member of the output of these operations
that is marked sensitive, or whose name, or that of what it is in, sounds of a secret. Prints one
a line: `service:Operation path`, where `[]` stands for each item of a list. Members that only
page, and names and ARNs of secrets, are left out.
"""

import re
import sys

import botocore.session

SOUNDS = re.compile(
    r"user_?data|passw(or)?d$|passphrase|secret|private_?key|credential|environment|pre_?shared"
    r"|configurationvalues|certificate_?(body|chain)|customergatewayconfiguration|saml.*document"
    r"|auth_?token|access_?token|session_?token|plaintext|ciphertext|seed|qrcode",
    re.IGNORECASE,
)
NAMES = re.compile(r"(Arn|ARN|Arns|Id|Status|Type|Token|Marker)$|Enabled$|Provider$")
# The model names it for the API's sake; it is what the account is asked with, not what it holds.
TEXT = {"string", "blob"}


def walk(shape, path, sounds, inside, found):
    if shape is None or shape.name in inside:
        return
    inside = inside | {shape.name}
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            marked = bool(member.metadata.get("sensitive"))
            here = sounds or marked or bool(SOUNDS.search(name))
            place = f"{path}.{name}" if path else name
            if member.type_name in TEXT:
                if here and (marked or not NAMES.search(name)):
                    found.add(place)
            else:
                walk(member, place, here, inside, found)
    elif kind == "list":
        if shape.member.type_name in TEXT:
            if sounds:
                found.add(path + "[]")
        else:
            walk(shape.member, path + "[]", sounds, inside, found)
    elif kind == "map" and shape.value.type_name in TEXT and sounds:
        found.add(path + "{}")


def main():
    session = botocore.session.get_session()
    for name in sys.argv[1:]:
        service, operation = name.split(":")
        found = set()
        model = session.get_service_model(service).operation_model(operation)
        walk(model.output_shape, "", False, frozenset(), found)
        for path in sorted(found):
            print(name, path)


if __name__ == "__main__":
    main()
