//! Whoever reads any of the formats sees who answers for an accepted failure, until when, why and
//! where that was decided.

use super::super::{Format, xlsx};
use super::run::Run;
use crate::assess::Finding;
use serde_json::Value;

/// Check, owner, last day, reason and ticket of two exceptions.
const ACCEPTED: [[&str; 5]; 2] = [
    [
        "iam-user-console-without-mfa",
        "identity-team",
        "2027-03-31",
        "a key in a safe stands in",
        "RISK-17",
    ],
    [
        "s3-bucket-policy-public",
        "web-team",
        "2028-09-30",
        "it serves a public site",
        "RISK-42",
    ],
];

/// Each check's accepted failure has an exception of its own.
fn run() -> Run {
    let mut run = Run::new(&ACCEPTED.map(|[check, ..]| check));
    let one = run.assessment.exceptions.remove(0);
    for [check, owner, expires, reason, ticket] in ACCEPTED {
        let mut exception = one.clone();
        exception.id = format!("exception-of-{owner}").into();
        exception.owner = owner.to_owned();
        exception.expires = expires.parse().unwrap();
        exception.reason = reason.to_owned();
        exception.ticket = Some(ticket.to_owned());
        exception.findings = 1;
        let findings = run.assessment.findings.iter_mut();
        for finding in findings.filter(|finding| &*finding.check == check) {
            if finding.exception().is_some() {
                finding.detail_mut().exception = Some(exception.id.clone());
            }
        }
        run.assessment.exceptions.push(exception);
    }
    run.assessment.exceptions.sort_by(|a, b| a.id.cmp(&b.id));
    run
}

fn one(list: &Value, wanted: impl Fn(&Value) -> bool) -> &Value {
    let mut found = list.as_array().unwrap().iter().filter(|item| wanted(item));
    let item = found.next().unwrap();
    assert!(found.next().is_none());
    item
}

/// Lines that hold a word.
fn lines(text: &str, word: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(word)).collect();
    lines.join("\n")
}

/// What a report says of an accepted failure, apart from what it says of others.
fn said(run: &Run, format: Format, finding: &Finding) -> String {
    let (id, exception) = (finding.id.hex(), finding.exception().unwrap());
    let id = &*id;
    let part = match format {
        Format::Json => {
            let document = run.json(format);
            let result = one(&document["results"], |result| result["id"] == id);
            assert_eq!(result["exception"], exception);
            one(&document["exceptions"], |item| item["id"] == exception).clone()
        }
        Format::Ndjson => serde_json::from_str(&lines(&run.render(format), id)).unwrap(),
        Format::Sarif => {
            let log = run.json(format);
            let results = &log["runs"][0]["results"];
            let result = one(results, |result| result["properties"]["id"] == id);
            let suppression = &result["suppressions"][0];
            assert_eq!(suppression["properties"]["exception"], exception);
            // Viewers show the justification and no more.
            let words = suppression["justification"].as_str().unwrap();
            for part in ["owner", "expires", "reason", "ticket"] {
                let part = suppression["properties"][part].as_str().unwrap();
                assert!(words.contains(part), "{words}");
            }
            suppression.clone()
        }
        Format::Ocsf => one(&run.json(format), |event| {
            event["finding_info"]["uid"] == id
        })["unmapped"]["exception"]
            .clone(),
        Format::Asff => {
            let findings = run.json(format);
            let finding = one(&findings, |finding| {
                finding["ProductFields"]["waterline/FindingId"] == id
            });
            let fields = &finding["ProductFields"];
            assert_eq!(fields["waterline/Exception"], exception);
            let reason = &finding["Compliance"]["StatusReasons"][0];
            assert_eq!(reason["ReasonCode"], "WATERLINE_EXCEPTED");
            let reason = reason["Description"].as_str().unwrap();
            for part in ["Owner", "Expires", "Reason", "Ticket"] {
                let part = &fields[&format!("waterline/Exception{part}")];
                assert!(reason.contains(part.as_str().unwrap()), "{reason}");
            }
            fields.clone()
        }
        Format::Oscal => {
            let document = run.json(format);
            let result = &document["assessment-results"]["results"][0];
            let seen = one(&result["observations"], |seen| {
                seen.to_string().contains(id)
            });
            one(&result["risks"], |risk| {
                let mut props = risk["props"].as_array().unwrap().iter();
                props.any(|prop| prop["value"] == exception)
                    && risk["related-observations"]
                        .to_string()
                        .contains(seen["uuid"].as_str().unwrap())
            })
            .clone()
        }
        Format::Csv => {
            let bytes = run.render(format);
            let mut reader = ::csv::Reader::from_reader(bytes.as_bytes());
            let head = reader.headers().unwrap().clone();
            let record = reader.records().map(Result::unwrap);
            let record = record.into_iter().find(|record| &record[0] == id).unwrap();
            let cells = head.iter().zip(record.iter());
            let cells = cells.filter(|(name, _)| name.starts_with("exception"));
            cells.collect()
        }
        Format::Junit => {
            let xml = run.render(format);
            let case = xml.split("<testcase ").find(|case| case.contains(id));
            let (_, skipped) = case.unwrap().split_once("<skipped ").unwrap();
            return skipped.split_once("/>").unwrap().0.to_owned();
        }
        Format::Html => {
            let page = run.render(format);
            let (page, data) = page.split_once("id=\"data\">").unwrap();
            let (data, _) = data.split_once("</script>").unwrap();
            let data: Value = serde_json::from_str(data).unwrap();
            let row = one(&data["findings"], |row| row[0] == id);
            let told = &data["exceptions"][row[10].as_u64().unwrap() as usize];
            assert_eq!(told["id"], exception);
            // For those who read it on paper or without scripts, too.
            let (_, section) = page.split_once("<section id=\"exceptions\"").unwrap();
            let row = section.split("<tr>").find(|row| row.contains(exception));
            for part in ["owner", "expires", "reason", "ticket"] {
                assert!(row.unwrap().contains(told[part].as_str().unwrap()));
            }
            told.clone()
        }
        Format::Xlsx => return xlsx::tests::accepted(run, finding),
        Format::Table => {
            let table = run.render(format);
            let (_, after) = table.split_once(&format!("- {exception}: ")).unwrap();
            let (told, _) = after.split_once("\n- ").unwrap_or((after, ""));
            return told.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        Format::Markdown => return lines(&run.render(format), exception),
    };
    part.to_string()
}

#[test]
fn every_format_names_owner_expiry_reason_and_ticket_of_what_is_accepted() {
    let run = run();
    for format in Format::ALL {
        for [check, owner, expires, reason, ticket] in ACCEPTED {
            let mut findings = run.assessment.findings.iter();
            let finding = findings.find(|one| &*one.check == check && one.exception().is_some());
            let said = said(&run, format, finding.unwrap());
            for part in [owner, expires, reason, ticket] {
                assert!(said.contains(part), "{format}: no {part} in {said}");
            }
            let others = ACCEPTED.iter().filter(|other| other[0] != check);
            for other in others {
                assert!(!said.contains(other[1]), "{format}: {said}");
            }
        }
    }
}

#[test]
fn what_nobody_accepted_names_no_one() {
    let mut run = run();
    for finding in &mut run.assessment.findings {
        finding.detail_mut().exception = None;
    }
    for format in [
        Format::Ndjson,
        Format::Csv,
        Format::Sarif,
        Format::Junit,
        Format::Ocsf,
        Format::Asff,
    ] {
        let report = run.render(format);
        assert!(!report.contains("identity-team"), "{format}");
    }
}
