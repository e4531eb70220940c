//! Snapshots and check files for tests: the small one that is kept, and what becomes of it.

use crate::harness::root;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

/// A check of the user's own whose verdict hangs on the time.
pub(crate) const OWN: &str = r#"id: s3-bucket-unrenewed
title: Buckets are not older than a decade or so
resource: s3.bucket
severity: low
assert: bucket.creation_date != null && bucket.creation_date.age(now) < days(4000)
message: "{{bucket.name}} is old"
risk: It was made by people who have left.
remedy: {text: Make another one., links: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html"]}
responsibility: {domain: customer-data, control: customer-specific, category: identify/inventory}
controls: {}
examples:
  - {name: young, verdict: pass, given: {name: a, creation_date: "2099-01-01T00:00:00Z"}}
  - {name: old, verdict: fail, given: {name: a, creation_date: "2000-01-01T00:00:00Z"}, message: a is old}
"#;

/// A folder with this check; what stood there is replaced.
pub(crate) fn own_checks(folder: &Path, text: &str) -> String {
    let own = folder.join("own");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("s3-bucket-unrenewed.yaml"), text).unwrap();
    own.display().to_string()
}

/// The snapshot that is kept with the tests.
pub(crate) fn small() -> String {
    let path = root().join("tests/data/small.jsonl.gz");
    path.display().to_string()
}

/// The small snapshot with its lines changed, those left out for which the answer is no.
pub(crate) fn edited(path: &Path, mut edit: impl FnMut(&mut Value) -> bool) -> String {
    let mut text = String::new();
    GzDecoder::new(File::open(small()).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    lines.pop();
    lines.retain_mut(&mut edit);
    let count = |sort: &str| lines.iter().filter(|line| line.get(sort).is_some()).count();
    let end = json!({"end": {
        "resources": count("resource"), "listings": count("listing"), "gaps": count("gap"),
    }});
    lines.push(end);
    let mut gzip = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
    for line in lines {
        writeln!(gzip, "{line}").unwrap();
    }
    gzip.finish().unwrap();
    path.display().to_string()
}
