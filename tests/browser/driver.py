"""Chromium by the WebDriver protocol, with nothing but Python's standard library."""

import base64
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Escape": "\ue00c", "Enter": "\ue007", "Tab": "\ue004", "ArrowRight": "\ue014"}


class Browser:
    """One window of a headless Chromium, with its driver; closed at the end of a `with`."""

    def __init__(self, width=1440, height=900):
        driver = shutil.which("chromedriver")
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        if not driver or not chromium:
            raise SystemExit("no chromium or chromedriver: run scripts/setup-standins.sh")
        self.driver = subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        port = None
        for line in self.driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                port = found.group(1)
                break
        if port is None:
            raise SystemExit("chromedriver did not start")
        self.base = f"http://127.0.0.1:{port}"
        # The page is a file of this machine: no sandbox is needed, and root has none.
        arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--window-size={width},{height}",
        ]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": chromium, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        try:
            session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self.driver.kill()
            raise
        self.base += f"/session/{session['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.ask("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(20)

    def ask(self, method, path, body=None):
        """One command; gives its value."""
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=600) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise AssertionError(f"{method} {path}: {value['error']}: {value['message']}") from None

    def open(self, address):
        self.ask("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """Runs a script in the page: the body of a function, with its arguments."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def later(self, script, *arguments):
        """Runs a script that calls its last argument when it is done."""
        return self.ask("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def find(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        # The page scrolls smoothly: who clicks waits until it stands still.
        self.later(
            """
            const [css, done] = arguments;
            const element = document.querySelector(css);
            element.scrollIntoView({block: 'center', behavior: 'instant'});
            let last, still = 0;
            const look = () => {
                const top = element.getBoundingClientRect().top;
                still = top === last ? still + 1 : 0;
                last = top;
                still > 5 ? done() : requestAnimationFrame(look);
            };
            look();
            """,
            css,
        )
        self.ask("POST", f"/element/{self.find(css)}/click")

    def type(self, css, text):
        self.ask("POST", f"/element/{self.find(css)}/value", {"text": text})

    def key(self, name):
        """Presses and lets go of a key, wherever the focus is."""
        value = KEYS.get(name, name)
        actions = [{"type": kind, "value": value} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self.ask("POST", "/actions", {"actions": [keyboard]})

    def cdp(self, command, **parameters):
        """A command of the DevTools protocol."""
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self, kind):
        """What was logged since the last time, `browser` or `performance`."""
        return self.ask("POST", "/se/log", {"type": kind})

    def size(self, width, height, scale=1):
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    def dark(self, dark):
        value = "dark" if dark else "light"
        feature = {"name": "prefers-color-scheme", "value": value}
        self.cdp("Emulation.setEmulatedMedia", features=[feature])

    def screenshot(self, whole=False):
        reply = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(reply["data"])

    def pdf(self):
        """The page as it is printed. WebDriver's own command gives up after ten seconds."""
        stream = self.cdp(
            "Page.printToPDF",
            preferCSSPageSize=True,
            printBackground=True,
            transferMode="ReturnAsStream",
        )["stream"]
        parts = []
        while True:
            part = self.cdp("IO.read", handle=stream, size=1 << 20)
            data = part["data"]
            parts.append(base64.b64decode(data) if part["base64Encoded"] else data.encode())
            if part["eof"]:
                self.cdp("IO.close", handle=stream)
                return b"".join(parts)
