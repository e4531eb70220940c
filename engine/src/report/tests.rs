//! Every format that programs read holds every finding, says the same each time, and never lets
//! what was not read look like a pass.

mod accepted;
pub(in crate::report) mod run;

use super::asff::AwsSecurityFinding;
use super::{Format, document, render};
use crate::assess::Verdict;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use run::{NASTY, Run, cases, ids};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[test]
fn every_format_for_programs_holds_every_finding_once() {
    let run = Run::some();
    let expected: Vec<String> = run.findings().into_keys().collect();
    assert_eq!(expected.len(), 14);
    for format in Format::ALL {
        let mut found = ids(&run, format);
        found.sort();
        let people = [Format::Table, Format::Markdown];
        if !people.contains(&format) {
            assert_eq!(found, expected, "{format}");
        }
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_and_the_time_is_the_snapshots() {
    let (one, other) = (Run::some(), Run::some());
    let mut later = Run::some();
    later.header.started = "2027-06-07T08:09:10Z".parse().unwrap();
    for format in [Format::Sarif, Format::Junit, Format::Ocsf, Format::Asff] {
        let bytes = one.render(format);
        assert_eq!(bytes, other.render(format), "{format}");
        let moved = later.render(format);
        let moved = moved
            .replace("2027-06-07T08:09:10.000Z", "2026-01-02T03:04:05.678Z")
            .replace("2027-06-07T08:09:10", "2026-01-02T03:04:05")
            .replace("1812355750000", "1767323045678");
        assert_eq!(
            bytes, moved,
            "{format} tells another time than the snapshot's"
        );
    }
}

/// The document that is written result by result is the one that other programs build.
#[test]
fn what_is_written_as_it_is_made_is_the_document() {
    let run = Run::some();
    let document = document(&run.report());
    let whole = serde_json::to_string_pretty(&document).unwrap();
    assert_eq!(run.render(Format::Json), format!("{whole}\n"));
    // A line has what the document has, and who accepted it, which the document says elsewhere.
    let lines = run.render(Format::Ndjson);
    assert_eq!(lines.lines().count(), document.results.len());
    for (line, result) in lines.lines().zip(&document.results) {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let accepted = line.as_object_mut().unwrap().remove("accepted");
        assert_eq!(line, serde_json::to_value(result).unwrap());
        assert_eq!(accepted.is_some(), result.verdict == Verdict::Excepted);
    }
}

/// Takes so many bytes, and says of the next that there is no room.
struct Full {
    room: usize,
    /// The most bytes that came at once.
    most: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.most = self.most.max(bytes.len());
        if bytes.len() > self.room {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.room -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Wherever the room ends, every format says why; and none is put together before it is written.
#[test]
fn a_report_is_written_as_it_is_made_and_a_full_disk_is_told() {
    let run = Run::some();
    for format in Format::ALL {
        let written = |room| {
            let mut out = Full { room, most: 0 };
            let done = render(&run.report(), format, run::STYLE, &mut out);
            (done, room - out.room, out.most)
        };
        let (done, length, most) = written(usize::MAX);
        done.unwrap();
        assert!(
            most <= length / 2,
            "{format}: {most} of {length} bytes at once"
        );
        for room in [0, length / 3, length - 1] {
            let error = written(room).0.unwrap_err();
            assert_eq!(
                error.kind(),
                io::ErrorKind::StorageFull,
                "{format}: {error}"
            );
        }
    }
}

#[test]
fn each_verdict_stands_as_documented_and_only_a_pass_is_one() {
    let run = Run::some();
    let findings = run.findings();
    let verdict = |id: &str| findings[id].verdict;
    for result in run.json(Format::Sarif)["runs"][0]["results"]
        .as_array()
        .unwrap()
    {
        let verdict = verdict(result["properties"]["id"].as_str().unwrap());
        let kind = match verdict {
            Verdict::Fail | Verdict::Excepted => "fail",
            Verdict::NotAssessed => "open",
            Verdict::Pass => "pass",
            Verdict::Inherited | Verdict::NotApplicable => "notApplicable",
        };
        assert_eq!(result["kind"], kind);
        assert_eq!(result["level"] == "none", kind != "fail");
        assert_eq!(
            result["suppressions"].is_array(),
            verdict == Verdict::Excepted
        );
    }
    for (id, outcome) in cases(&run.render(Format::Junit)) {
        let expected = match verdict(&id) {
            Verdict::Pass => None,
            Verdict::Fail => Some("failure"),
            Verdict::NotAssessed => Some("error"),
            Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => Some("skipped"),
        };
        assert_eq!(outcome.as_deref(), expected);
    }
    for event in run.json(Format::Ocsf).as_array().unwrap() {
        let verdict = verdict(event["finding_info"]["uid"].as_str().unwrap());
        let status = match verdict {
            Verdict::Pass => 1,
            Verdict::NotAssessed => 2,
            Verdict::Fail => 3,
            Verdict::Excepted | Verdict::Inherited | Verdict::NotApplicable => 99,
        };
        assert_eq!(event["compliance"]["status_id"], status);
        assert_eq!(event["compliance"]["checks"][0]["status_id"], status);
    }
    for finding in run.asff() {
        let verdict = verdict(&finding.product_fields["waterline/FindingId"]);
        let status = match verdict {
            Verdict::Pass => "PASSED",
            Verdict::Fail | Verdict::Excepted => "FAILED",
            Verdict::NotAssessed => "WARNING",
            Verdict::Inherited | Verdict::NotApplicable => "NOT_AVAILABLE",
        };
        assert_eq!(finding.compliance.status, status);
        let attention = matches!(verdict, Verdict::Fail | Verdict::NotAssessed);
        let label = finding.finding_provider_fields.severity.label;
        assert_eq!(label != "INFORMATIONAL", attention);
        let plain = matches!(verdict, Verdict::Pass | Verdict::Fail);
        assert_eq!(finding.compliance.status_reasons.is_empty(), plain);
    }
}

#[test]
fn asff_keeps_the_lengths_of_the_api_and_leaves_to_customers_what_is_theirs() {
    let run = Run::some();
    let long = |text: &str| text.chars().count();
    let mut cut = 0;
    for finding in run.asff() {
        assert!(long(&finding.id) <= 512 && long(&finding.title) <= 256);
        assert!(long(&finding.description) <= 1024);
        cut += usize::from(long(&finding.description) == 1024);
        let advice = &finding.remediation.recommendation;
        assert!((1..=512).contains(&long(&advice.text)));
        assert!(finding.compliance.related_requirements.len() <= 32);
        assert!(finding.product_fields.len() <= 50);
        for (key, value) in &finding.product_fields {
            assert!(
                long(key) <= 128 && (1..=2048).contains(&long(value)),
                "{key}"
            );
        }
        assert_eq!(finding.resources.len(), 1);
        let json = serde_json::to_value(&finding).unwrap();
        assert!(json.to_string().len() < 240 * 1024);
        let theirs = [
            "Workflow",
            "Note",
            "UserDefinedFields",
            "VerificationState",
            "Severity",
        ];
        assert!(theirs.iter().all(|key| json.get(key).is_none()));
    }
    assert!(cut > 0, "no description was long enough to be cut");
}

#[test]
fn a_list_that_could_not_be_read_has_a_place_in_each_format() {
    let run = Run::new(&["s3-bucket-policy-public"]);
    let whole = run.json(Format::Sarif);
    let results = whole["runs"][0]["results"].as_array().unwrap();
    let listed: Vec<&Value> = results
        .iter()
        .filter(|result| result["properties"]["arn"].is_null())
        .collect();
    assert_eq!(listed.len(), 1);
    let place = &listed[0]["locations"][0];
    assert_eq!(
        place["physicalLocation"]["artifactLocation"]["uri"],
        "aws/111122223333/global/s3.bucket"
    );
    assert_eq!(place["logicalLocations"][0]["name"], "list of s3.bucket");
    assert!(
        run.render(Format::Junit)
            .contains("name=\"list of s3.bucket in global\"")
    );
    let events = run.json(Format::Ocsf);
    let event = events.as_array().unwrap().iter();
    let mut resources = event.map(|event| &event["resources"][0]);
    let listed = resources
        .find(|resource| resource["uid"].is_null())
        .unwrap();
    assert_eq!(listed["name"], "list of s3.bucket");
    let findings = run.asff();
    let accounts: Vec<&AwsSecurityFinding> = findings
        .iter()
        .filter(|finding| finding.resources[0].kind == "AwsAccount")
        .collect();
    assert_eq!(accounts.len(), 1);
    let resource = &accounts[0].resources[0];
    assert_eq!(resource.id, "AWS::::Account:111122223333");
    // A global finding is sent to the Region of the partition's global services.
    assert_eq!(resource.region, "us-east-1");
    assert!(accounts[0].product_arn.contains(":us-east-1:"));
    assert_eq!(
        accounts[0].compliance.status_reasons[0].reason_code,
        "WATERLINE_DENIED"
    );
}

#[test]
fn gaps_are_notifications_and_rules_are_the_catalogue() {
    let run = Run::some();
    let whole = run.json(Format::Sarif);
    let told = &whole["runs"][0];
    let notices = told["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    assert_eq!(notices.len(), run.assessment.gaps.len());
    let index = notices[0]["descriptor"]["index"].as_u64().unwrap() as usize;
    let descriptor = &told["tool"]["driver"]["notifications"][index];
    assert_eq!(descriptor["id"], "gap/denied");
    let rules = told["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), run.catalog.checks.len());
    for result in told["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let uris: BTreeSet<&str> = (told["results"].as_array().unwrap().iter())
        .map(|result| &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        .map(|uri| uri.as_str().unwrap())
        .collect();
    // Nothing of a name reaches the path unescaped.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte);
    assert!(uris.iter().all(|uri| uri.bytes().all(plain)), "{uris:?}");
}

#[test]
fn no_control_character_reaches_xml_and_the_rest_survives() {
    let xml = Run::some().render(Format::Junit);
    let legal = |c: char| matches!(c, '\n' | '\t' | '\r') || (c >= ' ' && c != '\u{fffe}');
    assert!(xml.chars().all(legal));
    let mut reader = Reader::from_str(&xml);
    let mut names = BTreeSet::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(element) if element.name().as_ref() == "testcase" => {
                let name = element.try_get_attribute("name").unwrap().unwrap();
                names.insert(
                    name.normalized_value(XmlVersion::Implicit1_0)
                        .unwrap()
                        .into_owned(),
                );
            }
            _ => {}
        }
    }
    let seen = NASTY.replace(['\u{1}', '\u{1b}', '\u{fffe}'], "\u{fffd}");
    assert!(
        names.contains(&format!("arn:aws:s3:::thing-pass{seen}")),
        "{names:?}"
    );
}
