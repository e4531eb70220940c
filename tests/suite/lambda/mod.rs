//! The handler in AWS's own emulator of Lambda's runtime (the runtime interface emulator, from
//! aws-sam-cli): the account is the emulator's, buckets and topics are moto's, and what was kept is
//! read back by the `aws` command line.

mod again;
mod events;
mod hub;
mod organization;
mod parts;
mod rounds;
mod runs;

use crate::harness::{stand_ins, told, waterline};
use crate::live::{Moto, credentials};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The moment of every run, so that runs can be compared byte for byte.
const NOW: u64 = 1_795_348_800;
/// Where reports go.
const BUCKET: &str = "waterline-reports";
/// Where the function is.
const REGION: &str = "us-east-1";

/// A function in the runtime interface emulator, stopped when the test ends, however it ends.
struct Function {
    child: Child,
    port: u16,
}

impl Drop for Function {
    fn drop(&mut self) {
        // The emulator ends its function when it is told to end, and leaves it when it is killed.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && began.elapsed().as_secs() < 5 {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The emulator, which lies in a package of the environment beside the stand-ins'.
fn emulator() -> PathBuf {
    let lib = stand_ins().join("../../deploy-venv/lib");
    let name = format!(
        "aws-lambda-rie-{}",
        match std::env::consts::ARCH {
            "aarch64" => "arm64",
            other => other,
        }
    );
    let python = std::fs::read_dir(lib)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    python
        .map(|python| python.join("site-packages/samcli/local/rapid").join(&name))
        .find(|path| path.exists())
        .unwrap()
}

impl Function {
    /// A function with this many seconds an invocation, at this time, with these variables.
    fn start(seconds: u64, now: u64, variables: &[(&str, &str)]) -> Function {
        let (port, api) = (free_port(), free_port());
        let program = waterline();
        let mut command = Command::new(emulator());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command
            .args([
                "--runtime-interface-emulator-address",
                &format!("127.0.0.1:{port}"),
            ])
            .args(["--runtime-api-address", &format!("127.0.0.1:{api}")])
            .args(["--log-level", "error"])
            .arg(program.get_program())
            .env("AWS_LAMBDA_FUNCTION_NAME", "waterline")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", seconds.to_string())
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .env("SOURCE_DATE_EPOCH", now.to_string())
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let waited = began.elapsed();
            assert!(
                waited < Duration::from_secs(30),
                "the emulator does not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Function { child, port }
    }

    /// Invokes it; gives what comes back, which is no JSON if Lambda ends it at its limit.
    fn attempt(&self, event: &Value) -> String {
        let body = event.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "POST /2015-03-31/functions/function/invocations HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }

    /// Invokes it; gives its answer, or its error.
    fn invoke(&self, event: &Value) -> Value {
        let body = self.attempt(event);
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
    }

    /// Invokes it, and wants an error; gives its type and message.
    fn refuses(&self, event: &Value) -> (String, String) {
        let answer = self.invoke(event);
        let word = |key: &str| answer[key].as_str().map(str::to_owned);
        match (word("errorType"), word("errorMessage")) {
            (Some(sort), Some(message)) => (sort, message),
            _ => panic!("{event} was answered: {answer}"),
        }
    }

    /// Invokes it until it is done; gives every answer.
    fn until_done(&self, event: &Value) -> Vec<Value> {
        let mut answers = vec![self.invoke(event)];
        while answers.last().unwrap()["status"] == "continue" {
            assert!(answers.len() < 40, "no end: {:?}", answers.last());
            let next = answers.last().unwrap()["event"].clone();
            answers.push(self.invoke(&next));
        }
        assert_eq!(
            answers.last().unwrap()["status"],
            "done",
            "{:?}",
            answers.last()
        );
        answers
    }
}

/// The `aws` command line on moto.
fn aws(moto: &Moto, arguments: &[&str]) -> Value {
    let mut command = Command::new(moto.bin.join("aws"));
    command
        .args(["--output", "json", "--endpoint-url", &moto.endpoint])
        .args(arguments);
    let (code, said, complaint) = told(credentials(&mut command).output().unwrap());
    assert_eq!(code, 0, "{arguments:?}: {complaint}");
    serde_json::from_str(said.trim()).unwrap_or(Value::Null)
}

/// moto with the bucket.
fn moto() -> Moto {
    let moto = Moto::start();
    aws(&moto, &["s3api", "create-bucket", "--bucket", BUCKET]);
    moto
}

/// The bytes of an object, by its address.
fn object(moto: &Moto, address: &Value) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("object");
    let key = address.as_str().unwrap();
    let key = key.strip_prefix(&format!("s3://{BUCKET}/")).unwrap();
    let get = ["s3api", "get-object", "--bucket", BUCKET, "--key", key];
    aws(moto, &[&get[..], &[file.to_str().unwrap()]].concat());
    std::fs::read(&file).unwrap()
}

/// The keys of the bucket.
fn keys(moto: &Moto) -> Vec<String> {
    let listed = aws(moto, &["s3api", "list-objects-v2", "--bucket", BUCKET]);
    let contents = listed["Contents"].as_array().cloned().unwrap_or_default();
    let key = |object: &Value| object["Key"].as_str().unwrap().to_owned();
    contents.iter().map(key).collect()
}

/// The variables by which a function reads from the emulator, and keeps and tells in moto.
fn places<'a>(account: &'a str, moto: &'a Moto) -> Vec<(&'static str, &'a str)> {
    vec![
        ("AWS_ENDPOINT_URL", account),
        ("AWS_ENDPOINT_URL_S3", &moto.endpoint),
        ("AWS_ENDPOINT_URL_SNS", &moto.endpoint),
    ]
}

/// An event that keeps reports, and what it says besides.
fn event(more: Value) -> Value {
    let mut event = json!({"deliver": {"bucket": BUCKET}});
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}
