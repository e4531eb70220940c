"""Reads an HTML report as people do: in Chromium, filtering, sorting, opening, printing.

    report.py PAGE JSON     the page against the JSON report of the same run
    report.py --large PAGE  a page of many findings: it opens and filters; how fast, is printed

Ends with 1 and says why, if anything is not as it should be.
"""

import json
import pathlib
import re
import sys
import time

from driver import Browser

WIDTHS = (1440, 768, 390)


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def rows(browser):
    """The ids of the findings that the list shows, in order."""
    return browser.run(
        "return [...document.querySelectorAll('#list a.say')].map((a) => a.hash.slice(3))"
    )


def told(browser):
    """How many findings fit the filters, as the page says."""
    text = browser.run("return document.getElementById('told').textContent")
    return int(text.split(" ")[0].replace(",", ""))


def address(browser):
    return browser.run("return location.hash")


def settle(browser):
    browser.later("requestAnimationFrame(() => setTimeout(arguments[0], 150))")


def go(browser, page, hash=""):
    """Opens the page anew: a change of the part behind `#` alone would not load it."""
    browser.open("about:blank")
    browser.open(page + hash)
    settle(browser)


def quiet(browser, page):
    """Nothing was asked of any network, and nothing complained."""
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] != "Network.requestWillBeSent":
            continue
        asked = message["params"]["request"]["url"]
        check(asked.split("#")[0] in (page, "about:blank"), f"the page asked for {asked[:200]}")
    complaints = [entry["message"] for entry in browser.log("browser")]
    check(not complaints, f"the console complains: {complaints}")


def filters(browser, page, results):
    failed = {r["id"] for r in results if r["verdict"] == "fail"}
    go(browser, page)
    check(told(browser) == len(failed), "the list does not open with the failures")
    go(browser, page, "#findings?v=*")
    check(told(browser) == len(results), "not every finding is in the page")

    go(browser, page, "#findings?g=none")
    severity = next(r["severity"] for r in results if r["verdict"] == "fail")
    browser.run(f"document.querySelector('#s input[value={severity}]').click()")
    expected = {r["id"] for r in results if r["verdict"] == "fail" and r["severity"] == severity}
    check(told(browser) == len(expected), f"severity {severity}: {told(browser)}")
    check(set(rows(browser)) <= expected, "a finding of another severity is shown")
    check(f"s={severity}" in address(browser), "the address does not keep the filter")
    kept = address(browser)
    go(browser, page, kept)
    check(told(browser) == len(expected), "the address does not bring the filter back")

    browser.click("#clear")
    check(told(browser) == len(failed), "the filters were not cleared")
    for select, of in (("svc", lambda r: r["kind"].split(".")[0]), ("r", lambda r: r["region"])):
        value = of(next(r for r in results if r["verdict"] == "fail"))
        browser.run(
            "const box = document.getElementById(arguments[0]); box.value = arguments[1];"
            "box.dispatchEvent(new Event('change', {bubbles: true}))",
            select,
            value,
        )
        expected = [r for r in results if r["verdict"] == "fail" and of(r) == value]
        check(told(browser) == len(expected), f"{select} {value}: {told(browser)}")
        browser.click("#clear")

    wanted = next(r for r in results if r["verdict"] == "fail" and r["resource_id"])
    browser.key("/")
    focused = browser.run("return document.activeElement.id")
    check(focused == "q", f"`/` leads to {focused!r}")
    browser.type("#q", wanted["resource_id"])
    settle(browser)
    shown = told(browser)
    check(0 < shown <= len(failed), f"the text finds {shown}")
    check(wanted["id"] in rows(browser), "the text does not find the resource")
    browser.type("#q", " surely-not-in-any-finding")
    settle(browser)
    check(told(browser) == 0, "what is nowhere was found")


