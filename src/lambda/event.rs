//! What an invocation is asked: the event, and the environment for what it leaves open.

use super::error::Failure;
use super::fields::Fields;
use super::organization::Wanted;
use crate::aws::Role;
use crate::catalog::Severity;
use crate::organization::Choice;
use crate::report::Format;
use crate::sink::s3::Address;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use std::str::FromStr;
use std::time::Duration;

const KEYS: &[&str] = &[
    "action",
    "account",
    "regions",
    "checks",
    "frameworks",
    "settings",
    "organization",
    "deliver",
    "run",
    "continue",
];
const ACCOUNT: &[&str] = &["role_arn", "external_id"];
const ORGANIZATION: &[&str] = &["role_name", "external_id", "ous", "accounts", "exclude"];
const DELIVER: &[&str] = &[
    "bucket",
    "prefix",
    "kms_key_id",
    "formats",
    "security_hub",
    "hub_region",
    "notify",
];
const NOTIFY: &[&str] = &["topic_arn", "severity"];
/// What EventBridge puts around the detail ("AWS service event metadata" in its User Guide).
const ENVELOPE: &[&str] = &[
    "version",
    "id",
    "detail-type",
    "source",
    "account",
    "time",
    "region",
    "resources",
    "detail",
    "replay-name",
];

/// The longest id of a run.
const LONGEST_RUN: usize = 128;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Reading an account, judging it, and delivering what was found.
    Audit,
    /// Listing the accounts of the organization.
    Accounts,
    /// Joining the assessments of a run over several accounts.
    Join,
}

/// Where what was found goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deliver {
    /// The bucket.
    pub(super) bucket: String,
    /// What all keys begin with; empty, or with a `/` at the end.
    pub(super) prefix: String,
    /// The key that encrypts; S3's own when none.
    pub(super) kms_key: Option<String>,
    /// The reports beside the assessment.
    pub(super) formats: Vec<Format>,
    /// Whether Security Hub gets the findings.
    pub(super) security_hub: bool,
    /// The Region that every finding goes to; that of its resource when none.
    pub(super) hub_region: Option<String>,
    /// Who is told of new failures; nobody when none.
    pub(super) topic: Option<String>,
    /// Of how severe ones.
    pub(super) severity: Severity,
}

/// What an invocation is asked.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) action: Action,
    /// The role to read by; the function's own when none.
    pub(super) role: Option<Role>,
    pub(super) regions: Vec<String>,
    pub(super) checks: Vec<String>,
    pub(super) frameworks: Vec<String>,
    /// The settings: their address, or their text.
    pub(super) settings: Option<String>,
    /// Which accounts of the organization are listed.
    pub(super) organization: Wanted,
    pub(super) deliver: Deliver,
    /// The run's id, given or made from when EventBridge sent the event.
    pub(super) run: Option<String>,
    /// The checkpoint to go on from.
    pub(super) go_on: Option<Address>,
    /// What is kept back for writing a checkpoint.
    pub(super) reserve: Option<Duration>,
    /// The event as it came, without what EventBridge puts around it.
    own: Map<String, Value>,
}

