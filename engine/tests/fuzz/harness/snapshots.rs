//! Snapshots: what is written is read back, what was damaged is refused or the same, and what was
//! read can be judged.

use super::json::mutate;
use super::{Entropy, promise};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::OnceLock;
use waterline_engine::assess::{Assessment, assess};
use waterline_engine::catalog::Catalog;
use waterline_engine::derive::derive;
use waterline_engine::model::codec::DecodeError;
use waterline_engine::model::{self, Gap, Header, KindInfo, Listing, Reason, Resource, Snapshot};

fn schema() -> &'static Json {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    SCHEMA.get_or_init(model::schema)
}

/// A value that a schema allows.
fn valid(part: &Json, entropy: &mut Entropy<'_>) -> Json {
    if part["x-facet"] == true && entropy.one_in(4) {
        return json!({"$unread": ["0123456789abcdef"]});
    }
    if let Some(target) = part["$ref"].as_str() {
        let target = schema().pointer(target.trim_start_matches('#'));
        return target.map_or(Json::Null, |target| valid(target, entropy));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(variants) = part[key].as_array() {
            return valid(entropy.pick(variants), entropy);
        }
    }
    if !part["const"].is_null() {
        return part["const"].clone();
    }
    if let Some(values) = part["enum"].as_array() {
        return entropy.pick(values).clone();
    }
    let kind = match &part["type"] {
        Json::Array(kinds) => entropy.pick(kinds).as_str(),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => object(part, entropy),
        Some("array") => (0..entropy.below(3))
            .map(|_| valid(&part["items"], entropy))
            .collect(),
        Some("string") if part["format"] == "date-time" => {
            (*entropy.pick(&["2026-01-01T00:00:00Z", "2026-02-03T04:05:06.789Z"])).into()
        }
        Some("string") => entropy.text().into(),
        Some("integer") => match part["format"].as_str() {
            Some("int64") if part["minimum"].is_null() => entropy.number().into(),
            _ => entropy.byte().into(),
        },
        Some("number") => json!(f64::from(entropy.byte()) / 7.0),
        Some("boolean") => entropy.one_in(2).into(),
        _ => Json::Null,
    }
}

fn object(part: &Json, entropy: &mut Entropy<'_>) -> Json {
    let mut object = Map::new();
    for (name, part) in part["properties"].as_object().into_iter().flatten() {
        object.insert(name.clone(), valid(part, entropy));
    }
    if part["additionalProperties"].is_object() {
        for _ in 0..entropy.below(4) {
            let value = valid(&part["additionalProperties"], entropy);
            object.insert(entropy.text(), value);
        }
    }
    Json::Object(object)
}

fn resource(kind: &KindInfo, entropy: &mut Entropy<'_>) -> Result<Resource, String> {
    let mut json = valid(&schema()["$defs"][kind.name], entropy);
    json["managed_by"] = (*entropy.pick(&["customer", "customer", "aws"])).into();
    let refused = |e: serde_json::Error, json: &Json| {
        format!(
            "what the schema of {} allows is not read: {e} in {json}",
            kind.name
        )
    };
    Ok(Resource {
        meta: serde_json::from_value(json.clone()).map_err(|e| refused(e, &json))?,
        facts: (kind.decode)(json.clone()).map_err(|e| refused(e, &json))?,
    })
}

fn snapshot(entropy: &mut Entropy<'_>, most: usize) -> Result<Snapshot, String> {
    let kinds: Vec<&KindInfo> = model::kinds().collect();
    let mut resources = Vec::new();
    for _ in 0..entropy.below(most) {
        resources.push(resource(entropy.pick::<&KindInfo>(&kinds), entropy)?);
    }
    let gap = |entropy: &mut Entropy<'_>| Gap {
        id: entropy.text().into(),
        account: "111122223333".into(),
        region: entropy.text().into(),
        operation: "s3:ListBuckets".into(),
        actions: vec!["s3:ListAllMyBuckets".into()],
        reason: *entropy.pick(&[Reason::Denied, Reason::Throttled, Reason::Failed]),
        resource: None,
        code: Some(entropy.text()),
        message: entropy.text(),
    };
    let listed = kinds.iter().filter(|_| !entropy.one_in(9));
    let listings = listed.map(|kind| Listing {
        kind: kind.name.into(),
        account: "111122223333".into(),
        region: "eu-west-1".into(),
        gaps: Vec::new(),
    });
    let listings = listings.collect();
    let mut snapshot = Snapshot {
        header: Header {
            schema: model::snapshot::SCHEMA,
            tool: entropy.text(),
            account: "111122223333".into(),
            caller: entropy.text(),
            partition: "aws".into(),
            regions: vec![entropy.text()],
            started: chrono::DateTime::UNIX_EPOCH,
            asked: Vec::new(),
            ledger: Vec::new(),
        },
        resources,
        listings,
        gaps: (0..entropy.below(4)).map(|_| gap(entropy)).collect(),
    };
    snapshot.sort();
    Ok(snapshot)
}

fn encode(snapshot: &Snapshot) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    snapshot.encode(&mut bytes).map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn lines(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut text = String::new();
    let mut input = MultiGzDecoder::new(bytes);
    input.read_to_string(&mut text).map_err(|e| e.to_string())?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn pack(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text).map_err(|e| e.to_string())?;
    gzip.finish().map_err(|e| e.to_string())
}

