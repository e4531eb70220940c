//! How fast judging and reporting are: the whole catalogue over 100,000 resources in memory, and
//! every format of report over the verdicts of 10,000.
//!
//! `cargo bench --no-default-features --bench judge` prints resources and verdicts a second; with
//! `-- --write`, it writes them into `docs/performance.md`, too.

#[path = "page/mod.rs"]
mod page;

use serde_json::json;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Instant;
use waterline::assess::assess;
use waterline::catalog::Catalog;
use waterline::derive::derive;
use waterline::model::{self, CUSTOMER, Facet, Header, Listing, Meta, Resource, Snapshot};
use waterline::report::{Format, Report, Style, render};
use waterline::score::score;

/// Resources that are judged.
const JUDGED: usize = 100_000;
/// Resources whose verdicts are reported: a sheet of a workbook holds no more than a million rows.
const REPORTED: usize = 10_000;
const ROUNDS: usize = 3;

/// Facts of four common kinds, good and bad in turn.
fn facts(number: usize) -> (&'static str, serde_json::Value) {
    let odd = number % 2 == 1;
    match number % 4 {
        0 => (
            "ec2.volume",
            json!({
                "encrypted": odd, "size": 8, "state": "in-use", "volume_type": "gp3",
            }),
        ),
        1 => (
            "s3.bucket",
            json!({
                "name": format!("bucket-{number}"),
                "creation_date": "2026-01-01T00:00:00Z",
                "encryption": [{"sse_algorithm": "AES256", "kms_master_key_id": null, "bucket_key_enabled": odd}],
                "versioning": {"status": if number % 8 == 1 { "Enabled" } else { "Suspended" }, "mfa_delete": null},
                "public_access_block": null,
                "policy": null,
                "policy_status": null,
                "acl": [],
                "object_ownership": "BucketOwnerEnforced",
                "logging": null,
                "lifecycle_rules": [],
                "object_lock": null,
                "replication_rules": [],
                "notification": {"event_bridge": false, "destinations": []},
            }),
        ),
        2 => (
            "ec2.security_group",
            json!({
                "group_name": format!("group-{number}"),
                "vpc_id": "vpc-1",
                "description": "",
                "ingress": (0..6).map(|rule| json!({
                    "protocol": "tcp", "from_port": 20 + rule, "to_port": 20 + rule,
                    "cidrs": ["10.0.0.0/8", if number % 8 == 2 { "0.0.0.0/0" } else { "192.0.2.0/24" }],
                })).collect::<Vec<_>>(),
            }),
        ),
        _ => (
            "kms.key",
            json!({"rotation": {"key_rotation_enabled": odd}}),
        ),
    }
}

/// Whatever a kind asks for and [`facts`] leaves out is filled in from its schema, so that
/// the benchmark goes on when a fact is added.
fn complete(kind: &str, given: serde_json::Value, schema: &serde_json::Value) -> serde_json::Value {
    let mut object = blank(&schema["$defs"][kind], schema);
    merge(&mut object, given, &schema["$defs"][kind], schema);
    object
}

fn resolve<'s>(part: &'s serde_json::Value, root: &'s serde_json::Value) -> &'s serde_json::Value {
    match part["$ref"].as_str() {
        Some(target) => resolve(root.pointer(&target[1..]).unwrap_or(part), root),
        None => part,
    }
}

/// The least value that a schema takes.
fn blank(part: &serde_json::Value, root: &serde_json::Value) -> serde_json::Value {
    if part["x-facet"] == true {
        return json!({"$unread": []});
    }
    let part = resolve(part, root);
    if part["anyOf"].is_array() {
        return serde_json::Value::Null;
    }
    let kind = match &part["type"] {
        serde_json::Value::Array(kinds) if kinds.iter().any(|kind| kind == "null") => "null",
        other => other.as_str().unwrap_or("null"),
    };
    match kind {
        "object" => match part["properties"].as_object() {
            Some(properties) => properties
                .iter()
                .map(|(name, part)| (name.clone(), blank(part, root)))
                .collect(),
            None => json!({}),
        },
        "array" => json!([]),
        "string" if part["format"] == "date-time" => json!("2026-01-01T00:00:00Z"),
        "string" => json!(""),
        "integer" | "number" => json!(0),
        "boolean" => json!(false),
        _ => serde_json::Value::Null,
    }
}

fn merge(
    into: &mut serde_json::Value,
    given: serde_json::Value,
    part: &serde_json::Value,
    root: &serde_json::Value,
) {
    let part = resolve(part, root);
    match given {
        serde_json::Value::Object(fields) if part["properties"].is_object() => {
            if !into.is_object() || into.get("$unread").is_some() {
                *into = blank_object(part, root);
            }
            for (name, value) in fields {
                merge(&mut into[&name], value, &part["properties"][&name], root);
            }
        }
        serde_json::Value::Array(items) => {
            let of = &part["items"];
            *into = items
                .into_iter()
                .map(|item| {
                    let mut value = blank(of, root);
                    merge(&mut value, item, of, root);
                    value
                })
                .collect();
        }
        value => *into = value,
    }
}

