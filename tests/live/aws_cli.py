"""The real `aws` command line, asked for JSON.

Starting it costs a second of work each time, and hundreds of commands are needed: so a few
processes stay, and each runs one command after the other through the command line's own entry
point. `Cli(..., start_each=True)` starts the program anew for every command instead.
"""

import contextlib
import io
import json
import os
import queue
import re
import shlex
import subprocess
import sys
import threading

CODE = re.compile(r"An error occurred \(([^)]*)\)")


class Refused(Exception):
    """A command that failed."""

    def __init__(self, command, code, message):
        super().__init__(f"aws {command}: {message}")
        self.command = command
        self.code = code
        self.message = message


class Cli:
    """Runs commands against an endpoint and remembers what they answered."""

    def __init__(self, endpoint, processes=4, start_each=False):
        self.endpoint = endpoint.rstrip("/")
        self.start_each = start_each
        self.idle = queue.Queue()
        self.workers = []
        self.answers = {}
        self.lock = threading.Lock()
        for _ in range(processes):
            self.idle.put(None)

    def close(self):
        """Ends the processes."""
        for worker in self.workers:
            worker.stdin.close()
            worker.wait()

    def read(self, region, command, **parts):
        """The answer of `aws <command>`; `{name}` in it stands for a part."""
        argv = shlex.split(command)
        for name, value in parts.items():
            argv = [word.replace(f"{{{name}}}", str(value)) for word in argv]
        key = (region, *argv)
        with self.lock:
            answer = self.answers.get(key)
            first = answer is None
            if first:
                answer = self.answers[key] = {"done": threading.Event()}
        if first:
            try:
                answer.update(self.run(region, argv))
                if answer["rc"] == 0:
                    answer["value"] = json.loads(answer["out"].strip() or "{}")
            finally:
                answer["done"].set()
        answer["done"].wait()
        if answer.get("rc", 1) != 0:
            message = answer.get("err", "no answer").strip()
            code = CODE.search(message)
            raise Refused(shlex.join(argv), code.group(1) if code else None, message)
        return answer["value"]

    def run(self, region, argv):
        """Runs one command in a process that has nothing to do."""
        full = [*argv, "--region", region, "--endpoint-url", self.endpoint, "--output", "json"]
        if self.start_each:
            done = subprocess.run(
                [os.path.join(os.path.dirname(sys.executable), "aws"), *full],
                capture_output=True,
                text=True,
                env={**os.environ, **environment(argv, self.endpoint)},
                check=False,
            )
            return {"rc": done.returncode, "out": done.stdout, "err": done.stderr}
        worker = self.idle.get()
        try:
            if worker is None:
                worker = self.start()
            request = {"argv": full, "env": environment(argv, self.endpoint)}
            worker.stdin.write(json.dumps(request) + "\n")
            worker.stdin.flush()
            return json.loads(worker.stdout.readline())
        finally:
            self.idle.put(worker)

    def start(self):
        """Starts a process."""
        worker = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with self.lock:
            self.workers.append(worker)
        return worker


def environment(argv, endpoint):
    """Credentials that no real account knows. S3 Control puts the account before the host,
    which no name server knows either: the endpoint is its own proxy then."""
    env = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
        "HTTP_PROXY": "",
        "http_proxy": "",
    }
    if argv[0] == "s3control":
        env.update(HTTP_PROXY=endpoint, http_proxy=endpoint)
    return env


def serve():
    """Answers commands, one a line, until there are no more."""
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    answers = sys.stdout
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.update(request["env"])
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = driver.main(request["argv"])
            except SystemExit as end:
                code = end.code or 0
            except Exception as error:  # A broken answer must not end the process.
                code = 255
                print(error, file=sys.stderr)
        answer = {"rc": code, "out": out.getvalue(), "err": err.getvalue()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
