//! The emulator in a process of its own: this benchmark's program once more, in another role.

use super::process::seconds;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use waterline_mocks::{Account, Controls, LogEntry, Outcome, Rule, Spec};

/// The variable that makes this program the emulator; its value is the scenario.
pub(crate) const ROLE: &str = "WATERLINE_BENCH_EMULATOR";

/// An account, and what its API does to callers.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) regions: Vec<String>,
    /// How many times the default account; 0 is an empty one.
    pub(crate) factor: usize,
    /// How many accounts; several are those of an organization, small ones.
    pub(crate) accounts: usize,
    pub(crate) rules: Vec<Rule>,
}

/// What the emulator was asked: for each operation and Region, how often, how often it throttled,
/// and the most pages of one list.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Asked(pub(crate) BTreeMap<String, BTreeMap<String, Count>>);

#[derive(Default, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Count {
    pub(crate) calls: usize,
    pub(crate) throttled: usize,
    pub(crate) pages: usize,
}

impl Asked {
    fn of(log: &[LogEntry]) -> Asked {
        let mut asked = Asked::default();
        let mut pages: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for entry in log {
            let operation = format!("{}:{}", entry.service, entry.operation);
            let count = asked
                .0
                .entry(operation.clone())
                .or_default()
                .entry(entry.region.clone())
                .or_default();
            count.calls += 1;
            match &entry.outcome {
                Outcome::Ok {} => {
                    let list = (operation, entry.region.clone(), without_token(&entry.input));
                    let page = pages.entry(list).or_default();
                    *page += 1;
                    count.pages = count.pages.max(*page);
                }
                Outcome::Error { code, .. } => {
                    let lower = code.to_ascii_lowercase();
                    let slow = ["throttl", "slowdown", "toomanyrequests", "limitexceeded"];
                    count.throttled += usize::from(slow.iter().any(|word| lower.contains(word)));
                    count.pages = count.pages.max(1);
                }
                Outcome::Broken { .. } => {}
            }
        }
        asked
    }

    /// All calls.
    pub(crate) fn calls(&self) -> usize {
        self.counts().map(|count| count.calls).sum()
    }

    /// Those that were throttled.
    pub(crate) fn throttled(&self) -> usize {
        self.counts().map(|count| count.throttled).sum()
    }

    fn counts(&self) -> impl Iterator<Item = &Count> {
        self.0.values().flat_map(BTreeMap::values)
    }
}

/// What is asked for, whichever page of it.
fn without_token(input: &serde_json::Value) -> String {
    let mut input = input.clone();
    if let Some(members) = input.as_object_mut() {
        members.retain(|name, _| {
            !["token", "marker"]
                .iter()
                .any(|word| name.to_ascii_lowercase().ends_with(word))
        });
    }
    input.to_string()
}

/// Serves a scenario until a line comes in, then tells what was asked.
pub(crate) fn serve(scenario: &str) {
    let scenario: Scenario = serde_json::from_str(scenario).expect("a scenario of our own");
    let accounts = match scenario.accounts {
        1 => None,
        several => Some(super::organization::accounts(several, &scenario.regions)),
    };
    let spec = Spec {
        regions: scenario.regions,
        mix: super::mix(scenario.factor),
        ..Spec::default()
    };
    let controls = Controls::default();
    for rule in scenario.rules {
        controls.add(rule);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let accounts = accounts.unwrap_or_else(|| vec![Account::generated(&spec)]);
        let running = waterline_mocks::Emulator::start(accounts, controls)
            .await
            .expect("a free port");
        println!("{}", running.endpoint());
        let _ = std::io::stdin().lock().read_line(&mut String::new());
        let asked = Asked::of(&running.log());
        println!("{}", serde_json::to_string(&asked).expect("text keys"));
        running.stop().await;
    });
}

/// A running emulator.
pub(crate) struct Emulator {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub(crate) endpoint: String,
    /// What it took before it was asked anything.
    made: f64,
}

impl Emulator {
    pub(crate) fn start(scenario: &Scenario) -> Emulator {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .env(ROLE, serde_json::to_string(scenario).expect("text keys"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program runs again");
        let stdin = child.stdin.take().expect("piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut endpoint = String::new();
        stdout.read_line(&mut endpoint).expect("the endpoint");
        Emulator {
            made: seconds(&child).unwrap_or_default(),
            child,
            stdin,
            stdout,
            endpoint: endpoint.trim().to_owned(),
        }
    }

    /// What it was asked, and the seconds of all cores that its answers took.
    pub(crate) fn finish(mut self) -> (Asked, f64) {
        let cpu = seconds(&self.child).unwrap_or_default() - self.made;
        writeln!(self.stdin, "end").expect("the emulator runs");
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("what was asked");
        let _ = self.child.wait();
        let asked = serde_json::from_str(&line).expect("what was asked");
        (asked, cpu)
    }
}