/// What is written is read back: the same facts, and the same bytes when written again.
pub(crate) fn run(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let snapshot = snapshot(entropy, 6)?;
    let bytes = encode(&snapshot)?;
    let again = Snapshot::decode(bytes.as_slice()).map_err(|e| format!("not read back: {e}"))?;
    for (before, after) in snapshot.resources.iter().zip(&again.resources) {
        let (before, after) = (before.to_json(), after.to_json());
        promise(before == after, "facts are read back", || {
            format!("{before} as {after}")
        })?;
    }
    promise(encode(&again)? == bytes, "the same bytes", || {
        format!("{:?}", lines(&bytes))
    })?;
    Ok(true)
}

/// A refusal names a line of the file, or says that there is none.
fn refused(error: &DecodeError, lines: usize) -> Result<(), String> {
    let place = match error {
        DecodeError::NotASnapshot(_) | DecodeError::Newer { .. } => Some(1),
        DecodeError::CutOff { line, .. } => Some(*line),
        DecodeError::Damaged { line, .. } | DecodeError::UnknownKind { line, .. } => {
            line.checked_sub(1)
        }
    };
    promise(
        place.is_some_and(|place| place <= lines),
        "an error names a line",
        || format!("{error:?} of {lines}"),
    )
}

/// Damage: to the bytes of the file, and to the text within.
pub(crate) fn run_damaged(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    if entropy.one_in(8) {
        let raw = entropy.bytes();
        let packed = pack(&raw)?;
        let input = if entropy.one_in(3) { raw } else { packed };
        return Ok(Snapshot::decode(input.as_slice()).is_ok());
    }
    let bytes = encode(&snapshot(entropy, 3)?)?;
    match entropy.below(4) {
        0 => flipped(&bytes, entropy),
        1 => {
            let short = &bytes[..entropy.below(bytes.len())];
            let error = Snapshot::decode(short).err();
            promise(error.is_some(), "what is cut off is refused", || {
                format!("{} of {} bytes", short.len(), bytes.len())
            })?;
            Ok(false)
        }
        _ => rewritten(&bytes, entropy),
    }
}

/// A bit of the file flips: it is refused, or (in gzip's header) says the same.
fn flipped(bytes: &[u8], entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let mut damaged = bytes.to_vec();
    let (at, bit) = (entropy.below(damaged.len()), entropy.below(8));
    damaged[at] ^= 1 << bit;
    match Snapshot::decode(damaged.as_slice()) {
        Err(_) => Ok(false),
        Ok(snapshot) => {
            promise(
                encode(&snapshot)? == bytes,
                "a flipped bit is noticed",
                || format!("bit {bit} of byte {at} of {:?}", lines(bytes)),
            )?;
            Ok(true)
        }
    }
}

/// The lines of the file, some of them changed, packed again.
fn rewritten(bytes: &[u8], entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let mut lines = lines(bytes)?;
    for _ in 0..=entropy.below(3) {
        let at = entropy.below(lines.len());
        match entropy.below(8) {
            0 => {
                lines.remove(at);
            }
            1 => lines.insert(at, lines[at].clone()),
            2 => lines[at] = entropy.text(),
            3 => lines[at] = super::json::any(entropy, 4).to_string(),
            _ => {
                let mut json: Json = serde_json::from_str(&lines[at]).unwrap_or_default();
                mutate(&mut json, entropy);
                lines[at] = json.to_string();
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    let text = lines.join("\n") + "\n";
    match Snapshot::decode(pack(text.as_bytes())?.as_slice()) {
        Err(error) => {
            refused(&error, text.lines().count() + 1)?;
            Ok(false)
        }
        Ok(mut snapshot) => {
            snapshot.sort();
            let bytes = encode(&snapshot)?;
            let again = Snapshot::decode(bytes.as_slice());
            let again = again.map_err(|e| format!("not read back: {e} of {text}"))?;
            promise(encode(&again)? == bytes, "the same bytes", || text)?;
            Ok(true)
        }
    }
}

fn catalog() -> Result<&'static Catalog, String> {
    static CATALOG: OnceLock<Result<Catalog, String>> = OnceLock::new();
    let catalog = CATALOG.get_or_init(|| Catalog::builtin().map_err(|e| e.to_string()));
    catalog.as_ref().map_err(Clone::clone)
}

/// Whatever was read can be completed and judged: one verdict for each check and resource.
pub(crate) fn run_judged(entropy: &mut Entropy<'_>) -> Result<bool, String> {
    let mut snapshot = snapshot(entropy, 24)?;
    let catalog = catalog()?;
    derive(&mut snapshot);
    let judged = |snapshot: &Snapshot| assess(snapshot, catalog, snapshot.header.started);
    let first = judged(&snapshot);
    let kinds = snapshot.resources.iter().map(Resource::kind);
    let due: usize = kinds
        .map(|kind| {
            catalog
                .checks
                .iter()
                .filter(|c| c.kind.name == kind)
                .count()
        })
        .sum();
    let told = first
        .findings
        .iter()
        .filter(|f| f.about.arn.is_some())
        .count();
    promise(
        told == due,
        "one verdict for each check and resource",
        || format!("{told} of {due}"),
    )?;
    let read = Snapshot::decode(encode(&snapshot)?.as_slice());
    let read = read.map_err(|e| format!("not read back: {e}"))?;
    let verdicts = |assessment: &Assessment| {
        let findings = assessment.findings.iter();
        let words = findings.map(|f| (f.id, f.verdict.word(), f.message().to_owned()));
        words.collect::<BTreeSet<_>>()
    };
    let (here, there) = (verdicts(&first), verdicts(&judged(&read)));
    promise(
        here == there,
        "the same verdicts of what was read back",
        || {
            let differ: Vec<_> = here.symmetric_difference(&there).take(4).collect();
            format!("{differ:?}")
        },
    )?;
    Ok(true)
}