def sorts(browser, page, results):
    go(browser, page, "#findings?g=none")
    by_id = {r["id"]: r for r in results}
    ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3, "info": 4}
    order = [ranks[by_id[id]["severity"]] for id in rows(browser)]
    check(order and order == sorted(order), "the worst does not stand first")
    head = "#list th[data-sort={}]"
    browser.click(head.format("severity") + " button")
    order = [ranks[by_id[id]["severity"]] for id in rows(browser)]
    check(order == sorted(order, reverse=True), "a second press does not turn the order")
    said = browser.run("return document.querySelector(arguments[0]).ariaSort", head.format("severity"))
    check(said == "descending", f"aria-sort is {said}")
    browser.click(head.format("region") + " button")
    order = [by_id[id]["region"] for id in rows(browser)]
    check(order == sorted(order), "Regions are not in order")
    said = browser.run("return document.querySelector(arguments[0]).ariaSort", head.format("severity"))
    check(said is None, "two columns say that they are sorted")
    for group in ("check", "resource", "svc", "r", "a", "change"):
        go(browser, page, f"#findings?g={group}")
        browser.run("const m = document.getElementById('more'); while (!m.hidden) m.click()")
        count = browser.run(
            "return [...document.querySelectorAll('#list .group .count')].reduce((n, c) => n + Number(c.textContent.replace(',', '')), 0)"
        )
        check(count == told(browser), f"the groups by {group} hold {count}")


def opens(browser, page, results):
    wanted = next(r for r in results if r["verdict"] == "fail")
    go(browser, page, f"#f={wanted['id']}")
    state = "const d = document.getElementById('detail'); return d.open ? d.textContent : null"
    text = browser.run(state)
    check(text, "the address of a finding does not open it")
    for part in (wanted["id"], wanted["arn"] or "", wanted["message"], wanted["check"]):
        check(part in text, f"the finding does not tell {part!r}")
    browser.key("Escape")
    settle(browser)
    check(browser.run(state) is None, "Escape does not close the finding")

    go(browser, page, "#findings?g=none")
    first, second = rows(browser)[:2]
    browser.run("document.querySelector('a.say').focus()")
    browser.key("Enter")
    settle(browser)
    check(address(browser) == f"#f={first}", "the address does not name the open finding")
    browser.key("ArrowRight")
    check(address(browser) == f"#f={second}", "the arrow does not lead to the next finding")
    check(second in browser.run(state), "the next finding is not shown")
    browser.run("history.back()")
    settle(browser)
    check(browser.run(state) is None, "back does not close the finding")

    control = browser.run(
        "const d = [...document.querySelectorAll('.control')].find((d) => d.querySelector('.ids'));"
        "return `${d.closest('.standard').dataset.of}:${d.dataset.control}`"
    )
    go(browser, page, f"#control={control}")
    evidence = browser.run("return document.querySelectorAll('.control[open] .evidence > li').length")
    check(evidence > 0, f"control {control} shows no evidence")


def prints(browser, page, results):
    go(browser, page)
    browser.run(
        "addEventListener('beforeprint', () => { window.paper = {"
        "rows: document.querySelectorAll('#list .finding').length,"
        "closed: document.querySelectorAll('main details:not([open])').length} })"
    )
    before = len(rows(browser))
    pdf = browser.pdf()
    check(pdf.startswith(b"%PDF"), "no PDF")
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
    check(pages > 3, f"{pages} pages")
    paper = browser.run("return window.paper")
    failed = sum(r["verdict"] == "fail" for r in results)
    check(paper["rows"] == failed, f"{paper['rows']} of {failed} failures are printed")
    check(paper["closed"] == 0, f"{paper['closed']} parts stay closed on paper")
    settle(browser)
    check(len(rows(browser)) == before, "the list is not as it was before it was printed")
    return pages


def looks(browser, page):
    """Nothing sticks out at any width; light and dark differ; every part has a name."""
    for width in WIDTHS:
        browser.size(width, 900)
        go(browser, page)
        wide = browser.run("return document.scrollingElement.scrollWidth")
        check(wide <= width, f"at a width of {width} the page is {wide} wide")
    browser.size(1440, 900)
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.dark(True)
    dark = browser.run(ground)
    browser.dark(False)
    light = browser.run(ground)
    check(dark != light, "dark is as light")
    browser.click("#theme")
    check(browser.run(ground) == dark, "the button does not make it dark")
    browser.click("#theme")
    nameless = browser.run(
        "return [...document.querySelectorAll('button, select, input, a, [role=img], section')]"
        ".filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length || e.getAttribute('aria-labelledby')))"
        ".map((e) => e.outerHTML.slice(0, 100))"
    )
    check(not nameless, f"without a name: {nameless}")


