//! Loading accounts from files.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::{About, Account, Fault, LoadError, Reply};

/// The demo account: a JSON object from path to text, packed by the build script.
static DEMO: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/demo.json.gz"));

type Files = BTreeMap<String, Vec<u8>>;

/// One entry of a file that is a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    input: Option<Value>,
    output: Option<Value>,
    error: Option<Fault>,
}

pub(super) fn demo() -> Result<Account, LoadError> {
    let broken = |e: String| LoadError {
        path: "demo".to_owned(),
        problem: e,
    };
    let mut text = String::new();
    GzDecoder::new(DEMO)
        .read_to_string(&mut text)
        .map_err(|e| broken(e.to_string()))?;
    let all: BTreeMap<String, String> =
        serde_json::from_str(&text).map_err(|e| broken(e.to_string()))?;
    files(
        all.into_iter()
            .map(|(path, text)| (path, text.into_bytes()))
            .collect(),
    )
}

pub(super) fn folder(dir: &Path) -> Result<Account, LoadError> {
    let mut found = Files::new();
    read_folder(dir, "", &mut found)?;
    files(found)
}

fn read_folder(dir: &Path, prefix: &str, found: &mut Files) -> Result<(), LoadError> {
    let failed = |path: &Path, e: std::io::Error| LoadError {
        path: path.display().to_string(),
        problem: e.to_string(),
    };
    for entry in std::fs::read_dir(dir).map_err(|e| failed(dir, e))? {
        let entry = entry.map_err(|e| failed(dir, e))?;
        let path = entry.path();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), found)?;
        } else {
            found.insert(name, std::fs::read(&path).map_err(|e| failed(&path, e))?);
        }
    }
    Ok(())
}

