//! A run with every verdict and text that breaks naive writers, and how to read reports back.

use super::super::asff::{self, AwsSecurityFinding};
use super::super::{Format, Report, Style, json, render, xlsx};
use crate::assess::{Accepted, Assessment, Detail, Finding, FindingId, Standing, Subject, Verdict};
use crate::catalog::{BUILTIN, Catalog};
use crate::model::{Gap, Header, Reason};
use crate::score::{Score, score};
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

const VERDICTS: [Verdict; 6] = [
    Verdict::Fail,
    Verdict::NotAssessed,
    Verdict::Excepted,
    Verdict::Pass,
    Verdict::Inherited,
    Verdict::NotApplicable,
];

/// Text that breaks naive writers: markup, quotes, a control character, a lone newline, an end
/// of CDATA, something beyond the basic plane.
pub(in super::super) const NASTY: &str = "<a href=\"x\">&'\u{1}\u{1b}\n\t]]> \u{fffe} 🌊 =1+1";

pub(super) const STYLE: Style = Style {
    width: 80,
    colour: false,
    all: true,
};

pub(in super::super) struct Run {
    pub(in super::super) header: Header,
    pub(in super::super) catalog: Catalog,
    pub(in super::super) assessment: Assessment,
    score: Score,
}

impl Run {
    /// Each of these checks gives each verdict once, and one of a list that could not be read.
    pub(in super::super) fn new(checks: &[&str]) -> Run {
        let mut catalog = BUILTIN.clone();
        catalog
            .checks
            .retain(|check| checks.contains(&check.id.as_str()));
        assert_eq!(catalog.checks.len(), checks.len());
        let gap = gap();
        let mut findings = Vec::new();
        for check in &catalog.checks {
            for verdict in VERDICTS {
                let name = format!("thing-{}{NASTY}", verdict.word());
                let arn = format!("arn:aws:s3:::{name}");
                let unread = verdict == Verdict::NotAssessed;
                findings.push(Finding {
                    id: FindingId::of(check, "111122223333", "eu-west-1", Some(&arn)),
                    check: check.id.as_str().into(),
                    about: Arc::new(Subject {
                        account: "111122223333".into(),
                        region: "eu-west-1".into(),
                        kind: check.kind.name,
                        arn: Some(arn.into()),
                        resource_id: Some(name.into()),
                    }),
                    owner: Arc::new("customer".into()),
                    detail: Some(Box::new(Detail {
                        message: format!("{NASTY} {}", "long ".repeat(2000)),
                        evidence: vec![NASTY.to_owned(); 300],
                        gaps: if unread { vec![gap.id.clone()] } else { vec![] },
                        exception: (verdict == Verdict::Excepted).then(|| "accepted".into()),
                        parameters: None,
                    })),
                    verdict,
                    severity: check.severity,
                });
            }
            findings.push(Finding {
                id: FindingId::of(check, "111122223333", "global", None),
                check: check.id.as_str().into(),
                about: Arc::new(Subject {
                    account: "111122223333".into(),
                    region: "global".into(),
                    kind: check.kind.name,
                    arn: None,
                    resource_id: None,
                }),
                owner: Arc::new("customer".into()),
                detail: Some(Box::new(Detail {
                    message: "unknown how many there are".to_owned(),
                    gaps: vec![gap.id.clone()],
                    ..Detail::default()
                })),
                verdict: Verdict::NotAssessed,
                severity: check.severity,
            });
        }
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        Run {
            header: header(),
            score: score(&findings, &catalog),
            assessment: Assessment {
                findings,
                gaps: vec![gap],
                lists: Vec::new(),
                causes: Default::default(),
                exceptions: vec![Accepted {
                    id: "accepted".into(),
                    scope: NASTY.to_owned(),
                    owner: "platform".to_owned(),
                    reason: NASTY.to_owned(),
                    expires: "2027-03-31".parse().unwrap(),
                    standing: Standing::InForce,
                    findings: checks.len(),
                    doubts: vec![NASTY.to_owned()],
                    judged: true,
                    ticket: None,
                }],
                measure: Default::default(),
            },
            catalog,
        }
    }

    pub(in super::super) fn some() -> Run {
        Run::new(&["s3-bucket-policy-public", "iam-user-console-without-mfa"])
    }

