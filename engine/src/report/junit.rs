//! JUnit XML: for CI systems. A suite is a check, a case is a resource.
//!
//! | verdict | element |
//! |---|---|
//! | fail | `failure`, with what was seen and how to mend it |
//! | not assessed | `error`, with what could not be read: never a pass, never only skipped |
//! | pass | none |
//! | not applicable, inherited | `skipped`, with the reason |
//! | excepted | `skipped`, with who accepted it, until when and why |

use super::Report;
use super::words::{Index, TOOL, accounted, gap_saying, legal, name, saying, sentence};
use crate::assess::{Accepted, Finding, Verdict};
use crate::catalog::Check;
use chrono::SecondsFormat;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::{ElementWriter, Writer};
use std::io::{self, Write};

pub(super) fn render(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    document(report, &mut Writer::new_with_indent(&mut *out, b' ', 1))?;
    out.write_all(b"\n")
}

type Out<'w> = Writer<&'w mut dyn Write>;

/// How many cases have which outcome.
#[derive(Clone, Copy, Default)]
struct Tally {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Tally {
    fn of(findings: &[Finding]) -> Tally {
        let mut tally = Tally::default();
        for finding in findings {
            tally.tests += 1;
            match finding.verdict {
                Verdict::Fail => tally.failures += 1,
                Verdict::NotAssessed => tally.errors += 1,
                Verdict::NotApplicable | Verdict::Inherited | Verdict::Excepted => {
                    tally.skipped += 1;
                }
                Verdict::Pass => {}
            }
        }
        tally
    }

    fn attributes(self) -> [(&'static str, String); 4] {
        [
            ("tests", self.tests.to_string()),
            ("failures", self.failures.to_string()),
            ("errors", self.errors.to_string()),
            ("skipped", self.skipped.to_string()),
        ]
    }
}

fn document(report: &Report<'_>, out: &mut Out<'_>) -> io::Result<()> {
    let index = Index::of(report);
    let findings = &report.assessment.findings;
    let time = report.header.started;
    // The schemas in use have a date and time without a zone here; it is UTC.
    let time = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let time = time.trim_end_matches('Z');
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut suites = vec![("name", format!("{TOOL} {}", report.header.account))];
    suites.extend(Tally::of(findings).attributes());
    nested(out, "testsuites", &suites, |out| {
        // Findings are sorted by check.
        for findings in findings.chunk_by(|a, b| a.check == b.check) {
            suite(out, findings, index.check(&findings[0]), time, &index)?;
        }
        Ok(())
    })
}

fn suite(
    out: &mut Out<'_>,
    findings: &[Finding],
    check: &Check,
    time: &str,
    index: &Index<'_>,
) -> io::Result<()> {
    let mut attributes = vec![("name", check.id.clone())];
    attributes.extend(Tally::of(findings).attributes());
    attributes.push(("timestamp", time.to_owned()));
    nested(out, "testsuite", &attributes, |out| {
        nested(out, "properties", &[], |out| {
            property(out, "title", &check.title)?;
            property(out, "severity", check.severity.word())?;
            property(out, "kind", check.kind.name)
        })?;
        findings
            .iter()
            .try_for_each(|finding| case(out, finding, check, index))
    })
}

fn case(out: &mut Out<'_>, finding: &Finding, check: &Check, index: &Index<'_>) -> io::Result<()> {
    // Two resources may have one name in two Regions; an ARN names one alone.
    let label = match finding.about.arn.as_deref() {
        Some(arn) => arn.to_owned(),
        None => format!("{} in {}", name(finding), finding.about.region),
    };
    let class = format!("{TOOL}.{}.{}", check.service(), check.id);
    let attributes = [("name", label), ("classname", class)];
    let exception = index.exception(finding);
    nested(out, "testcase", &attributes, |out| {
        nested(out, "properties", &[], |out| {
            property(out, "id", &finding.id.hex())?;
            property(out, "verdict", finding.verdict.word())?;
            property(out, "account", &finding.about.account)?;
            property(out, "region", &finding.about.region)?;
            property(out, "owner", finding.owner.party.word())?;
            accepted(out, exception)
        })?;
        let message = ("message", accounted(finding, check, exception));
        match finding.verdict {
            Verdict::Pass => Ok(()),
            Verdict::Fail => {
                let kind = ("type", finding.severity.word().to_owned());
                text(out, "failure", &[message, kind], &failure(finding, check))
            }
            Verdict::NotAssessed => {
                let kind = ("type", finding.verdict.word().to_owned());
                let mut lines = vec![saying(finding, check)];
                lines.extend(index.gaps(finding).into_iter().map(gap_saying));
                text(out, "error", &[message, kind], &lines.join("\n"))
            }
            Verdict::NotApplicable | Verdict::Inherited | Verdict::Excepted => {
                text(out, "skipped", &[message], "")
            }
        }
    })
}

/// The exception that accepts a failure, as properties.
fn accepted(out: &mut Out, exception: Option<&Accepted>) -> io::Result<()> {
    let Some(exception) = exception else {
        return Ok(());
    };
    property(out, "exception", &exception.id)?;
    property(out, "exception-owner", &exception.owner)?;
    property(out, "exception-expires", &exception.expires.to_string())?;
    property(out, "exception-reason", &exception.reason)?;
    let ticket = exception.ticket.iter();
    let mut ticket = ticket.map(|ticket| property(out, "exception-ticket", ticket));
    ticket.try_for_each(|written| written)
}

/// What was seen, item by item, why it matters and how to mend it.
fn failure(finding: &Finding, check: &Check) -> String {
    let mut parts = vec![sentence(finding, check)];
    parts.extend(finding.evidence().iter().map(|item| format!("- {item}")));
    parts.push(check.risk.trim().to_owned());
    parts.push(format!("Mend it: {}", check.remedy.text.trim()));
    parts.extend(check.remedy.links.iter().cloned());
    parts.join("\n")
}

fn property(out: &mut Out<'_>, name: &str, value: &str) -> io::Result<()> {
    let attributes = [("name", name.to_owned()), ("value", value.to_owned())];
    text(out, "property", &attributes, "")
}

fn nested(
    out: &mut Out<'_>,
    element: &str,
    attributes: &[(&str, String)],
    inner: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> io::Result<()> {
    start(out, element, attributes).write_inner_content(inner)?;
    Ok(())
}

fn text(
    out: &mut Out<'_>,
    element: &str,
    attributes: &[(&str, String)],
    text: &str,
) -> io::Result<()> {
    let element = start(out, element, attributes);
    if text.is_empty() {
        element.write_empty()?;
    } else {
        element.write_text_content(BytesText::new(&legal(text)))?;
    }
    Ok(())
}

fn start<'o, 'w>(
    out: &'o mut Out<'w>,
    element: &str,
    attributes: &[(&str, String)],
) -> ElementWriter<'o, &'w mut dyn Write> {
    let mut element = out.create_element(element.to_owned());
    for (key, value) in attributes {
        // The writer escapes what means something in XML.
        element = element.with_attribute((*key, legal(value).as_str()));
    }
    element
}