pub(super) fn files(found: Files) -> Result<Account, LoadError> {
    let about = found.get("account.json").ok_or_else(|| LoadError {
        path: "account.json".to_owned(),
        problem: "is missing".to_owned(),
    })?;
    let about: About = parse("account.json", about)?;
    if about.id.len() != 12 || !about.id.bytes().all(|b| b.is_ascii_digit()) {
        let problem = format!("id: `{}` is not twelve digits", about.id);
        return Err(LoadError {
            path: "account.json".to_owned(),
            problem,
        });
    }
    let mut account = Account::new(&about.id);
    account.about = about;
    for (path, bytes) in &found {
        let parts: Vec<&str> = path.split('/').collect();
        if let [scope, service, file] = parts.as_slice() {
            if let Some(operation) = file.strip_suffix(".json") {
                let key = [*scope, *service, operation];
                add(&mut account, key, path, bytes, &found)?;
            }
        } else if path.ends_with(".json") && path != "account.json" {
            let problem = "is not at <region>/<service>/<Operation>.json".to_owned();
            return Err(LoadError {
                path: path.clone(),
                problem,
            });
        }
    }
    Ok(account)
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, LoadError> {
    serde_json::from_slice(bytes).map_err(|e| LoadError {
        path: path.to_owned(),
        problem: e.to_string(),
    })
}

/// Adds one file's replies.
fn add(
    account: &mut Account,
    [scope, service, operation]: [&str; 3],
    path: &str,
    bytes: &[u8],
    all: &Files,
) -> Result<(), LoadError> {
    let failed = |problem: String| LoadError {
        path: path.to_owned(),
        problem,
    };
    let mut content: Value = parse(path, bytes)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    include_files(&mut content, folder, all).map_err(failed)?;
    let entries = match content {
        Value::Array(entries) => entries
            .into_iter()
            .map(|entry| serde_json::from_value::<Entry>(entry).map_err(|e| failed(e.to_string())))
            .collect::<Result<_, _>>()?,
        output => vec![Entry {
            input: None,
            output: Some(output),
            error: None,
        }],
    };
    let key = format!("{service}:{operation}");
    for (number, entry) in entries.into_iter().enumerate() {
        let reply = match (entry.output, entry.error) {
            (Some(output), None) => Reply::output(output),
            (None, Some(error)) => Reply::Error(error),
            _ => {
                let problem = format!("entry {}: needs either output or error", number + 1);
                return Err(failed(problem));
            }
        };
        let problem = super::check::input(&key, entry.input.as_ref())
            .into_iter()
            .chain(super::check::reply(&key, &reply))
            .next();
        if let Some(problem) = problem {
            return Err(failed(problem));
        }
        account
            .replies_mut(scope, service, operation)
            .set(entry.input, reply);
    }
    Ok(())
}

/// Replaces each `{"$file": "name"}` by the content of that file, in base64.
fn include_files(value: &mut Value, folder: &str, all: &Files) -> Result<(), String> {
    match value {
        Value::Object(fields) => {
            if let (Some(name), 1) = (fields.get("$file").and_then(Value::as_str), fields.len()) {
                let path = format!("{folder}/{name}");
                let bytes = all
                    .get(&path)
                    .ok_or_else(|| format!("there is no {path}"))?;
                *value = BASE64.encode(bytes).into();
                return Ok(());
            }
            fields
                .values_mut()
                .try_for_each(|v| include_files(v, folder, all))
        }
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|v| include_files(v, folder, all)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: (&str, &str) = ("account.json", r#"{"id": "111122223333"}"#);

    fn problem(path: &str, text: &str) -> String {
        Account::from_files([ABOUT, (path, text)])
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_demo_account_loads_and_fits_the_models() {
        let account = Account::demo().unwrap();
        assert_eq!(account.id(), "111122223333");
        assert_eq!(account.problems(), [""; 0]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        for (path, text, expected) in [
            (
                "us-east-1/ec2/DescribeVolumes.json",
                r#"{"Volums": []}"#,
                "Volums",
            ),
            (
                "us-east-1/ec2/DescribeVolumes.json",
                r#"{"Volumes": {}}"#,
                "Volumes",
            ),
            ("us-east-1/ec2/DescribeVolumes.json", "{", "EOF"),
            ("us-east-1/ec2/DescribeVolume.json", "{}", "not served"),
            ("us-east-1/ec3/DescribeVolumes.json", "{}", "not served"),
            ("us-east-1/DescribeVolumes.json", "{}", "is not at"),
            (
                "global/s3/GetBucketAcl.json",
                r#"[{"input": {"Bukket": "b"}}]"#,
                "needs either",
            ),
            (
                "global/s3/GetBucketAcl.json",
                r#"[{"input": {"Bukket": "b"}, "output": {}}]"#,
                "Bukket",
            ),
            (
                "global/iam/GetCredentialReport.json",
                r#"{"Content": {"$file": "report.csv"}}"#,
                "there is no global/iam/report.csv",
            ),
            (
                "us-east-1/ec2/DescribeVolumes.json",
                r#"{"Volumes": [{"CreateTime": "yesterday"}]}"#,
                "Volumes[0].CreateTime",
            ),
        ] {
            let found = problem(path, text);
            assert!(found.contains(expected), "{path} {text}: {found}");
        }
        assert!(
            Account::from_files([("x", "y")])
                .unwrap_err()
                .to_string()
                .contains("missing")
        );
        let short = [("account.json", r#"{"id": "1"}"#)];
        assert!(
            Account::from_files(short)
                .unwrap_err()
                .to_string()
                .contains("twelve")
        );
    }

    #[test]
    fn files_are_included_as_base64() {
        let account = Account::from_files([
            ABOUT,
            (
                "global/iam/GetCredentialReport.json",
                r#"{"Content": {"$file": "report.csv"}}"#,
            ),
            ("global/iam/report.csv", "user,arn\n"),
        ])
        .unwrap();
        let reply = account.find("us-east-1", "iam", "GetCredentialReport", &Value::Null);
        let Some((Reply::Output(output), _)) = reply else {
            panic!("no reply")
        };
        assert_eq!(output["Content"], "dXNlcixhcm4K");
    }
}