/// A variable of the environment.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Event {
    /// Reads an event. A variable of the environment stands in for what it leaves open.
    pub(super) fn read(event: &Value, variable: Variable<'_>) -> Result<Event, Failure> {
        let (own, sent) = unwrapped(event)?;
        let fields = Fields::of(&own, KEYS)?;
        let action = match fields.text("action")?.as_deref() {
            None | Some("audit") => Action::Audit,
            Some("accounts") => Action::Accounts,
            Some("join") => Action::Join,
            Some(other) => {
                return Err(Failure::event(format!(
                    "`action` of the event is `{other}`: known are audit, accounts, join"
                )));
            }
        };
        let run = match fields.text("run")? {
            Some(run) => Some(named(run)?),
            None => sent,
        };
        let go_on = fields.text("continue")?;
        let go_on = go_on.map(|text| parsed("continue", &text)).transpose()?;
        if go_on.is_some() && fields.text("run")?.is_none() {
            return Err(Failure::event(
                "the event has `continue` and no `run`: send the `event` of the last answer unchanged",
            ));
        }
        Ok(Event {
            action,
            role: role(&fields, variable)?,
            regions: list(&fields, "regions", "WATERLINE_REGIONS", variable)?,
            checks: list(&fields, "checks", "WATERLINE_CHECKS", variable)?,
            frameworks: list(&fields, "frameworks", "WATERLINE_FRAMEWORKS", variable)?,
            settings: fields
                .text("settings")?
                .or_else(|| variable("WATERLINE_SETTINGS")),
            organization: organization(&fields)?,
            deliver: deliver(&fields, variable)?,
            run,
            go_on,
            reserve: reserve(variable)?,
            own: own.as_object().cloned().unwrap_or_default(),
        })
    }

    /// The run's id; made from the time and the id of the request when none is given.
    pub(super) fn run(&self, now: DateTime<Utc>, request: &str) -> String {
        self.run.clone().unwrap_or_else(|| run_of(now, request))
    }

    /// The event that goes on with a run: from a checkpoint, or from what the run has kept.
    pub(super) fn next(&self, run: &str, checkpoint: Option<&Address>) -> Value {
        let mut next = self.own.clone();
        next.insert("run".to_owned(), run.into());
        match checkpoint {
            Some(kept) => next.insert("continue".to_owned(), kept.to_string().into()),
            None => next.remove("continue"),
        };
        next.into()
    }
}

/// The event itself, and the id of a run that EventBridge has sent: its own event is the `detail`.
fn unwrapped(event: &Value) -> Result<(Value, Option<String>), Failure> {
    let is_envelope = ["detail-type", "source", "detail"]
        .iter()
        .all(|key| event.get(key).is_some());
    if !is_envelope {
        return Ok((event.clone(), None));
    }
    let fields = Fields::of(event, ENVELOPE)?;
    let time = fields.text("time")?.map(|text| {
        DateTime::parse_from_rfc3339(&text).map_err(|error| {
            Failure::event(format!("`time` of the event is `{text}`, no time: {error}"))
        })
    });
    let time = time.transpose()?;
    let run = match (time, fields.text("id")?) {
        (Some(time), Some(id)) => Some(run_of(time.to_utc(), &id)),
        _ => None,
    };
    Ok((event["detail"].clone(), run))
}

/// Sorts by time, and tells two of the same second apart.
fn run_of(time: DateTime<Utc>, id: &str) -> String {
    let id: String = id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    format!("{}-{id}", time.format("%Y%m%dT%H%M%SZ"))
}

/// An id that can be a part of a key.
fn named(run: String) -> Result<String, Failure> {
    let good = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let first = run.chars().next();
    let named = first.is_some_and(|c| c.is_ascii_alphanumeric()) && run.chars().all(good);
    match named && run.len() <= LONGEST_RUN {
        true => Ok(run),
        false => Err(Failure::event(format!(
            "`run` of the event is `{run}`: it must begin with a letter or a digit, have only those and . _ -, and {LONGEST_RUN} of them at the most"
        ))),
    }
}

fn role(fields: &Fields<'_>, variable: Variable<'_>) -> Result<Option<Role>, Failure> {
    let account = fields.object("account", ACCOUNT)?;
    let given = account.text("role_arn")?;
    let external = account.text("external_id")?;
    let (arn, external_id) = match given {
        Some(arn) => (Some(arn), external),
        // Both of the environment, or none: an external id belongs to its role.
        None => (
            variable("WATERLINE_ROLE_ARN"),
            external.or_else(|| variable("WATERLINE_EXTERNAL_ID")),
        ),
    };
    match (arn, external_id) {
        (Some(arn), _) if !(arn.starts_with("arn:") && arn.contains(":role/")) => {
            Err(Failure::event(format!(
                "`account.role_arn` (or WATERLINE_ROLE_ARN) is `{arn}`, no ARN of a role: arn:aws:iam::ACCOUNT:role/NAME"
            )))
        }
        (Some(arn), external_id) => Ok(Some(Role { arn, external_id })),
        (None, Some(_)) => Err(Failure::event(
            "the event has an external id and no role: add `account.role_arn`",
        )),
        (None, None) => Ok(None),
    }
}

