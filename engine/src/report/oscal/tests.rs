#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::super::Format;
use super::super::tests::run::Run;
use super::text::NS;
use crate::assess::{Owner, Standing, Verdict};
use crate::catalog::Party;
use regex::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn written(run: &Run) -> Value {
    run.json(Format::Oscal)["assessment-results"].clone()
}

fn list<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    let items = value[key].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().collect()
}

fn prop<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    list(value, "props")
        .into_iter()
        .find(|prop| prop["name"] == name)
        .map(|prop| prop["value"].as_str().unwrap())
}

/// All texts, with the keys that lead to them.
fn texts(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut left = vec![(String::new(), value)];
    while let Some((path, value)) = left.pop() {
        match value {
            Value::String(text) => found.push((path, text.clone())),
            Value::Array(items) => {
                assert!(!items.is_empty(), "{path} is an empty list");
                left.extend(items.iter().map(|item| (path.clone(), item)));
            }
            Value::Object(fields) => {
                assert!(!fields.is_empty(), "{path} is an empty object");
                let fields = fields.iter();
                left.extend(fields.map(|(key, value)| (format!("{path}/{key}"), value)));
            }
            _ => panic!("{path} is {value}"),
        }
    }
    found
}

fn of_key<'t>(texts: &'t [(String, String)], key: &str) -> Vec<&'t str> {
    let key = format!("/{key}");
    let texts = texts.iter().filter(|(path, _)| path.ends_with(&key));
    texts.map(|(_, text)| text.as_str()).collect()
}

#[test]
fn the_reviewed_controls_are_those_whose_checks_ran() {
    let run = Run::some();
    let mut expected: BTreeSet<(&str, &str)> = BTreeSet::new();
    for check in &run.catalog.checks {
        for (framework, controls) in &check.controls {
            assert!(run.catalog.frameworks.contains_key(framework));
            expected.extend(controls.iter().map(|id| (framework.as_str(), id.as_str())));
        }
    }
    let document = written(&run);
    let result = &document["results"][0];
    let selections = list(&result["reviewed-controls"], "control-selections");
    let reviewed: Vec<(&str, &str)> = selections
        .iter()
        .flat_map(|selection| {
            let framework = prop(selection, "framework").unwrap();
            let controls = list(selection, "include-controls").into_iter();
            controls.map(move |control| (framework, control["control-id"].as_str().unwrap()))
        })
        .collect();
    let tokens: BTreeSet<(&str, String)> = expected
        .iter()
        .map(|(framework, id)| (*framework, super::ids::control(framework, id)))
        .collect();
    let told: BTreeSet<(&str, String)> = reviewed
        .iter()
        .map(|(framework, id)| (*framework, (*id).to_owned()))
        .collect();
    assert_eq!(told, tokens);
    assert_eq!(reviewed.len(), tokens.len(), "a control is there twice");
    // A finding for each of them, and each observation of its checks.
    let findings = list(result, "findings");
    let found: BTreeSet<(&str, &str)> = findings
        .iter()
        .map(|finding| {
            (
                prop(finding, "framework").unwrap(),
                prop(finding, "control").unwrap(),
            )
        })
        .collect();
    assert_eq!((found, findings.len()), (expected, reviewed.len()));
    let activities = list(&document["local-definitions"], "activities");
    let ran: BTreeSet<&str> = activities.iter().filter_map(|a| prop(a, "check")).collect();
    let checks: BTreeSet<&str> = run.catalog.checks.iter().map(|check| &*check.id).collect();
    assert_eq!(ran, checks);
}

