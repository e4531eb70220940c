//! Exceptions: which of them somebody should look at, and adding one.

use super::judge::Judging;
use super::output::screen;
use super::settings::{Config, Loaded};
use super::{Error, exit, explain, files};
use crate::assess::{self, Accepted, Assessment, Finding, Standing, Verdict};
use crate::catalog::MAX_SETTINGS_BYTES;
use crate::derive;
use crate::report::attention;
use crate::settings::{Exception, FILE, Scope, append};
use crate::sink::FileSink;
use chrono::{DateTime, NaiveDate, Utc};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Today, or the day of the moment that `SOURCE_DATE_EPOCH` names.
fn today() -> NaiveDate {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds.parse().ok()?, 0))
        .unwrap_or_else(Utc::now)
        .date_naive()
}

/// Says of every exception how it stands today, and exits with 1 when somebody should look at
/// one. Without a snapshot, only what the file itself shows can be told.
pub fn check(snapshot: Option<&Path>, judging: &Judging) -> Result<u8, Error> {
    let Loaded {
        catalog,
        mut settings,
        ..
    } = judging.load()?;
    let exceptions = std::mem::take(&mut settings.exceptions);
    let (mut assessment, resources) = match snapshot {
        Some(path) => {
            let mut snapshot = files::snapshot(path)?;
            derive::derive(&mut snapshot);
            let now = snapshot.header.started;
            let assessment = assess::assess_by(&snapshot, &catalog, &settings, now);
            (assessment, snapshot.resources)
        }
        None => (Assessment::default(), Vec::new()),
    };
    assess::accept(&mut assessment, &resources, &catalog, &exceptions, today());
    let text = describe(&assessment.exceptions, snapshot.is_some());
    screen(text.as_bytes())?;
    let attention = assessment.exceptions.iter().any(Accepted::needs_attention);
    Ok(if attention {
        exit::FINDINGS
    } else {
        exit::DONE
    })
}

fn describe(exceptions: &[Accepted], judged: bool) -> String {
    let mut out = String::new();
    for one in exceptions {
        let Accepted { id, owner, .. } = one;
        let standing = match one.standing {
            Standing::Unused if !judged => "in time",
            Standing::Unused if !one.judged => "not judged here",
            standing => &standing.word().replace('_', " "),
        };
        let failures = match one.findings {
            0 => String::new(),
            1 => ", 1 failure".to_owned(),
            number => format!(", {number} failures"),
        };
        // Writing to a String does not fail.
        let _ = writeln!(out, "{id}  {standing}{failures}, until {}", one.expires);
        let _ = writeln!(out, "    {}", one.scope);
        let _ = writeln!(out, "    {owner}: {}", one.reason.trim());
        if one.needs_attention() {
            let _ = writeln!(out, "    look at it: {}", attention(one));
        }
    }
    let number = match exceptions.len() {
        1 => "1 exception".to_owned(),
        number => format!("{number} exceptions"),
    };
    let attention = exceptions
        .iter()
        .filter(|one| one.needs_attention())
        .count();
    let _ = writeln!(out, "{number}, {attention} to look at");
    out
}

/// An exception that is to be added.
#[derive(Clone, Debug)]
pub struct Addition {
    /// The failure: as in `explain`.
    pub finding: String,
    /// The snapshot that it is in.
    pub snapshot: PathBuf,
    /// Who answers for the risk.
    pub owner: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds, UTC.
    pub expires: NaiveDate,
    /// Binds it to what was seen.
    pub bind: bool,
    /// Its id; derived when none.
    pub id: Option<String>,
    /// Where the decision is written down.
    pub ticket: Option<String>,
}

/// Adds an exception for one failure to the file of settings; what else is in the file stays as
/// it is.
pub fn add(wanted: &Addition, judging: &Judging) -> Result<u8, Error> {
    let path = match &judging.config {
        Config::File(file) => file.clone(),
        Config::Found => PathBuf::from(FILE),
        Config::Text { .. } | Config::None => {
            let message = "an exception is added to a file: leave out --no-config";
            return Err(Error::Usage(message.into()));
        }
    };
    let old = match path.exists() {
        true => files::text(&path, MAX_SETTINGS_BYTES)?,
        false => String::new(),
    };
    let (mut catalog, settings) = judging.read(Some(&path), &old)?;
    settings.apply(&mut catalog);
    let mut snapshot = files::snapshot(&wanted.snapshot)?;
    derive::derive(&mut snapshot);
    let now = snapshot.header.started;
    let assessment = assess::assess_by(&snapshot, &catalog, &settings, now);
    let finding = explain::find(&wanted.finding, &assessment, &catalog).map_err(Error::Usage)?;
    acceptable(finding, wanted, today())?;
    let value = match wanted.bind {
        true => assess::explain(&snapshot, &catalog, finding, now)
            .and_then(|explanation| explanation.observed),
        false => None,
    };
    let exception = exception(finding, wanted, value);
    let said = |why: String| Error::Usage(format!("{}: {why}", path.display()));
    let new = append(&old, &exception).map_err(said)?;
    // What is written must be read again without a problem.
    let (_, settings) = judging.read(Some(&path), &new)?;
    let Some(added) = settings.exceptions.last() else {
        return Err(Error::Bug("the exception was not added".into()));
    };
    // A link is followed, and the file keeps who may read it.
    let place = path.canonicalize().unwrap_or_else(|_| path.clone());
    let permissions = std::fs::metadata(&place).map(|data| data.permissions());
    FileSink::open(&place)?.finish(|out| out.write_all(new.as_bytes()))?;
    if let Ok(permissions) = permissions {
        let _ = std::fs::set_permissions(&place, permissions);
    }
    let line = format!(
        "{}: added {}, {}, until {}\n",
        path.display(),
        added.id,
        added.words(),
        added.expires
    );
    screen(line.as_bytes())?;
    Ok(exit::DONE)
}

/// Only failures can be accepted, and only for a time to come.
fn acceptable(finding: &Finding, wanted: &Addition, today: NaiveDate) -> Result<(), Error> {
    let refused = match finding.verdict {
        Verdict::Fail if wanted.expires < today => {
            format!(
                "{} is past: an exception must hold for a time",
                wanted.expires
            )
        }
        Verdict::Fail => return Ok(()),
        Verdict::Excepted => format!(
            "{} is accepted already, by {}",
            finding.id,
            finding.exception().unwrap_or_default()
        ),
        Verdict::NotAssessed => format!(
            "{} was not assessed: what is not known cannot be accepted",
            finding.id
        ),
        verdict => format!(
            "{} is no failure ({}): there is nothing to accept",
            finding.id,
            verdict.word().replace('_', " ")
        ),
    };
    Err(Error::Usage(refused))
}

/// An exception for this failure and no other.
fn exception(finding: &Finding, wanted: &Addition, value: Option<String>) -> Exception {
    let scope = Scope {
        accounts: vec![finding.about.account.to_string()],
        regions: vec![finding.about.region.to_string()],
        arns: finding.about.arn.iter().map(ToString::to_string).collect(),
        tags: Vec::new(),
    };
    let checks = vec![finding.check.to_string()];
    Exception {
        id: wanted
            .id
            .clone()
            .unwrap_or_else(|| Exception::derived_id(&checks, &scope, value.as_deref())),
        checks,
        scope,
        owner: wanted.owner.clone(),
        reason: wanted.reason.clone(),
        expires: wanted.expires,
        value,
        ticket: wanted.ticket.clone(),
    }
}
