//! Secrets never enter: what may be one is dropped by the collector, and neither the snapshot
//! nor any report has it.

use crate::harness::{root, stand_ins, told};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use waterline::model;

/// The members of replies that may hold a secret, each with what becomes of it.
fn members() -> BTreeMap<String, String> {
    let file = root().join("tests/secrets/members.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// Those that are dropped: operation and path.
fn dropped() -> Vec<(String, String)> {
    let dropped = members()
        .into_iter()
        .filter(|(_, rule)| rule.starts_with("dropped"));
    dropped
        .map(|(member, _)| {
            let (operation, path) = member.split_once(' ').unwrap();
            (operation.to_owned(), path.to_owned())
        })
        .collect()
}

/// Whatever AWS's models call sensitive in a reply that is read, or what sounds of a secret, has
/// a rule: a new read that brings such a member has to say what becomes of it.
#[test]
fn what_may_be_a_secret_has_a_rule() {
    let operations: BTreeSet<&str> = model::reads().map(|read| read.operation).collect();
    let output = Command::new(stand_ins().join("python"))
        .arg("tests/secrets/members.py")
        .args(&operations)
        .current_dir(root())
        .output()
        .unwrap();
    let (code, said, complaint) = told(output);
    assert_eq!(code, 0, "{complaint}");
    let known = members();
    let found: BTreeSet<&str> = said.lines().collect();
    let without: Vec<&&str> = found
        .iter()
        .filter(|member| !known.contains_key(**member))
        .collect();
    assert!(
        without.is_empty(),
        "no rule in tests/secrets/members.json: {without:#?}"
    );
    for (member, rule) in &known {
        let (operation, _) = member.split_once(' ').unwrap();
        assert!(
            operations.contains(operation),
            "{member}: a rule for what is not read"
        );
        let marked = found.contains(member.as_str());
        let why = ["kept: ", "dropped, though AWS does not mark it: "];
        let whole = if marked {
            rule == "dropped" || rule.starts_with(why[0])
        } else {
            rule.starts_with(why[1])
        };
        assert!(whole, "{member}: `{rule}` is no rule for it");
    }
}

/// Words that a field with a secret in it would be called by.
const SUSPECT: &[&str] = &[
    "userdata",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "privatekey",
    "credential",
    "token",
    "environment",
    "presharedkey",
    "plaintext",
    "seed",
    "configurationvalues",
    "email",
    "phone",
    "masteruser",
    "apikey",
    "accesskey",
];

/// The fields that sound of a secret and hold text, each with why it is none.
const HARMLESS: &[(&str, &str)] = &[
    ("RootUser.password_last_changed", "a time"),
    ("RootUser.password_last_used", "a time"),
    ("Credentials.password_last_changed", "a time"),
    ("Credentials.password_last_used", "a time"),
    ("Credentials.password_next_rotation", "a time"),
    (
        "InstanceMetadataDefaults.http_tokens",
        "a word of AWS's: required, optional",
    ),
    (
        "InstanceMetadataDefaults.http_tokens_enforced",
        "a word of AWS's: enabled, disabled",
    ),
    (
        "MetadataOptions.http_tokens",
        "a word of AWS's: required, optional",
    ),
    (
        "rds.db_cluster.master_user_secret_arn",
        "where the secret is kept, not the secret",
    ),
    (
        "rds.db_instance.master_user_secret_arn",
        "where the secret is kept, not the secret",
    ),
    (
        "rds.db_cluster.master_username",
        "a name, which a check compares with the usual ones",
    ),
    (
        "rds.db_instance.master_username",
        "a name, which a check compares with the usual ones",
    ),
];

/// No fact of the model is a place for a secret: a field that sounds of one is a number, a yes or
/// no, or is listed here with the reason why its text is none.
#[test]
fn no_field_of_the_model_is_a_place_for_a_secret() {
    let schema = model::schema();
    let harmless: BTreeMap<&str, &str> = HARMLESS.iter().copied().collect();
    let mut suspects = BTreeSet::new();
    let mut fields = 0;
    for (kind, definition) in schema["$defs"].as_object().unwrap() {
        for (name, field) in definition["properties"].as_object().into_iter().flatten() {
            fields += 1;
            let plain = name.replace('_', "").to_ascii_lowercase();
            if SUSPECT.iter().any(|word| plain.contains(word)) && holds_text(field) {
                suspects.insert(format!("{kind}.{name}"));
            }
        }
    }
    assert!(fields > 500, "the schema was not read");
    let without: Vec<&String> = suspects
        .iter()
        .filter(|field| !harmless.contains_key(field.as_str()))
        .collect();
    assert!(
        without.is_empty(),
        "text that may be a secret: {without:#?}"
    );
    for field in harmless.keys() {
        assert!(suspects.contains(*field), "{field} is listed for nothing");
    }
}

/// Whether a field is text, or a list or map of texts. What refers to a definition is looked at
/// there.
fn holds_text(field: &Value) -> bool {
    let is = |value: &Value| {
        value == "string"
            || value
                .as_array()
                .is_some_and(|all| all.contains(&json!("string")))
    };
    let either = field["anyOf"].as_array().into_iter().flatten();
    is(&field["type"])
        || is(&field["items"]["type"])
        || is(&field["additionalProperties"]["type"])
        || either.into_iter().any(holds_text)
}

/// What is planted: it cannot be there by chance, and may stand wherever text may, or bytes as
/// base64.
fn secret(number: usize) -> String {
    format!("Pl4ntedS3cret{number:03}")
}

/// Puts a secret at the path of a reply, in each item of lists; where nothing is, the path is
/// made. Gives how many were planted.
fn plant(reply: &mut Value, path: &str, secret: &str) -> usize {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let (name, many, map) = match (first.strip_suffix("[]"), first.strip_suffix("{}")) {
        (Some(name), _) => (name, true, false),
        (_, Some(name)) => (name, false, true),
        _ => (first, false, false),
    };
    let Some(object) = reply.as_object_mut() else {
        return 0;
    };
    match rest {
        None if map => {
            object.insert(name.to_owned(), json!({"planted": secret}));
            1
        }
        None if many => {
            object.insert(name.to_owned(), json!([secret]));
            1
        }
        None => {
            object.insert(name.to_owned(), secret.into());
            1
        }
        Some(rest) if many => {
            let list = object.entry(name).or_insert_with(|| json!([{}]));
            let items = list.as_array_mut().unwrap().iter_mut();
            items.map(|item| plant(item, rest, secret)).sum()
        }
        Some(rest) => {
            let inner = object
                .entry(name)
                .or_insert_with(|| Value::Object(Map::new()));
            plant(inner, rest, secret)
        }
    }
}

/// The demo account with a secret in every place that is to be dropped, below this folder.
/// Gives the secrets with their places.
fn planted(folder: &Path) -> BTreeMap<String, String> {
    copy(&root().join("mocks/accounts/demo"), folder);
    let mut secrets = BTreeMap::new();
    for (number, (operation, path)) in dropped().into_iter().enumerate() {
        let secret = secret(number);
        let file = operation.replace(':', "/") + ".json";
        let mut places = 0;
        for scope in ["global", "us-east-1", "eu-west-1"] {
            let file = folder.join(scope).join(&file);
            let Ok(bytes) = std::fs::read(&file) else {
                continue;
            };
            let mut reply: Value = serde_json::from_slice(&bytes).unwrap();
            // Either the output itself, or entries that each have one.
            places += match reply.as_array_mut() {
                None => plant(&mut reply, &path, &secret),
                Some(entries) => entries
                    .iter_mut()
                    .filter_map(|entry| entry.get_mut("output"))
                    .map(|output| plant(output, &path, &secret))
                    .sum(),
            };
            std::fs::write(&file, reply.to_string()).unwrap();
        }
        secrets.insert(secret, format!("{operation} {path}: {places} places"));
    }
    // A parameter group holds all parameters: only those that are judged may be kept.
    for operation in ["DescribeDBParameters", "DescribeDBClusterParameters"] {
        let file = folder
            .join("us-east-1/rds")
            .join(format!("{operation}.json"));
        let mut reply: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let secret = secret(secrets.len());
        let entries: Vec<&mut Value> = match reply.as_array_mut() {
            Some(entries) => entries
                .iter_mut()
                .filter_map(|e| e.get_mut("output"))
                .collect(),
            None => vec![&mut reply],
        };
        let mut places = 0;
        for output in entries {
            let parameter = json!({"ParameterName": "ldap.bind_passwd", "ParameterValue": secret});
            output["Parameters"].as_array_mut().unwrap().push(parameter);
            places += 1;
        }
        std::fs::write(&file, reply.to_string()).unwrap();
        secrets.insert(
            secret,
            format!("rds:{operation} Parameters[].ParameterValue: {places} places"),
        );
    }
    secrets
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// The test that plants is only as good as what it plants.
#[test]
fn every_place_has_its_secret() {
    let folder = tempfile::tempdir().unwrap();
    for (secret, place) in planted(folder.path()) {
        assert!(!place.ends_with(": 0 places"), "{secret}: {place}");
    }
}

#[cfg(feature = "aws")]
mod aws {
    use super::*;
    use crate::account::runtime;
    use crate::harness::waterline;
    use std::io::Read as _;
    use waterline_mocks::{Account, Controls, Emulator};

    const FORMATS: &[&str] = &[
        "table", "json", "ndjson", "csv", "markdown", "sarif", "junit", "ocsf", "asff", "html",
        "xlsx", "oscal",
    ];

    /// The caller's own secrets, which no output may repeat either.
    const CALLER: &[(&str, &str)] = &[
        ("AWS_SECRET_ACCESS_KEY", "Pl4ntedCallerKey"),
        ("AWS_SESSION_TOKEN", "Pl4ntedCallerToken"),
    ];

    /// Secrets in every reply that has a place for one, and every output looked through.
    #[test]
    fn no_output_holds_a_secret() {
        let demo = tempfile::tempdir().unwrap();
        let secrets = planted(demo.path());
        let out = tempfile::tempdir().unwrap();
        let snapshot = out.path().join("snapshot.jsonl.gz");
        let mut command = waterline();
        command.args(["audit", "--region", "us-east-1,eu-west-1"]);
        command.arg("--snapshot").arg(&snapshot);
        for format in FORMATS {
            let file = out.path().join(format);
            command
                .arg("-o")
                .arg(format!("{format}={}", file.display()));
        }
        let account = Account::load(demo.path()).unwrap();
        let screen = runtime().block_on(async move {
            let emulator = Emulator::start(vec![account], Controls::default())
                .await
                .unwrap();
            command.arg("--endpoint-url").arg(emulator.endpoint());
            command.env("AWS_ACCESS_KEY_ID", "AKIA111122223333WLDE");
            command.envs(CALLER.iter().copied());
            let output = tokio::task::spawn_blocking(move || command.output().unwrap());
            let output = output.await.unwrap();
            emulator.stop().await;
            output
        });
        let complaint = String::from_utf8_lossy(&screen.stderr).into_owned();
        assert!(screen.status.success(), "{complaint}");
        let bundle = out.path().join("evidence.zip");
        let formats = FORMATS.join(",");
        let (code, _, trouble) = told(
            waterline()
                .arg("evidence")
                .arg(&snapshot)
                .args(["-q", "--report", &formats, "-o"])
                .arg(&bundle)
                .output()
                .unwrap(),
        );
        assert_eq!(code, 0, "{trouble}");
        let mut texts = vec![
            ("standard output".to_owned(), screen.stdout),
            ("standard error".to_owned(), screen.stderr),
        ];
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(&snapshot).unwrap())
            .read_to_end(&mut unpacked)
            .unwrap();
        texts.push(("the snapshot".to_owned(), unpacked));
        for format in FORMATS {
            let bytes = std::fs::read(out.path().join(format)).unwrap();
            // A workbook is a zip file of its own.
            if *format == "xlsx" && !bytes.is_empty() {
                let parts = waterline::bundle::unpack(&bytes).unwrap();
                texts.extend(
                    parts
                        .into_iter()
                        .map(|(path, text)| (format!("xlsx {path}"), text)),
                );
            }
            texts.push(((*format).to_owned(), bytes));
        }
        let files = waterline::bundle::unpack(&std::fs::read(&bundle).unwrap()).unwrap();
        texts.extend(
            files
                .into_iter()
                .map(|(path, text)| (format!("evidence {path}"), text)),
        );
        // What was planted beside the secrets is there: the account was really read.
        let text = String::from_utf8_lossy(&texts[2].1).into_owned();
        for read in [
            "vpn-040d8767eb9f37723",
            "orders-db",
            "lt-090680fe474841cd2",
            "freight-core",
        ] {
            assert!(text.contains(read), "{read} was not read");
        }
        let caller = CALLER
            .iter()
            .map(|(name, value)| ((*value).to_owned(), (*name).to_owned()));
        let forms: Vec<(String, String)> = secrets
            .into_iter()
            .chain(caller)
            .flat_map(|(secret, place)| [(base64(&secret), place.clone()), (secret, place)])
            .collect();
        for (name, text) in &texts {
            if let Some(place) = held(text, &forms) {
                panic!("{name} holds {place}");
            }
        }
        let planted = forms[0].0.as_bytes();
        assert!(held(&[b"of all: ", planted].concat(), &forms).is_some());
    }

    /// The place of a secret that the text holds. One way through it for all of them: the texts
    /// have a hundred megabytes.
    fn held<'a>(text: &[u8], forms: &'a [(String, String)]) -> Option<&'a str> {
        let mut begins = vec![false; 1 << 16];
        for (form, _) in forms {
            let bytes = form.as_bytes();
            begins[usize::from(bytes[0]) << 8 | usize::from(bytes[1])] = true;
        }
        let mut last = 0;
        for (at, byte) in text.iter().enumerate() {
            let pair = (last << 8 | usize::from(*byte)) & 0xffff;
            last = usize::from(*byte);
            if begins[pair] && at > 0 {
                let rest = &text[at - 1..];
                let found = forms
                    .iter()
                    .find(|(form, _)| rest.starts_with(form.as_bytes()));
                if let Some((_, place)) = found {
                    return Some(place);
                }
            }
        }
        None
    }

    /// Encoded as it stands alone.
    fn base64(text: &str) -> String {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        // Whole groups only: padding depends on what follows.
        for group in text.as_bytes().chunks_exact(3) {
            let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
            for shift in [18, 12, 6, 0] {
                out.push(char::from(DIGITS[(bits >> shift) as usize & 63]));
            }
        }
        out
    }
}