/// Each check gives every verdict; what is left decides.
#[test]
fn a_control_is_satisfied_only_when_all_was_read_and_passes() {
    let mut run = Run::new(&["s3-bucket-access-logging-off"]);
    for (gone, expected) in [
        (None, ("not-satisfied", "fail", "failed")),
        (
            Some(Verdict::Fail),
            ("not-satisfied", "other", "not assessed"),
        ),
        (
            Some(Verdict::NotAssessed),
            ("not-satisfied", "other", "accepted risk"),
        ),
        (Some(Verdict::Excepted), ("satisfied", "pass", "passed")),
        (
            Some(Verdict::Pass),
            ("not-satisfied", "other", "not applicable"),
        ),
    ] {
        run.assessment
            .findings
            .retain(|finding| Some(finding.verdict) != gone);
        let document = written(&run);
        let findings = list(&document["results"][0], "findings");
        assert!(!findings.is_empty());
        for finding in findings {
            let status = &finding["target"]["status"];
            let told = (
                status["state"].as_str().unwrap(),
                status["reason"].as_str().unwrap(),
                prop(finding, "status").unwrap(),
            );
            assert_eq!(told, expected);
            let absent = finding["target"]["implementation-status"]["state"] == "not-applicable";
            assert_eq!(absent, expected.2 == "not applicable");
        }
    }
}

#[test]
fn every_observation_tells_its_verdict_and_what_was_seen() {
    let run = Run::some();
    let findings = run.findings();
    let document = written(&run);
    let result = &document["results"][0];
    let mut gaps = 0;
    for seen in list(result, "observations") {
        assert_eq!(seen["methods"][0], "TEST");
        assert_eq!(seen["collected"], "2026-01-02T03:04:05.678Z");
        if seen["types"][0] == "not-read" {
            gaps += 1;
            assert_eq!(prop(seen, "needs"), Some("s3:GetBucketPolicy"));
            continue;
        }
        let subjects = list(seen, "subjects");
        let verdict = prop(seen, "verdict").unwrap();
        for subject in &subjects {
            let finding = findings[prop(subject, "finding-id").unwrap()];
            assert_eq!(finding.verdict.word(), verdict);
            assert_eq!(Some(&*finding.check), prop(seen, "check"));
            assert_eq!(
                finding.about.arn.is_some(),
                subject["type"] == "inventory-item"
            );
        }
        let evidence = list(seen, "relevant-evidence");
        let each = !matches!(verdict, "pass" | "not_applicable");
        assert_eq!(evidence.len(), if each { subjects.len() } else { 1 });
        for evidence in evidence.iter().filter(|_| each) {
            let finding = findings[prop(evidence, "finding-id").unwrap()];
            assert_eq!(finding.verdict.word(), verdict);
        }
    }
    assert_eq!(gaps, run.assessment.gaps.len());
    // A control that hangs on a gap names it.
    let all = list(result, "observations");
    let gap = all
        .iter()
        .find(|seen| seen["types"][0] == "not-read")
        .unwrap();
    for finding in list(result, "findings") {
        let related = list(finding, "related-observations");
        assert!(
            related
                .iter()
                .any(|seen| seen["observation-uuid"] == gap["uuid"])
        );
    }
}

#[test]
fn uuids_are_of_version_5_each_there_once_and_all_references_lead_somewhere() {
    let document = written(&Run::some());
    let texts = texts(&document);
    let uuid = Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
    let uuid = uuid.unwrap();
    let own = of_key(&texts, "uuid");
    assert!(own.len() > 50);
    assert!(own.iter().all(|id| uuid.is_match(id)), "{own:?}");
    let known: BTreeSet<&str> = own.iter().copied().collect();
    assert_eq!(known.len(), own.len(), "a UUID is there twice");
    for key in [
        "subject-uuid",
        "actor-uuid",
        "observation-uuid",
        "risk-uuid",
        "component-uuid",
        "party-uuids",
    ] {
        let references = of_key(&texts, key);
        assert!(
            references.iter().all(|id| known.contains(id)),
            "{key}: {references:?}"
        );
        // None of these findings has a place in the responsibility model.
        assert!(!references.is_empty(), "{key}");
    }
    let inside = of_key(&texts, "href").into_iter();
    let inside: Vec<&str> = inside.filter_map(|href| href.strip_prefix('#')).collect();
    assert!(inside.len() > 3 && inside.iter().all(|id| known.contains(id)));
}