fn organization(fields: &Fields<'_>) -> Result<Wanted, Failure> {
    let wanted = fields.object("organization", ORGANIZATION)?;
    let texts = |key: &str| wanted.texts(key).map(Option::unwrap_or_default);
    Ok(Wanted {
        role_name: wanted.text("role_name")?,
        external_id: wanted.text("external_id")?,
        choice: Choice {
            units: texts("ous")?,
            accounts: texts("accounts")?,
            exclude: texts("exclude")?,
        },
    })
}

fn deliver(fields: &Fields<'_>, variable: Variable<'_>) -> Result<Deliver, Failure> {
    let deliver = fields.object("deliver", DELIVER)?;
    let notify = deliver.object("notify", NOTIFY)?;
    let or = |given: Option<String>, name: &str| given.or_else(|| variable(name));
    let bucket = or(deliver.text("bucket")?, "WATERLINE_BUCKET").ok_or_else(|| {
        Failure::event("no bucket for the reports: give `deliver.bucket`, or set WATERLINE_BUCKET")
    })?;
    let prefix = or(deliver.text("prefix")?, "WATERLINE_PREFIX").unwrap_or_default();
    let prefix = match prefix.trim_matches('/') {
        "" => String::new(),
        prefix => format!("{prefix}/"),
    };
    let formats = list(&deliver, "formats", "WATERLINE_FORMATS", variable)?;
    let mut formats = formats
        .iter()
        .map(|format| parsed("deliver.formats", format))
        .collect::<Result<Vec<Format>, Failure>>()?;
    formats.sort();
    formats.dedup();
    let hub = match deliver.flag("security_hub")? {
        Some(flag) => flag,
        None => match variable("WATERLINE_SECURITY_HUB").as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                return Err(Failure::event(format!(
                    "WATERLINE_SECURITY_HUB is `{other}`: true or false"
                )));
            }
        },
    };
    let topic = or(notify.text("topic_arn")?, "WATERLINE_TOPIC_ARN");
    if let Some(topic) = &topic
        && topic.split(':').count() != 6
    {
        return Err(Failure::event(format!(
            "`deliver.notify.topic_arn` (or WATERLINE_TOPIC_ARN) is `{topic}`, no ARN of a topic: arn:aws:sns:REGION:ACCOUNT:NAME"
        )));
    }
    let severity = or(notify.text("severity")?, "WATERLINE_SEVERITY");
    let severity = severity.map(|text| parsed("deliver.notify.severity", &text));
    Ok(Deliver {
        bucket,
        prefix,
        kms_key: or(deliver.text("kms_key_id")?, "WATERLINE_KMS_KEY_ID"),
        formats,
        security_hub: hub,
        hub_region: or(deliver.text("hub_region")?, "WATERLINE_HUB_REGION"),
        topic,
        severity: severity.transpose()?.unwrap_or(Severity::High),
    })
}

fn list(
    fields: &Fields<'_>,
    key: &str,
    name: &str,
    variable: Variable<'_>,
) -> Result<Vec<String>, Failure> {
    if let Some(given) = fields.texts(key)? {
        return Ok(given);
    }
    let text = variable(name).unwrap_or_default();
    let parts = text.split(',').map(str::trim);
    Ok(parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect())
}

fn reserve(variable: Variable<'_>) -> Result<Option<Duration>, Failure> {
    const NAME: &str = "WATERLINE_RESERVE_SECONDS";
    let Some(text) = variable(NAME) else {
        return Ok(None);
    };
    match text.parse() {
        Ok(seconds @ 1..=840) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(Failure::event(format!(
            "{NAME} is `{text}`: whole seconds, from 1 to 840"
        ))),
    }
}

fn parsed<T: FromStr<Err = String>>(key: &str, text: &str) -> Result<T, Failure> {
    text.parse()
        .map_err(|error| Failure::event(format!("`{key}` of the event: {error}")))
}

#[cfg(test)]
mod tests;
