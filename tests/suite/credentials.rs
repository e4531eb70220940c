//! The ways to sign in that the shared configuration files know, and what is said of those that fail.

use crate::account::runtime;
use crate::harness::{told, waterline};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread::JoinHandle;
use waterline_mocks::{Account, Controls, Emulator, Running};

/// Who owns the keys of the configuration file, and who those of the environment.
const OURS: &str = "111111111111";
const OTHER: &str = "222222222222";
/// Entered by a role.
const MEMBER: &str = "333333333333";
/// The name of the file that holds the token of the SSO session `corp`: the SHA-1 of the name.
const TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "[profile keys]
aws_access_key_id = AKIA{OURS}TEST
aws_secret_access_key = s

[profile program]
credential_process = {folder}/program

[profile broken-program]
credential_process = /bin/false

[profile member]
role_arn = arn:aws:iam::{MEMBER}:role/audit
source_profile = keys

[profile person]
sso_session = corp
sso_account_id = {OURS}
sso_role_name = audit

[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example.com/start
"
    )
}

/// A folder with the configuration, and a program that gives keys.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("config"), configuration(home.path())).unwrap();
    let keys = json!({
        "Version": 1, "AccessKeyId": format!("AKIA{OURS}TEST"), "SecretAccessKey": "s",
    });
    let program = home.path().join("program");
    fs::write(&program, format!("#!/bin/sh\necho '{keys}'\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    home
}

async fn emulator() -> Running {
    let accounts = [OURS, OTHER, MEMBER].map(Account::new).into();
    let running = Emulator::start(accounts, Controls::default()).await;
    running.unwrap()
}

/// Audits by a profile, while the environment holds the keys of another account.
async fn by_profile(
    emulator: &Running,
    home: &Path,
    profile: &str,
    portal: Option<&str>,
) -> (i32, String, String) {
    let mut command = waterline();
    command
        .args(["audit", "--check", "ec2-ebs-encryption-by-default-off"])
        .args(["--region", "us-east-1", "--profile", profile])
        .env("HOME", home)
        .env("AWS_CONFIG_FILE", home.join("config"))
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{OTHER}TEST"))
        .env("AWS_SECRET_ACCESS_KEY", "s")
        // Unlike the option, this one is for those too who give the credentials.
        .env("AWS_ENDPOINT_URL", emulator.endpoint());
    if let Some(portal) = portal {
        command.env("AWS_ENDPOINT_URL_SSO", portal);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    told(output.unwrap().unwrap())
}

/// The accounts whose keys signed something since the last time, with what was asked.
fn signed(emulator: &Running) -> BTreeSet<(String, String)> {
    let log = emulator.log();
    emulator.clear_log();
    let pairs = log.iter();
    pairs
        .map(|one| (one.account.clone(), one.operation.clone()))
        .collect()
}

fn of(account: &str, operations: &[&str]) -> BTreeSet<(String, String)> {
    let pairs = operations.iter();
    pairs
        .map(|operation| (account.to_owned(), (*operation).to_owned()))
        .collect()
}

const ASKED: &[&str] = &[
    "GetCallerIdentity",
    "DescribeRegions",
    "GetEbsEncryptionByDefault",
];

#[test]
fn a_profile_signs_in_its_own_way_whatever_the_environment_holds() {
    let home = home();
    runtime().block_on(async {
        let emulator = emulator().await;
        for profile in ["keys", "program"] {
            let (code, _, complaint) = by_profile(&emulator, home.path(), profile, None).await;
            assert_eq!(code, 0, "{profile}: {complaint}");
            assert_eq!(signed(&emulator), of(OURS, ASKED), "{profile}");
        }
        let (code, _, complaint) = by_profile(&emulator, home.path(), "member", None).await;
        assert_eq!(code, 0, "{complaint}");
        let mut expected = of(MEMBER, ASKED);
        expected.extend(of(OURS, &["AssumeRole"]));
        assert_eq!(signed(&emulator), expected);
        emulator.stop().await;
    });
}

/// Answers one request of AWS's access portal, and tells its first line and the token.
fn portal() -> (String, JoinHandle<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let head: Vec<String> = lines
            .map(Result::unwrap)
            .take_while(|line| !line.is_empty())
            .collect();
        let keys = json!({"roleCredentials": {
            "accessKeyId": format!("ASIA{OURS}TEST"), "secretAccessKey": "s",
            "sessionToken": "t", "expiration": 4_102_444_800_000_u64,
        }})
        .to_string();
        let length = keys.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{keys}"
        )
        .unwrap();
        let token = head
            .iter()
            .find_map(|line| line.strip_prefix("x-amz-sso_bearer_token: "));
        (head[0].clone(), token.unwrap_or_default().to_owned())
    });
    (address, answering)
}

#[test]
fn who_signed_in_by_sso_is_known_until_the_token_expires() {
    let home = home();
    let token = home.path().join(TOKEN);
    fs::create_dir_all(token.parent().unwrap()).unwrap();
    let until = |when: &str| {
        json!({
            "accessToken": "signed-in", "expiresAt": when, "region": "us-east-1",
            "startUrl": "https://corp.example.com/start",
        })
        .to_string()
    };
    runtime().block_on(async {
        let emulator = emulator().await;
        let refused = async |what: &str| {
            let (code, _, complaint) = by_profile(&emulator, home.path(), "person", None).await;
            assert_eq!(code, 2, "{what}: {complaint}");
            assert!(
                complaint.contains("aws sso login --profile person"),
                "{what}: {complaint}"
            );
            assert!(signed(&emulator).is_empty(), "{what}");
        };
        refused("never signed in").await;
        fs::write(&token, until("2020-01-01T00:00:00Z")).unwrap();
        refused("the token has expired").await;

        fs::write(&token, until("2099-01-01T00:00:00Z")).unwrap();
        let (address, answering) = portal();
        let run = by_profile(&emulator, home.path(), "person", Some(&address));
        let (code, _, complaint) = run.await;
        assert_eq!(code, 0, "{complaint}");
        let (line, bearer) = answering.join().unwrap();
        assert!(line.starts_with("GET /federation/credentials?"), "{line}");
        assert!(line.contains(OURS), "{line}");
        assert_eq!(bearer, "signed-in");
        assert_eq!(signed(&emulator), of(OURS, ASKED));
        emulator.stop().await;
    });
}

#[test]
fn a_profile_that_gives_nothing_is_told_and_no_other_keys_are_used() {
    let home = home();
    runtime().block_on(async {
        let emulator = emulator().await;
        for (profile, told) in [
            ("nobody", "no credentials: profile `nobody` was not defined"),
            (
                "broken-program",
                "no credentials: Error retrieving credentials: external process exited with code",
            ),
        ] {
            let (code, _, complaint) = by_profile(&emulator, home.path(), profile, None).await;
            assert_eq!(code, 2, "{profile}: {complaint}");
            assert!(complaint.contains(told), "{profile}: {complaint}");
            let way_out = format!("Check the profile `{profile}`");
            assert!(complaint.contains(&way_out), "{profile}: {complaint}");
            assert!(signed(&emulator).is_empty(), "{profile}");
        }
        emulator.stop().await;
    });
}