#[test]
fn the_same_run_gives_the_same_bytes_and_another_one_shares_what_is_the_same() {
    let (one, other) = (Run::some(), Run::some());
    assert_eq!(one.render(Format::Oscal), other.render(Format::Oscal));
    let mut later = Run::some();
    later.header.started = "2027-06-07T08:09:10Z".parse().unwrap();
    let ids = |run: &Run| -> BTreeMap<String, BTreeSet<String>> {
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, text) in texts(&written(run)) {
            if path.ends_with("/uuid") {
                ids.entry(path).or_default().insert(text);
            }
        }
        ids
    };
    let (before, after) = (ids(&one), ids(&later));
    assert!(before.keys().eq(after.keys()));
    for (path, ids) in &before {
        let passing = path == "/uuid"
            || path == "/results/uuid"
            || path.contains("/observations/")
            || path.contains("/entries/")
            || path.contains("/assessment-platforms/");
        let shared = ids.intersection(&after[path]).count();
        assert_eq!(shared, if passing { 0 } else { ids.len() }, "{path}");
    }
    // Another content of the same time is another document.
    let mut less = Run::some();
    less.assessment.findings.pop();
    assert_ne!(written(&less)["uuid"], written(&one)["uuid"]);
    assert_ne!(
        written(&less)["results"][0]["uuid"],
        written(&one)["results"][0]["uuid"]
    );
}

#[test]
fn hostile_text_stays_text() {
    let document = written(&Run::some());
    let texts = texts(&document);
    assert!(texts.iter().any(|(_, text)| text.contains("🌊")));
    // NIST's data types `string` and `markup-line`.
    let line = Regex::new(r"^\S(.*\S)?$").unwrap();
    for (path, text) in &texts {
        let whole = path.ends_with("/description") || path.ends_with("/remarks");
        assert!(whole || line.is_match(text), "{path}: {text:?}");
        assert!(!text.trim().is_empty(), "{path}");
        let raw = |c: char| c == '\u{fffe}' || (c.is_control() && !(whole && c == '\n'));
        assert!(!text.contains(raw), "{path}: {text:?}");
        let markup = ["/title", "/description", "/statement", "/remarks"];
        if markup.iter().any(|end| path.ends_with(end)) {
            let plain = text.replace("\\<", "");
            assert!(!plain.contains('<'), "{path}: {text:?}");
        }
    }
}

#[test]
fn an_exception_is_a_risk_with_its_date_and_a_failure_an_open_one() {
    let mut run = Run::some();
    for (standing, status) in [
        (Standing::InForce, "deviation-approved"),
        (Standing::Expired, "open"),
        (Standing::Lapsed, "open"),
        (Standing::Unused, "closed"),
    ] {
        run.assessment.exceptions[0].standing = standing;
        let document = written(&run);
        let risks = list(&document["results"][0], "risks");
        let failing = risks.iter().filter(|risk| prop(risk, "check").is_some());
        let failing: Vec<&&Value> = failing.collect();
        assert_eq!(failing.len(), run.catalog.checks.len());
        for risk in failing {
            assert_eq!(risk["status"], "open");
            assert_eq!(risk["remediations"][0]["lifecycle"], "recommendation");
        }
        let accepted = risks
            .iter()
            .filter(|risk| prop(risk, "exception").is_some());
        let accepted: Vec<&&Value> = accepted.collect();
        assert_eq!(accepted.len(), 1);
        let risk = accepted[0];
        assert_eq!(prop(risk, "exception"), Some("accepted"));
        assert_eq!(prop(risk, "owner"), Some("platform"));
        assert_eq!(prop(risk, "standing"), Some(standing.word()));
        assert_eq!(risk["status"], status);
        assert_eq!(risk["risk-log"]["entries"][0]["status-change"], status);
        assert_eq!(risk["deadline"], "2027-03-31T23:59:59Z");
        assert_eq!(
            list(risk, "related-observations").len(),
            run.catalog.checks.len()
        );
        let taken = standing == Standing::InForce;
        assert_eq!(!list(risk, "remediations").is_empty(), taken);
        for finding in list(&document["results"][0], "findings") {
            let related = list(finding, "related-risks");
            assert!(
                related
                    .iter()
                    .any(|other| other["risk-uuid"] == risk["uuid"])
            );
        }
    }
}