def without_script(browser, page, results):
    """The tree that a screen reader gets, without scripts, tells every failure."""
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    browser.open("about:blank")
    browser.open(page)
    nodes = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    browser.cdp("Emulation.setScriptExecutionDisabled", value=False)
    words = " ".join(str(node.get("name", {}).get("value", "")) for node in nodes)
    words = " ".join(words.split())
    for result in results:
        if result["verdict"] == "fail":
            message = " ".join(result["message"].split())
            check(message in words, f"without scripts this is not told: {message}")
    for title in ("Mend these first", "Frameworks", "Gaps", "Inherited from AWS"):
        check(title in words, f"without scripts there is no `{title}`")


def large(page):
    path = pathlib.Path(page).resolve()
    with Browser() as browser:
        start = time.monotonic()
        browser.open(path.as_uri())
        browser.run("return document.getElementById('told').textContent")
        load = time.monotonic() - start
        ready = browser.run(
            "return Math.round(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd)"
        )
        all_of_them = browser.run("return JSON.parse(document.getElementById('data').textContent).findings.length")
        # Until the browser has drawn what the filter leaves.
        timed = (
            "const done = arguments[arguments.length - 1]; const start = performance.now();"
            "location.hash = arguments[0];"
            "addEventListener('hashchange', () => requestAnimationFrame(() => setTimeout("
            "() => done(Math.round(performance.now() - start)))), {once: true})"
        )
        times = {}
        for name, hash in (
            ("all", "#findings?v=*"),
            ("flat", "#findings?v=*&g=none"),
            ("by resource", "#findings?v=*&g=resource"),
            ("severity", "#findings?v=*&s=critical"),
            ("first text", "#findings?v=*&q=bucket"),
            ("second text", "#findings?v=*&q=logging"),
            ("sorted by resource", "#findings?v=*&g=none&sort=resource"),
        ):
            times[name] = browser.later(timed, hash)
        browser.open("about:blank")
        browser.open(path.as_uri() + "#findings?v=*")
        check(told(browser) == all_of_them, "not every finding is in the list")
        browser.open("about:blank")
        browser.open(path.as_uri())
        failed = told(browser)
        # What would be printed, without breaking it into pages, which takes a browser long.
        browser.run("dispatchEvent(new Event('beforeprint'))")
        paper = browser.run(
            "return [document.querySelectorAll('#list .finding').length,"
            "document.getElementById('cut').textContent.includes('more fit these filters')]"
        )
        browser.run("dispatchEvent(new Event('afterprint'))")
        check(0 < paper[0] <= 2000, f"{paper[0]} findings go to paper")
        check(paper[1] == (paper[0] < failed), "paper does not say what it leaves out")
        quiet(browser, path.as_uri())
    size = path.stat().st_size
    print(f"{all_of_them} findings, {size} bytes, {size / all_of_them:.0f} a finding")
    print(f"open: {load:.2f} s, parsed and drawn after {ready} ms")
    print("filters, in ms:", ", ".join(f"{name} {ms}" for name, ms in times.items()))


def small(page, document):
    page = pathlib.Path(page).resolve().as_uri()
    results = json.loads(pathlib.Path(document).read_text())["results"]
    with Browser() as browser:
        filters(browser, page, results)
        sorts(browser, page, results)
        opens(browser, page, results)
        looks(browser, page)
        pages = prints(browser, page, results)
        without_script(browser, page, results)
        quiet(browser, page)
    print(f"{len(results)} findings, {pages} printed pages, 0 problems")


if __name__ == "__main__":
    try:
        large(sys.argv[2]) if sys.argv[1] == "--large" else small(*sys.argv[1:3])
    except AssertionError as problem:
        sys.exit(f"{problem}")
