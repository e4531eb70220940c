"""Runs the state machines of the templates in moto's interpreter, with a stand-in for the function.

What moto's interpreter does not show: retries of Lambda's own errors (they wait for seconds), the
limits of payloads, permissions, and how AWS itself counts tolerated failures (see moto_here.py).
"""

import io
import json
import sys
import zipfile

import templates
from moto_here import CAUSE, EXCEEDED, Function, Moto, Refused

BUCKET, PREFIX = "reports", "waterline"
problems = []


def named(error):
    """An error without its cause."""
    return (error or "").partition(":")[0]


def expect(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found!r}, expected {wanted!r}")


def prepared(moto, template):
    """A template's state machine, with the function that it calls."""
    moto.reset()
    moto.client("s3").create_bucket(Bucket=BUCKET)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = moto.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bootstrap", "stands for the function")
    function = moto.client("lambda").create_function(
        FunctionName="waterline", Runtime="provided.al2023", Handler="bootstrap", Role=role,
        Code={"ZipFile": packed.getvalue()})["FunctionArn"]
    (properties,) = templates.machines(templates.load(template)).values()
    values = {"Function": function, "Bucket": BUCKET, "Prefix": PREFIX,
              "Invoke": "arn:aws:states:::lambda:invoke", "GetObject": "arn:aws:states:::s3:getObject",
              "PutObject": "arn:aws:states:::s3:putObject"}
    expect("substitutions", set(properties["DefinitionSubstitutions"]) - set(values), set())
    definition = templates.substituted(properties["Definition"], values)
    return moto.client("stepfunctions").create_state_machine(
        name="waterline", definition=json.dumps(definition), roleArn=role)["stateMachineArn"]


def answering(rounds):
    """A function that asks to be called again until it was called so often, for each account."""

    def answer(event):
        told = event.get("account", {}).get("role_arn", "own")
        if event.get("refuse") or told in event.get("refused", []):
            raise Refused("no")
        done = event.get("continue", 0) + 1
        if done < rounds(told):
            checkpoint = {**event, "continue": done}
            return {"status": "continue", "run": event["run"], "account": told, "event": checkpoint}
        return {"status": "done", "run": event["run"], "account": told, "score": [70, 80]}

    return answer


def one_account(moto):
    machine = prepared(moto, templates.ACCOUNT)
    event = {"action": "audit", "regions": ["eu-west-1"]}
    given = {"event": event}

    function = Function(answering(lambda _: 1))
    status, output, _ = moto.run(machine, "at-once", given)
    expect("at once", (status, (output or {}).get("status")), ("SUCCEEDED", "done"))
    expect("at once: events", function.events, [{**event, "run": "at-once"}])

    function = Function(answering(lambda _: 1))
    status, _, _ = moto.run(machine, "by-hand", {})
    expect("by hand", (status, function.events), ("SUCCEEDED", [{"run": "by-hand"}]))

    function = Function(answering(lambda _: 3))
    status, output, _ = moto.run(machine, "in-parts", given)
    expect("in parts", (status, (output or {}).get("score")), ("SUCCEEDED", [70, 80]))
    first = {**event, "run": "in-parts"}
    wanted = [first, {**first, "continue": 1}, {**first, "continue": 2}]
    expect("in parts: each event is the last answer's", function.events, wanted)

    function = Function(answering(lambda _: 1000))
    status, _, error = moto.run(machine, "for-ever", given)
    expect("for ever", (status, named(error), len(function.events)), ("FAILED", "Waterline.NotDone", 24))

    function = Function(answering(lambda _: 1))
    status, _, error = moto.run(machine, "refused", {"event": {**event, "refuse": True}})
    expect("an error", (status, named(error), len(function.events)), ("FAILED", "Waterline.Refused", 1))

    Function(lambda _: {"status": "perhaps"})
    status, _, error = moto.run(machine, "unknown", given)
    expect("another answer", (status, named(error)), ("FAILED", "Waterline.NotDone"))


def organization(moto):
    machine = prepared(moto, templates.ORGANIZATION)
    accounts = [{"id": f"{number:012}", "name": f"account {number}", "external_id": "shared-secret",
                 "role_arn": f"arn:aws:iam::{number:012}:role/waterline-read"} for number in range(1, 5)]
    roles = [account["role_arn"] for account in accounts]
    given = {"max_concurrency": 20, "tolerated_failure_percentage": 25,
             "organization": {"role_name": "waterline-read"},
             "event": {"action": "audit", "deliver": {"security_hub": False}}}

    def function(rounds, listed=accounts):
        audits = answering(rounds)

        def answer(event):
            if event["action"] == "accounts":
                moto.client("s3").put_object(
                    Bucket=BUCKET, Key=f"{PREFIX}/runs/{event['run']}/accounts.json", Body=json.dumps(listed))
                return {"status": "done", "run": event["run"]}
            if event["action"] == "join":
                return {"status": "done", "run": event["run"], "account": "organization"}
            return audits(event)

        return Function(answer)

    def run(name, rounds, refused=(), listed=accounts):
        called = function(rounds, listed)
        status, output, error = moto.run(machine, name, {**given, "event": {**given["event"], "refused": list(refused)}})
        actions = [event["action"] for event in called.events]
        expect(f"{name}: first and last", (actions[0], actions[-1]), ("accounts", "join"))
        expect(f"{name}: run", {event["run"] for event in called.events}, {name})
        told = sorted(event["account"]["role_arn"] for event in called.events if event["action"] == "audit")
        return status, (output or {}).get("account"), error, told, called.events

    ended = ("SUCCEEDED", "organization", None)
    *found, told, events = run("all-done", lambda _: 1)
    expect("all done", (tuple(found), told), (ended, roles))
    base = {**given["event"], "run": "all-done", "refused": []}
    expect("the first event", events[0], {**base, "action": "accounts", "organization": given["organization"]})
    audits = sorted((event for event in events[1:-1]), key=lambda event: event["account"]["role_arn"])
    wanted = [{**base, "account": {"role_arn": role, "external_id": "shared-secret"}} for role in roles]
    expect("the audits' events", audits, wanted)
    expect("the last event", events[-1], {**base, "action": "join"})

    *found, told, _ = run("one-in-parts", lambda role: 3 if role == roles[1] else 1)
    expect("one in parts", (tuple(found), told), (ended, sorted(roles + [roles[1]] * 2)))

    *found, told, _ = run("one-fails", lambda _: 1, refused=roles[:1])
    expect("one of four fails, and 25 % may", (tuple(found), told), (ended, roles))

    failed = ("FAILED", None, f"Waterline.AccountsNotRead: {EXCEEDED}: {CAUSE}")
    *found, told, _ = run("two-fail", lambda _: 1, refused=roles[:2])
    expect("two of four fail: the reports are joined, the run fails", (tuple(found), told), (failed, roles))
    *found, _, _ = run("all-fail", lambda _: 1, refused=roles)
    expect("all fail", tuple(found), failed)

    *found, told, _ = run("nobody", lambda _: 1, listed=[])
    expect("no account", (tuple(found), told), (ended, []))


def main():
    with Moto() as moto:
        one_account(moto)
        organization(moto)
    for problem in problems:
        print(problem)
    print(f"state machines: {len(problems)} problems")
    sys.exit(bool(problems))


main()
