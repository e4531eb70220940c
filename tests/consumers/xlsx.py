"""Reads the workbook for auditors with openpyxl, and says what is wrong with it.

    xlsx.py FOLDER STEM

FOLDER holds STEM.json (the assessment, which tells what there must be), STEM.ndjson and STEM.xlsx
of one run. Samples are drawn again by the method that the workbook states. Prints one line for
each problem and ends with 1 if there is any.
"""

import collections
import hashlib
import json
import pathlib
import sys
import warnings

import openpyxl

HEADER = 3
LONGEST = 32_767
LONGEST_NAME = 31
SIZE = 25
IN_SCOPE = ("fail", "not_assessed", "excepted", "pass")
COUNTS = {
    "fail": "Failed",
    "not_assessed": "Not assessed",
    "excepted": "Accepted risk",
    "pass": "Passed",
    "inherited": "Inherited",
    "not_applicable": "Not appl.",
}


def sha256(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


class Book:
    """The tables of a workbook, each as a list of rows by the titles of their columns."""

    def __init__(self, path, problem):
        warnings.simplefilter("error")  # openpyxl warns of what it cannot make sense of
        workbook = openpyxl.load_workbook(path)
        self.names = workbook.sheetnames
        self.tables = {}
        self.properties = workbook.properties
        lower = {name.lower() for name in self.names}
        if len(lower) != len(self.names) or max(map(len, self.names)) > LONGEST_NAME:
            problem(f"names of sheets: {self.names}")
        for sheet in workbook:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        problem(f"{sheet.title}!{cell.coordinate}: a formula")
                    if isinstance(cell.value, str) and len(cell.value) > LONGEST:
                        problem(f"{sheet.title}!{cell.coordinate}: {len(cell.value)} characters")
                    if cell.hyperlink and (cell.hyperlink.target or not cell.hyperlink.location):
                        problem(f"{sheet.title}!{cell.coordinate}: a link outward")
            if sheet.title == "Summary":
                self.summary = [[cell.value for cell in row] for row in sheet.iter_rows()]
                continue
            if sheet.freeze_panes is None or sheet.freeze_panes[-1] != str(HEADER + 1):
                problem(f"{sheet.title}: the header does not stay: {sheet.freeze_panes}")
            if not sheet.auto_filter.ref:
                problem(f"{sheet.title}: no filter")
            if sheet.page_setup.orientation != "landscape" or not sheet.print_title_rows:
                problem(f"{sheet.title}: not set up for print")
            rows = list(sheet.iter_rows(min_row=HEADER, values_only=True))
            titles = rows[0]
            if None in titles or len(set(titles)) != len(titles):
                problem(f"{sheet.title}: header {titles}")
            self.tables[sheet.title] = [dict(zip(titles, row)) for row in rows[1:]]

    def table(self, name):
        """A table with all sheets that it goes on in."""
        rows, number = list(self.tables.get(name, [])), 2
        while (more := f"{name} {number}") in self.tables:
            rows += self.tables[more]
            number += 1
        return rows


def check_findings(book, document, problem):
    results = {result["id"]: result for result in document["results"]}
    rows = book.table("Findings")
    found = collections.Counter(row["Finding"] for row in rows)
    expected = collections.Counter(results.keys())
    for id in (expected - found) | (found - expected):
        problem(f"finding {id}: {found[id]} times, expected {expected[id]}")
    for row in rows:
        result = results.get(row["Finding"])
        if result is None:
            continue
        for title, key in (
            ("Check", "check"),
            ("Account", "account"),
            ("Region", "region"),
            ("Kind", "kind"),
            ("Severity", "severity"),
            ("Owner", "owner"),
            ("ARN", "arn"),
            ("Resource", "resource_id"),
        ):
            if row[title] != result[key]:
                problem(f"{result['id']}: {title} is {row[title]!r}, not {result[key]!r}")
        if row["Verdict"] != result["verdict"].replace("_", " "):
            problem(f"{result['id']}: {row['Verdict']}, verdict {result['verdict']}")
        if not row["What was seen"] or not row["Read by"]:
            problem(f"{result['id']}: no evidence")
        if bool(row["Missing"]) != bool(result["gaps"]):
            problem(f"{result['id']}: missing {row['Missing']!r}, gaps {result['gaps']}")


def check_framework(book, document, framework, sheets, problem):
    """One framework's sheet, its populations and its part of the sample."""
    results = document["results"]
    answers = collections.defaultdict(set)
    for check in document["checks"]:
        for control in check["controls"].get(framework, []):
            answers[control].add(check["id"])
    expected = {
        control: {r["id"]: r for r in results if r["check"] in checks}
        for control, checks in answers.items()
    }
    found = collections.defaultdict(list)
    for row in book.table(sheets[1]):
        found[row["Control"]].append(row)
    for control in found.keys() - expected.keys():
        problem(f"{framework} {control}: a population that JSON does not know")
    controls = {row["Control"]: row for row in book.table(sheets[0])}
    samples = collections.defaultdict(list)
    for row in book.table("Sample"):
        if row["Framework"] == framework:
            samples[row["Control"]].append(row)
    hash = hashlib.sha256()
    for control, row in controls.items():
        population = expected.get(control)
        if population is None:
            if row["Status"] not in ("manual", "inherited", "not covered", "not run"):
                problem(f"{framework} {control}: {row['Status']} without a check")
            if row["Status"] != "not run" and not row["Evidence beyond the checks"]:
                problem(f"{framework} {control}: {row['Status']}, and nothing to ask for")
            continue
        rows = found[control]
        for line in rows:
            verdict = line["Verdict"].replace(" ", "_")
            hash.update(f"{control}\t{line['Finding']}\t{verdict}\n".encode())
            if not line["Evidence: what was seen"] or not line["Read by"]:
                problem(f"{framework} {control} {line['Finding']}: no evidence")
        told = [(line["Finding"], line["Verdict"].replace(" ", "_")) for line in rows]
        if sorted(told) != sorted((id, result["verdict"]) for id, result in population.items()):
            problem(f"{framework} {control}: the population is not what JSON says")
        if [line["No."] for line in rows] != list(range(1, len(rows) + 1)):
            problem(f"{framework} {control}: rows are not numbered")
        counts = collections.Counter(result["verdict"] for result in population.values())
        for verdict, title in COUNTS.items():
            if row[title] != counts[verdict]:
                problem(f"{framework} {control}: {title} {row[title]}, expected {counts[verdict]}")
        scope = [id for id, result in population.items() if result["verdict"] in IN_SCOPE]
        if (row["Population"], row["In scope"]) != (len(population), len(scope)):
            problem(f"{framework} {control}: {row['Population']} and {row['In scope']} rows")
        unread = any(result["arn"] is None for result in population.values())
        if row["Complete"] != ("no" if unread else "yes"):
            problem(f"{framework} {control}: complete {row['Complete']}, unread lists: {unread}")
        if not row["Completeness of the population"]:
            problem(f"{framework} {control}: no statement of completeness")
        run = document["run"]
        seed = sha256("\n".join((run["catalog"], run["account"], framework, control)))
        drawn = sorted((sha256(f"{seed}:{id}"), id) for id in scope)[:SIZE]
        told = [(line["Key"], line["Finding"]) for line in samples[control]]
        if told != drawn or any(line["Seed"] != seed for line in samples[control]):
            problem(f"{framework} {control}: drawn again, the sample is another")
        marked = {line["Finding"]: line["Sample"] for line in rows if line["Sample"]}
        if marked != {id: number for number, (_, id) in enumerate(drawn, 1)}:
            problem(f"{framework} {control}: rows of the sample are not marked")
    for control in answers.keys() - controls.keys():
        problem(f"{framework} {control}: not in its sheet")
    return hash.hexdigest()


def sheet_of(book, framework, suffix):
    """The sheet of a framework, whose name is cut where Excel would not take it."""
    name = framework[: LONGEST_NAME - len(suffix)] + suffix
    return name if name in book.names else None


def check(folder, stem, problem):
    text = (folder / f"{stem}.json").read_bytes()
    document = json.loads(text)
    book = Book(folder / f"{stem}.xlsx", problem)
    check_findings(book, document, problem)
    hashes = {row["Of what"]: row["SHA-256"] for row in book.table("Hashes")}
    for what, expected in (
        ("The catalogue of checks", document["run"]["catalog"]),
        ("The assessment, -o json", sha256(text)),
        ("The results, -o ndjson", sha256((folder / f"{stem}.ndjson").read_bytes())),
    ):
        if hashes.get(what) != expected:
            problem(f"hash of {what}: {hashes.get(what)}, expected {expected}")
    frameworks = sorted({name for check in document["checks"] for name in check["controls"]})
    for framework in frameworks:
        sheets = [sheet_of(book, framework, suffix) for suffix in ("", " evidence")]
        if None in sheets:
            problem(f"{framework}: no sheet")
            continue
        hash = check_framework(book, document, framework, sheets, problem)
        if hashes.get(f"The populations of {framework}") != hash:
            problem(f"{framework}: the hash of its populations is not what its evidence gives")
    for name, expected in (
        ("Gaps", len(document["gaps"])),
        ("Checks", len(document["checks"])),
        ("Exceptions", len(document["exceptions"])),
        ("Calls", len(document["ledger"])),
    ):
        if len(book.table(name)) != expected:
            problem(f"{name}: {len(book.table(name))} rows, expected {expected}")
    hangs = collections.Counter(gap for result in document["results"] for gap in result["gaps"])
    for row in book.table("Gaps"):
        if row["Findings that hang on it"] != hangs[row["Gap"]]:
            problem(f"gap {row['Gap']}: {row['Findings that hang on it']} findings")
    values = [value for row in book.summary for value in row]
    for expected in (document["run"]["account"], document["run"]["caller"]):
        if expected not in values:
            problem(f"Summary: no {expected}")
    told = {row[0]: row[1] for row in book.summary if row[0] and isinstance(row[1], (int, float))}
    for verdict, count in document["counts"].items():
        if told.get(verdict.replace("_", " ")) != count:
            problem(f"Summary: {told.get(verdict.replace('_', ' '))} {verdict}, expected {count}")
    for name in book.tables:
        if told.get(name) != len(book.tables[name]):
            problem(f"Summary: {told.get(name)} rows of {name}, there are {len(book.tables[name])}")
    started = document["run"]["started"][:19]
    if book.properties.created.strftime("%Y-%m-%dT%H:%M:%S") != started:
        problem(f"created {book.properties.created}, not {started}")
    return len(document["results"]), len(frameworks)


def main():
    problems = []
    folder, stem = pathlib.Path(sys.argv[1]), sys.argv[2]
    findings, frameworks = check(folder, stem, lambda text: problems.append(f"xlsx: {text}"))
    for problem in problems[:50]:
        print(problem)
    if len(problems) > 50:
        print(f"and {len(problems) - 50} more")
    print(f"{findings} findings, {frameworks} frameworks, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
