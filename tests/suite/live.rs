//! Against moto's server, an implementation of AWS that no one here wrote: what the collectors
//! read is compared, fact by fact, with what the `aws` command line reads from it, and the
//! verdicts with those that follow from what AWS documents. The facts are compared once more
//! against the emulator, whose wire form is that of AWS's models, and which has what moto lacks.

use crate::account::runtime;
use crate::harness::{root, stand_ins, told, waterline};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use waterline_mocks::{Account, Controls, Emulator};

/// moto's server, stopped when the test ends, however it ends.
pub(crate) struct Moto {
    child: Child,
    pub(crate) endpoint: String,
    /// The programs beside it.
    pub(crate) bin: PathBuf,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Moto {
    pub(crate) fn start() -> Moto {
        Moto::serve(Command::new(stand_ins().join("moto_server")))
    }

    /// Starts a server of moto's that is called in a way of one's own.
    pub(crate) fn serve(mut program: Command) -> Moto {
        let bin = stand_ins();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = program
            .args(["-p", &port.to_string()])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Moto {
            child,
            endpoint: format!("http://127.0.0.1:{port}"),
            bin,
        };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "moto's server does not start"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        moto
    }

    pub(crate) fn python(&self, arguments: &[&str]) -> (i32, String, String) {
        python(&self.bin, arguments)
    }
}

fn python(bin: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(bin.join("python"));
    let command = command.args(arguments).current_dir(root());
    told(credentials(command).output().unwrap())
}

/// moto's server does one thing at a time: on a busy machine an answer takes its time.
pub(crate) const PATIENTLY: [&str; 2] = ["--timeout", "180"];

pub(crate) fn credentials(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_DEFAULT_REGION", "us-east-1")
}

fn run(endpoint: &str, arguments: &[&str]) {
    let regions = ["--region", "us-east-1,eu-west-1"];
    let (code, _, complaint) = run_at(endpoint, &[arguments, &regions].concat());
    assert_eq!(code, 0, "{complaint}");
}

/// Runs the program against moto; gives its exit code and what it said.
pub(crate) fn run_in(moto: &Moto, arguments: &[&str]) -> (i32, String, String) {
    run_at(&moto.endpoint, arguments)
}

fn run_at(endpoint: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = waterline();
    command
        .args(arguments)
        .args(["--endpoint-url", endpoint])
        .args(PATIENTLY);
    told(credentials(&mut command).output().unwrap())
}

/// A verdict that must be given.
struct Expected {
    check: String,
    /// Its id or ARN; empty for the verdict on a list that could not be read.
    resource: String,
    /// Where it is; if no Region is named, the verdict is the same wherever there is one.
    region: Option<String>,
    verdict: String,
}

/// `{id}` in an expected resource stands for an identifier that moto chose.
fn expected(ids: &Value) -> Vec<Expected> {
    let text = std::fs::read_to_string(root().join("tests/live/expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let mut list = Vec::new();
    for entry in expected.as_array().unwrap() {
        let word = |key: &str| entry[key].as_str().unwrap().to_owned();
        let mut resource = word("resource");
        for (name, id) in ids.as_object().unwrap() {
            resource = resource.replace(&format!("{{{name}}}"), id.as_str().unwrap());
        }
        list.push(Expected {
            check: word("check"),
            resource,
            region: entry["region"].as_str().map(str::to_owned),
            verdict: word("verdict"),
        });
    }
    list
}

#[test]
fn moto_is_read_as_the_aws_command_line_reads_it_and_judged_rightly() {
    let moto = Moto::start();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (code, said, complaint) = moto.python(&[
        "mocks/scenarios/account.py",
        &moto.endpoint,
        "--ids",
        &at("ids.json"),
    ]);
    assert_eq!(code, 0, "{said}{complaint}");

    read_alike(&moto.endpoint, folder.path(), &[]);

    let json = format!("json={}", at("audit.json"));
    run(&moto.endpoint, &["audit", "-q", "-o", &json]);
    judged_rightly(folder.path());
}

#[test]
fn the_emulator_is_read_as_the_aws_command_line_reads_it_and_has_what_moto_lacks() {
    let runtime = runtime();
    let start = Emulator::start(vec![beside_the_demo()], Controls::default());
    let emulator = runtime.block_on(start).unwrap();
    let folder = tempfile::tempdir().unwrap();
    read_alike(&emulator.endpoint(), folder.path(), &["--emulator"]);
    runtime.block_on(emulator.stop());
}

/// The demo account, with what its company does not use and moto does not have.
fn beside_the_demo() -> Account {
    let mut files = BTreeMap::new();
    for folder in ["mocks/accounts/demo", "tests/live/beside"] {
        let folder = root().join(folder);
        let mut folders = vec![folder.clone()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&folder).unwrap().display().to_string();
                    files.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
    }
    Account::from_files(files).unwrap()
}

/// Reads every fact there is, whether a check asks for it or not, and compares each with what the
/// command line reads at the same place.
fn read_alike(endpoint: &str, folder: &Path, how: &[&str]) {
    let at = |name: &str| folder.join(name).display().to_string();
    let [schema, checks, snapshot] = ["schema.json", "everything", "everything.gz"].map(at);
    std::fs::create_dir(&checks).unwrap();
    std::fs::write(&schema, waterline::model::schema().to_string()).unwrap();
    let bin = stand_ins();
    let (code, said, complaint) = python(&bin, &["tests/live/everything.py", &schema, &checks]);
    assert_eq!(code, 0, "{said}{complaint}");
    run(
        endpoint,
        &["collect", "-q", "--checks", &checks, "-o", &snapshot],
    );
    let compare = ["tests/live/compare.py", endpoint, &snapshot];
    let (code, said, complaint) = python(&bin, &[&compare, how].concat());
    println!("{said}");
    assert_eq!(code, 0, "{said}{complaint}");
}

fn judged_rightly(folder: &Path) {
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let document = read("audit.json");
    let mut verdicts: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
    for result in document["results"].as_array().unwrap() {
        let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
        for name in [text("resource_id"), text("arn")] {
            let given = verdicts.entry((text("check"), name)).or_default();
            given.insert((text("region"), text("verdict")));
        }
    }
    let expected = expected(&read("ids.json"));
    let services: BTreeSet<&str> = expected
        .iter()
        .filter_map(|one| one.check.split('-').next())
        .collect();
    for service in [
        "backup",
        "cloudtrail",
        "cloudwatch",
        "ec2",
        "iam",
        "rds",
        "s3",
    ] {
        assert!(
            services.contains(service),
            "no verdict of {service} is expected"
        );
    }
    let mut wrong = Vec::new();
    for one in &expected {
        let given = verdicts.get(&(one.check.clone(), one.resource.clone()));
        let here: BTreeSet<&str> = given
            .into_iter()
            .flatten()
            .filter(|(region, _)| one.region.as_ref().is_none_or(|named| named == region))
            .map(|(_, verdict)| verdict.as_str())
            .collect();
        // Of several with one name, each must have it.
        if here != BTreeSet::from([one.verdict.as_str()]) {
            let (check, resource, verdict) = (&one.check, &one.resource, &one.verdict);
            wrong.push(format!(
                "{check} on {resource}: expected {verdict}, got {given:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} verdicts as expected", expected.len());
}
