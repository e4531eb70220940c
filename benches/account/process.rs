//! The program as a process: how long it took, and what it cost.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a run cost and gave.
pub(crate) struct Measured {
    /// Seconds.
    pub(crate) wall: f64,
    /// Seconds of all cores.
    pub(crate) cpu: f64,
    /// The most memory that was resident, in 1,000,000 bytes.
    pub(crate) peak_mb: f64,
    /// The most of it that was data, and not the program's own file.
    pub(crate) data_mb: f64,
    /// How many resources there are of each kind.
    pub(crate) kinds: BTreeMap<String, usize>,
    pub(crate) verdicts: usize,
}

/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Audits the account behind an endpoint, or the accounts of its organization, with a report of
/// each account's results.
pub(crate) fn audit(endpoint: &str, accounts: usize) -> Measured {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let several: &[&str] = match accounts {
        1 => &[],
        _ => &["--organization", "--role-name", super::organization::ROLE],
    };
    let place = |name: &str| folder.path().join(name).join("{account}");
    let (snapshots, reports) = match accounts {
        1 => (folder.path().join("s.gz"), folder.path().join("r.ndjson")),
        _ => (place("s"), place("r")),
    };
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_waterline"))
        .args(["audit", "--quiet", "--endpoint-url", endpoint])
        .args(several)
        .arg("--snapshot")
        .arg(&snapshots)
        .arg("-o")
        .arg(format!("ndjson={}", reports.display()))
        .env("AWS_ACCESS_KEY_ID", "x")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let (cpu, peak_mb, data_mb) = watch(&mut child);
    let wall = began.elapsed().as_secs_f64();
    let status = child.wait().expect("the program ends");
    assert!(status.success(), "the audit failed: {status}");
    Measured {
        wall,
        cpu,
        peak_mb,
        data_mb,
        kinds: kinds(&files(&snapshots)),
        verdicts: files(&reports).iter().map(|file| lines(file)).sum(),
    }
}

/// The file, or all that lie where the accounts' are.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.exists() {
        return vec![path.to_owned()];
    }
    let folder = path.parent().expect("a folder of our own");
    let entries = std::fs::read_dir(folder).expect("the files of the accounts");
    entries
        .map(|entry| entry.expect("a file of an account").path())
        .collect()
}

/// The lines of a report: one for each verdict.
fn lines(file: &Path) -> usize {
    let bytes = std::fs::read(file).expect("the report");
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

impl Measured {
    pub(crate) fn resources(&self) -> usize {
        self.kinds.values().sum()
    }
}

/// A line of a snapshot.
#[derive(Deserialize)]
struct Line {
    resource: Option<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    kind: String,
}

/// The resources of snapshots, by kind.
fn kinds(files: &[PathBuf]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for file in files {
        let file = std::fs::File::open(file).expect("the snapshot");
        let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
        for line in lines {
            let line = line.expect("the snapshot");
            let line: Line = serde_json::from_str(&line).expect("a line of the snapshot");
            if let Some(resource) = line.resource {
                *kinds.entry(resource.kind).or_default() += 1;
            }
        }
    }
    kinds
}

/// The machine, as Linux tells it.
pub(crate) fn machine() -> String {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |file: &str, name: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(name));
        line.map(|rest| rest.trim_matches([':', ' ', '\t']).to_owned())
    };
    let model = field(&text("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown".into());
    let memory = field(&text("/proc/meminfo"), "MemTotal").unwrap_or_else(|| "unknown".into());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Machine: {cores} × {model}, {memory} of memory, for this program and the emulator both."
    )
}

/// The seconds of all cores that a process took so far.
pub(crate) fn seconds(child: &Child) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // After the name in parentheses: utime and stime are fields 14 and 15, in ticks of 1/100
    // second (proc(5)).
    let fields = stat.rsplit(')').next()?.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<f64>);
    Some(ticks.sum::<Result<f64, _>>().ok()? / 100.0)
}

/// Looks at the process until it ends: the counters of the kernel only grow, so the last look
/// is at most [`LOOK`] short.
fn watch(child: &mut Child) -> (f64, f64, f64) {
    let of = format!("/proc/{}", child.id());
    let (mut cpu, mut peak, mut data) = (0.0, 0.0, 0.0_f64);
    while child
        .try_wait()
        .expect("the program can be asked")
        .is_none()
    {
        cpu = seconds(child).unwrap_or(cpu);
        if let Ok(status) = std::fs::read_to_string(format!("{of}/status")) {
            let field = |name: &str| -> Option<f64> {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
                Some(kib * 1024.0 / 1e6)
            };
            peak = field("VmHWM:").unwrap_or(peak);
            // Of this the kernel keeps no peak: the most that was seen.
            data = field("RssAnon:").map_or(data, |now| data.max(now));
        }
        std::thread::sleep(LOOK);
    }
    (cpu, peak, data)
}
