//! The accounts of an organization: listed for a state machine that audits each, and the
//! assessments of a run joined.

use super::answer::texts;
use super::error::{Failure, Kind};
use super::event::Event;
use super::store::{self, ASSESSMENT, UNREAD, cannot_write};
use super::unread;
use crate::app::{self, Digest, render_organization};
use crate::aws::{Base, Options};
use crate::collect;
use crate::organization::{Choice, Combination, Directory, is_account};
use crate::report::{Format, Style, v1};
use crate::sink::s3::{Address, Bucket};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};

/// Below the prefix, beside the accounts' folders: what is of several accounts, by run.
const RUNS: &str = "runs";
/// The accounts that are to be audited, as a state machine's item reader takes them.
const ACCOUNTS: &str = "accounts.json";
/// All accounts, and where they lie: what joining needs to know what is missing.
const DIRECTORY: &str = "directory.json";
/// So many assessments are fetched ahead of the one that is added: more would wait for the adding,
/// and each may be of tens of megabytes.
const AHEAD: usize = 8;

/// Which accounts of the organization are audited, and by which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) role_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) choice: Choice,
}

/// The folder of a run over several accounts.
struct Folder<'a> {
    bucket: &'a Bucket,
    event: &'a Event,
    run: &'a str,
}

impl Folder<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}{RUNS}/{}/{name}", self.event.deliver.prefix, self.run)
    }

    async fn put(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Result<Address, Failure> {
        let key = self.key(name);
        self.bucket.put(&key, kind, bytes).await?;
        Ok(self.bucket.address(&key))
    }
}

fn written(value: &impl serde::Serialize) -> Vec<u8> {
    // Texts and numbers: nothing that can fail to be written.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Lists the accounts, and keeps the list.
pub(super) async fn accounts(event: &Event, request: &str) -> Result<Value, Failure> {
    let wanted = &event.organization;
    let name = wanted.role_name.as_deref().ok_or_else(|| {
        Failure::event(
            "`accounts` needs `organization.role_name`: the role to assume in each account",
        )
    })?;
    let base = Base::load(&Options::default()).await;
    let session = base.session(&unread::own(&base)).await?;
    let listed = session.for_accounts().organization().await;
    let listed = listed.map_err(|error| Failure::new(Kind::Session, error.to_string()))?;
    let mut directory = app::directory(listed);
    directory.choose(&wanted.choice).map_err(Failure::event)?;
    let run = event.run(collect::now(), request);
    let bucket = store::bucket(&base, &event.deliver);
    let folder = Folder {
        bucket: &bucket,
        event,
        run: &run,
    };
    let (partition, name) = (&session.partition, name.trim_start_matches('/'));
    let chosen = directory.accounts.iter();
    let chosen: Vec<Value> = chosen
        .filter(|account| account.left_out.is_none())
        .map(|account| {
            json!({
                "id": account.id,
                "name": account.name,
                "role_arn": format!("arn:{partition}:iam::{}:role/{name}", account.id),
                "external_id": wanted.external_id,
            })
        })
        .collect();
    let json = Format::Json.media_type();
    let kept = folder.put(DIRECTORY, json, written(&directory)).await?;
    let list = folder.put(ACCOUNTS, json, written(&chosen)).await?;
    Ok(json!({
        "status": "done",
        "run": run,
        "organization": directory.organization,
        "accounts": chosen.len(),
        "left_out": directory.accounts.len() - chosen.len(),
        "list": list.to_string(),
        "directory": kept.to_string(),
        "notes": directory.notes,
    }))
}

/// What a run has kept of an account.
enum Found {
    /// Its assessment.
    Assessed(Address, Vec<u8>),
    /// The assessment that says why it could not be entered.
    Unread(Address, Vec<u8>),
    /// Nothing: where its assessment would be.
    Nothing(Address),
}

impl Folder<'_> {
    /// The assessment of an account, or what stands for it.
    async fn of(&self, account: String) -> Result<Found, Failure> {
        let folder = format!("{}{account}/{}", self.event.deliver.prefix, self.run);
        let (assessed, unread) = (
            format!("{folder}/{ASSESSMENT}"),
            format!("{folder}/{UNREAD}"),
        );
        let address = self.bucket.address(&assessed);
        if let Some(bytes) = self.there(&assessed).await? {
            return Ok(Found::Assessed(address, bytes));
        }
        Ok(match self.there(&unread).await? {
            Some(bytes) => Found::Unread(self.bucket.address(&unread), bytes),
            None => Found::Nothing(address),
        })
    }

    async fn there(&self, key: &str) -> Result<Option<Vec<u8>>, Failure> {
        match self.bucket.get(key).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Joins the assessments of a run. One is added at a time, in the directory's order.
pub(super) async fn join(event: &Event) -> Result<Value, Failure> {
    let run = event.run.as_deref().ok_or_else(|| {
        Failure::event("`join` needs `run`: the id of the run whose assessments are joined")
    })?;
    let base = Base::load(&Options::default()).await;
    let bucket = store::bucket(&base, &event.deliver);
    let folder = Folder {
        bucket: &bucket,
        event,
        run,
    };
    let key = folder.key(DIRECTORY);
    let directory = bucket.get(&key).await?;
    let directory: Directory = serde_json::from_slice(&directory).map_err(|error| {
        let address = bucket.address(&key);
        Failure::new(
            Kind::Delivery,
            format!("{address} is no list of accounts: {error}"),
        )
    })?;
    let mut wanted = Vec::new();
    for account in directory
        .accounts
        .iter()
        .filter(|one| one.left_out.is_none())
    {
        // What the list names becomes part of a key.
        if !is_account(&account.id) {
            let message = format!("`{}` of the list of accounts is no account", account.id);
            return Err(Failure::new(Kind::Delivery, message));
        }
        wanted.push(account.id.clone());
    }
    let mut all = Combination::of(directory);
    let (mut joined, mut unread, mut missing) = (0_usize, Vec::new(), Vec::new());
    let fetched = wanted.into_iter().map(|account| folder.of(account));
    let mut fetched = stream::iter(fetched).buffered(AHEAD);
    while let Some(found) = fetched.try_next().await? {
        let (address, bytes) = match found {
            Found::Assessed(address, bytes) => (address, bytes),
            Found::Unread(address, bytes) => {
                unread.push(address.to_string());
                (address, bytes)
            }
            Found::Nothing(address) => {
                missing.push(address.to_string());
                continue;
            }
        };
        let told = |error: String| Failure::new(Kind::Delivery, format!("{address}: {error}"));
        let document = v1::Document::read(&bytes).map_err(told)?;
        all.add(&document).map_err(told)?;
        joined += 1;
    }
    let document = all.finish();
    let style = Style {
        width: 100,
        colour: false,
        all: true,
    };
    let mut reports = Vec::new();
    for (digest, format) in [
        (Digest::Json, Format::Json),
        (Digest::Markdown, Format::Markdown),
        (Digest::Table, Format::Table),
    ] {
        let mut bytes = Vec::new();
        render_organization(&document, digest, style, &mut bytes).map_err(cannot_write)?;
        let name = format!("organization.{}", format.extension());
        reports.push(folder.put(&name, format.media_type(), bytes).await?);
    }
    Ok(json!({
        "status": "done",
        "run": run,
        "organization": document.run.organization,
        "joined": joined,
        "unread": unread,
        "missing": missing,
        "score": document.score.whole,
        "coverage": document.coverage,
        "counts": {"verdicts": document.counts, "failures": document.failures},
        "notes": document.notes,
        "reports": texts(&reports),
    }))
}