    pub(in super::super) fn report(&self) -> Report<'_> {
        Report {
            header: &self.header,
            catalog: &self.catalog,
            assessment: &self.assessment,
            score: &self.score,
            resources: &[],
        }
    }

    pub(in super::super) fn render(&self, format: Format) -> String {
        let mut bytes = Vec::new();
        render(&self.report(), format, STYLE, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    pub(in super::super) fn json(&self, format: Format) -> Value {
        serde_json::from_str(&self.render(format)).unwrap()
    }

    pub(in super::super) fn findings(&self) -> BTreeMap<String, &Finding> {
        let findings = self.assessment.findings.iter();
        findings
            .map(|finding| (finding.id.to_string(), finding))
            .collect()
    }

    pub(super) fn asff(&self) -> Vec<AwsSecurityFinding> {
        let report = self.report();
        let run = json::run(&report);
        asff::All::of(&report, &run).findings().collect()
    }
}

fn header() -> Header {
    Header {
        schema: 1,
        tool: "0.0.0".to_owned(),
        account: "111122223333".to_owned(),
        caller: "arn:aws:iam::111122223333:user/auditor".to_owned(),
        partition: "aws".to_owned(),
        regions: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
        started: "2026-01-02T03:04:05.678Z".parse().unwrap(),
        asked: Vec::new(),
        ledger: Vec::new(),
    }
}

fn gap() -> Gap {
    let (account, region, operation) = ("111122223333", "eu-west-1", "s3:GetBucketPolicy");
    Gap {
        id: Gap::id_of(account, region, operation, None, Reason::Denied),
        account: account.into(),
        region: region.into(),
        operation: operation.into(),
        actions: vec!["s3:GetBucketPolicy".into()],
        reason: Reason::Denied,
        resource: None,
        code: Some("AccessDenied".to_owned()),
        message: NASTY.to_owned(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The cases of a JUnit file: each finding's id, with the element that tells its outcome.
pub(super) fn cases(xml: &str) -> Vec<(String, Option<String>)> {
    let mut reader = Reader::from_str(xml);
    let mut cases: Vec<(String, Option<String>)> = Vec::new();
    let mut inside = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return cases,
            Event::Start(element) | Event::Empty(element) => {
                let attribute = |wanted: &str| {
                    let found = element.try_get_attribute(wanted).unwrap();
                    found.map(|found| {
                        found
                            .normalized_value(XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned()
                    })
                };
                match element.name().as_ref() {
                    "testcase" => {
                        inside = true;
                        cases.push((String::new(), None));
                    }
                    "property" if inside && attribute("name").unwrap() == "id" => {
                        cases.last_mut().unwrap().0 = attribute("value").unwrap();
                    }
                    outcome @ ("failure" | "error" | "skipped") => {
                        assert!(!attribute("message").unwrap().is_empty());
                        cases.last_mut().unwrap().1 = Some(outcome.to_owned());
                    }
                    _ => {}
                }
            }
            Event::End(element) if element.name().as_ref() == "testcase" => inside = false,
            _ => {}
        }
    }
}

pub(super) fn ids(run: &Run, format: Format) -> Vec<String> {
    let each = |list: &Value, id: &dyn Fn(&Value) -> Value| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items.map(|item| text(&id(item))).collect()
    };
    match format {
        Format::Json => each(&run.json(format)["results"], &|result| result["id"].clone()),
        Format::Ndjson => {
            let lines = run.render(format);
            let lines = lines.lines().map(serde_json::from_str::<Value>);
            lines.map(|line| text(&line.unwrap()["id"])).collect()
        }
        Format::Csv => {
            let bytes = run.render(format);
            let mut reader = ::csv::Reader::from_reader(bytes.as_bytes());
            let records = reader.records();
            records
                .map(|record| record.unwrap()[0].to_owned())
                .collect()
        }
        Format::Sarif => each(&run.json(format)["runs"][0]["results"], &|result| {
            result["partialFingerprints"]["waterlineFinding/v1"].clone()
        }),
        Format::Junit => cases(&run.render(format))
            .into_iter()
            .map(|case| case.0)
            .collect(),
        Format::Ocsf => each(&run.json(format), &|event| {
            event["finding_info"]["uid"].clone()
        }),
        Format::Asff => each(&run.json(format), &|finding| {
            text(&finding["Id"]).rsplit('/').next().unwrap().into()
        }),
        Format::Oscal => {
            let document = run.json(format);
            let result = &document["assessment-results"]["results"][0];
            let observations = result["observations"].as_array().unwrap().iter();
            let observations = observations.filter(|seen| seen["types"][0] != "not-read");
            let subjects = observations.flat_map(|seen| seen["subjects"].as_array().unwrap());
            subjects
                .map(|subject| text(&subject["props"][0]["value"]))
                .collect()
        }
        Format::Xlsx => xlsx::tests::ids(run),
        Format::Html => {
            let page = run.render(format);
            let (_, rest) = page.split_once("id=\"data\">").unwrap();
            let (data, _) = rest.split_once("</script>").unwrap();
            let data: Value = serde_json::from_str(data).unwrap();
            each(&data["findings"], &|finding| finding[0].clone())
        }
        // For people.
        Format::Table | Format::Markdown => Vec::new(),
    }
}