fn blank_object(part: &serde_json::Value, root: &serde_json::Value) -> serde_json::Value {
    let properties = part["properties"].as_object();
    properties
        .into_iter()
        .flatten()
        .map(|(name, part)| (name.clone(), blank(part, root)))
        .collect()
}

fn snapshot(count: usize) -> Snapshot {
    let schema = model::schema();
    let account: Arc<str> = "111122223333".into();
    let region: Arc<str> = "us-east-1".into();
    let mut resources = Vec::with_capacity(count);
    for number in 0..count {
        let (name, given) = facts(number);
        let kind = model::kind(name).unwrap_or_else(|| panic!("no kind {name}"));
        let facts = complete(name, given, &schema);
        resources.push(Resource {
            meta: Meta {
                arn: format!("arn:aws:{name}:{number}").into(),
                id: number.to_string().into(),
                account: account.clone(),
                region: region.clone(),
                tags: Facet::Known(Default::default()),
                managed_by: CUSTOMER.into(),
            },
            facts: (kind.decode)(facts).unwrap_or_else(|error| panic!("{name}: {error}")),
        });
    }
    let mut snapshot = Snapshot {
        header: Header {
            schema: model::snapshot::SCHEMA,
            tool: "bench".into(),
            account: account.to_string(),
            caller: String::new(),
            partition: "aws".into(),
            regions: vec![region.to_string()],
            started: chrono::DateTime::from_timestamp(1_795_348_800, 0).unwrap_or_default(),
            asked: Vec::new(),
            ledger: Vec::new(),
        },
        resources,
        listings: model::kinds()
            .map(|kind| Listing {
                kind: kind.name.into(),
                account: account.clone(),
                region: region.clone(),
                gaps: Vec::new(),
            })
            .collect(),
        gaps: Vec::new(),
    };
    snapshot.sort();
    derive(&mut snapshot);
    snapshot
}

/// Counts what is written, and keeps none of it.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let began = Instant::now();
    let catalog = Catalog::builtin().unwrap_or_else(|problems| panic!("{problems}"));
    let (checks, compiled) = (catalog.checks.len(), began.elapsed());
    let said = format!("{checks} checks compiled in {compiled:.0?}, the built-in ones.");
    println!("{said}\n");
    let table = judging(&catalog);
    page::write("judge", &format!("{said}\n\n{table}"));
    println!();
    page::write("formats", &reporting(&catalog));
}

/// Shows a line of a table, and keeps it.
fn show(table: &mut String, line: &str) {
    println!("{line}");
    table.push_str(line);
    table.push('\n');
}

fn judging(catalog: &Catalog) -> String {
    let snapshot = snapshot(JUDGED);
    let mut table = String::new();
    let head = "| resources | verdicts | wall | resources/s | verdicts/s |\n|---|---|---|---|---|";
    show(&mut table, head);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let verdicts = assess(&snapshot, catalog, snapshot.header.started)
            .findings
            .len();
        let seconds = began.elapsed().as_secs_f64();
        let line = format!(
            "| {JUDGED} | {verdicts} | {seconds:.2} s | {:.0} | {:.0} |",
            JUDGED as f64 / seconds,
            verdicts as f64 / seconds,
        );
        show(&mut table, &line);
    }
    table
}

fn reporting(catalog: &Catalog) -> String {
    let snapshot = snapshot(REPORTED);
    let assessment = assess(&snapshot, catalog, snapshot.header.started);
    let report = Report {
        header: &snapshot.header,
        catalog,
        assessment: &assessment,
        score: &score(&assessment.findings, catalog),
        resources: &[],
    };
    let style = Style {
        width: 100,
        colour: false,
        all: true,
    };
    let verdicts = assessment.findings.len();
    let mut table = String::new();
    let head = "| format | verdicts | size | wall | verdicts/s |\n|---|---|---|---|---|";
    show(&mut table, head);
    for format in Format::ALL {
        let mut out = BufWriter::new(Counted(0));
        let began = Instant::now();
        render(&report, format, style, &mut out)
            .unwrap_or_else(|error| panic!("{format}: {error}"));
        let seconds = began.elapsed().as_secs_f64();
        let line = format!(
            "| {format} | {verdicts} | {:.1} MB | {seconds:.2} s | {:.0} |",
            out.get_ref().0 as f64 / 1e6,
            verdicts as f64 / seconds,
        );
        show(&mut table, &line);
    }
    table
}