#[test]
fn a_component_says_what_aws_provides_what_is_inherited_and_what_is_left() {
    let mut run = Run::some();
    let model = &run.catalog.responsibility;
    let mut expected = Vec::new();
    for party in Party::ALL {
        let places = model.modes.iter().flat_map(|mode| {
            let layers = model.layers.iter();
            layers.map(move |layer| (mode, layer))
        });
        let mut places = places.filter_map(|(mode, layer)| {
            let cell = model.cell(mode, &layer.id)?;
            (cell.owner == party).then(|| (mode.id.clone(), layer.id.clone(), cell))
        });
        expected.push(places.next().unwrap());
    }
    for (finding, (mode, layer, cell)) in run.assessment.findings.iter_mut().zip(&expected) {
        finding.owner = Arc::new(Owner {
            party: cell.owner,
            managed_by: "customer".into(),
            mode: mode.as_str().into(),
            layer: layer.as_str().into(),
            source: cell.source.as_deref().map(Into::into),
        });
    }
    let document = written(&run);
    let system = &document["results"][0]["local-definitions"];
    let components = list(system, "components");
    assert_eq!(components[0]["type"], "this-system");
    assert_eq!(components.len(), 1 + expected.len());
    for (mode, layer, cell) in &expected {
        let component = components.iter().find(|component| {
            let at = (prop(component, "mode"), prop(component, "layer"));
            at == (Some(mode.as_str()), Some(layer.as_str()))
        });
        let component = component.unwrap();
        let part = |part: &Option<String>| part.as_deref().map(|text| text.trim().to_owned());
        let told = |name: &str| prop(component, name).map(str::to_owned);
        let aws = part(&cell.aws);
        let (provided, inherited) = match cell.owner {
            Party::Aws => (None, aws),
            Party::Customer | Party::Shared => (aws, None),
        };
        assert_eq!(told("provided"), provided);
        assert_eq!(told("inherited"), inherited);
        assert_eq!(told("customer-responsibility"), part(&cell.customer));
        let roles = list(component, "responsible-roles").into_iter();
        let roles: Vec<&str> = roles.filter_map(|role| role["role-id"].as_str()).collect();
        let expected: &[&str] = match cell.owner {
            Party::Customer => &["customer"],
            Party::Shared => &["customer", "provider"],
            Party::Aws => &["provider"],
        };
        assert_eq!(roles, expected);
        let items = list(system, "inventory-items");
        let built = items.iter().any(|item| {
            let parts = list(item, "implemented-components");
            parts
                .iter()
                .any(|part| part["component-uuid"] == component["uuid"])
        });
        assert!(built, "no resource names {mode} {layer}");
    }
}

#[test]
fn a_run_without_checks_is_still_a_document() {
    let mut run = Run::some();
    run.catalog.checks.clear();
    run.assessment.findings.clear();
    run.assessment.gaps.clear();
    run.assessment.exceptions.clear();
    let document = written(&run);
    assert!(!texts(&document).is_empty());
    let result = &document["results"][0];
    let selections = list(&result["reviewed-controls"], "control-selections");
    assert_eq!(selections.len(), 1);
    assert!(selections[0].get("include-controls").is_none());
    for absent in ["findings", "observations", "risks", "assessment-log"] {
        assert!(result.get(absent).is_none(), "{absent}");
    }
    for (path, text) in texts(&document) {
        assert!(!path.ends_with("/ns") || text == NS, "{path}: {text}");
    }
}
