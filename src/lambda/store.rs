//! The layout of the bucket: below the prefix a folder for each account, in it one for each run.

use super::answer::Compared;
use super::error::{Failure, Kind};
use super::event::Deliver;
use crate::aws::Base;
use crate::catalog::Severity;
use crate::collect::checkpoint::Checkpoint;
use crate::model::Snapshot;
use crate::report::{self, Format, Judged, Style};
use crate::sink::s3::{Address, Bucket, BucketError, Listed};
use std::collections::BTreeSet;

/// The snapshot of a run.
const SNAPSHOT: &str = "snapshot.wl";
/// The assessment of a run.
pub(super) const ASSESSMENT: &str = "assessment.json";
/// What came of comparing a run with the one before.
const COMPARED: &str = "compared.json";
/// The assessment of an account that could not be entered.
pub(super) const UNREAD: &str = "unread.json";
/// The media type of what only we read.
const BINARY: &str = "application/octet-stream";

/// The folder of a run.
pub(super) struct Store<'a> {
    bucket: &'a Bucket,
    /// The account's folder, with a `/` at the end.
    account: String,
    run: &'a str,
}

/// The bucket that an event names.
pub(super) fn bucket(base: &Base, deliver: &Deliver) -> Bucket {
    Bucket::new(base, &deliver.bucket, deliver.kms_key.clone())
}

impl<'a> Store<'a> {
    pub(super) fn new(
        bucket: &'a Bucket,
        deliver: &Deliver,
        account: &str,
        run: &'a str,
    ) -> Store<'a> {
        Store {
            bucket,
            account: format!("{}{account}/", deliver.prefix),
            run,
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}{}/{name}", self.account, self.run)
    }

    async fn put(&self, name: &str, kind: &str, bytes: Vec<u8>) -> Result<Address, Failure> {
        let key = self.key(name);
        self.bucket.put(&key, kind, bytes).await?;
        Ok(self.bucket.address(&key))
    }

    /// Keeps a checkpoint. Its name tells what it holds, so that an invocation that is made again
    /// keeps its own beside the first one's.
    pub(super) async fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<Address, Failure> {
        let mut bytes = Vec::new();
        checkpoint.encode(&mut bytes).map_err(cannot_write)?;
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let hex: String = digest
            .as_ref()
            .iter()
            .take(6)
            .map(|b| format!("{b:02x}"))
            .collect();
        let name = format!("checkpoint-{}-{hex}.wl", checkpoint.head.runs);
        self.put(&name, BINARY, bytes).await
    }

    /// Where the snapshot is, or will be.
    pub(super) fn place_of_snapshot(&self) -> Address {
        self.bucket.address(&self.key(SNAPSHOT))
    }

    /// The snapshot that an earlier invocation of the run has kept: then all was read.
    pub(super) async fn kept_snapshot(&self) -> Result<Option<Snapshot>, Failure> {
        let key = self.key(SNAPSHOT);
        let bytes = match self.bucket.get(&key).await {
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let snapshot = Snapshot::decode(bytes.as_slice());
        snapshot
            .map(Some)
            .map_err(|error| self.damaged(&key, &error))
    }

    /// Keeps the snapshot.
    pub(super) async fn snapshot(&self, snapshot: &Snapshot) -> Result<Address, Failure> {
        let mut bytes = Vec::new();
        snapshot.encode(&mut bytes).map_err(cannot_write)?;
        self.put(SNAPSHOT, BINARY, bytes).await
    }

    /// Keeps the assessment and the reports, one after the other: each is let go before the next
    /// is made.
    pub(super) async fn reports(
        &self,
        judged: &Judged<'_>,
        formats: &[Format],
    ) -> Result<Vec<Address>, Failure> {
        let others = formats.iter().filter(|format| **format != Format::Json);
        let mut kept = Vec::new();
        for format in std::iter::once(&Format::Json).chain(others) {
            let bytes = rendered(judged, *format)?;
            let name = match format {
                Format::Json => ASSESSMENT.to_owned(),
                other => format!("report.{}", other.extension()),
            };
            kept.push(self.put(&name, format.media_type(), bytes).await?);
        }
        Ok(kept)
    }

    /// Keeps the assessment of an account that could not be entered. One that an earlier
    /// invocation has kept says the same of an earlier moment.
    pub(super) async fn unread(&self, judged: &Judged<'_>) -> Result<(), Failure> {
        let bytes = rendered(judged, Format::Json)?;
        let key = self.key(UNREAD);
        let kind = Format::Json.media_type();
        match self.bucket.put(&key, kind, bytes).await {
            Ok(_) | Err(BucketError::Taken(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What is kept of the account, of all runs.
    pub(super) async fn listed(&self) -> Result<Vec<Listed>, Failure> {
        Ok(self.bucket.list(&self.account).await?)
    }

    /// What came of comparing this run, if an earlier invocation has done it.
    pub(super) async fn kept_comparison(
        &self,
        listed: &[Listed],
    ) -> Result<Option<Compared>, Failure> {
        let key = self.key(COMPARED);
        if !listed.iter().any(|object| object.key == key) {
            return Ok(None);
        }
        let bytes = self.bucket.get(&key).await?;
        let compared = serde_json::from_slice(&bytes);
        compared
            .map(Some)
            .map_err(|error| self.damaged(&key, &error))
    }

    /// Keeps what came of comparing.
    pub(super) async fn comparison(&self, compared: &Compared) -> Result<(), Failure> {
        // Texts and numbers: nothing that can fail to be written.
        let mut bytes = serde_json::to_vec_pretty(compared).unwrap_or_default();
        bytes.push(b'\n');
        let kind = Format::Json.media_type();
        self.put(COMPARED, kind, bytes).await.map(drop)
    }

    fn damaged(&self, key: &str, error: &dyn std::fmt::Display) -> Failure {
        let address = self.bucket.address(key);
        Failure::new(
            Kind::Delivery,
            format!("{address} is not what a run has kept there: {error}"),
        )
    }

    /// The assessment that this run is compared with.
    pub(super) async fn earlier(&self, listed: &[Listed]) -> Result<Option<Earlier>, Failure> {
        let Some((run, key)) = last(listed, &self.account, self.run) else {
            return Ok(None);
        };
        let address = self.bucket.address(key);
        let bytes = self.bucket.get(key).await?;
        Ok(Some(Earlier {
            run: run.to_owned(),
            address,
            bytes,
        }))
    }
}

/// An assessment of an earlier run.
pub(super) struct Earlier {
    pub(super) run: String,
    pub(super) address: Address,
    pub(super) bytes: Vec<u8>,
}

/// The run and the key of the assessment that was put last, without this run's, and without those of
/// runs that were not compared to the end: what was new in them nobody was told. Of two that were put
/// in the same second, the later key.
fn last<'a>(listed: &'a [Listed], account: &str, own: &str) -> Option<(&'a str, &'a str)> {
    let named = |object: &'a Listed, wanted: &str| {
        let (run, name) = object.key.strip_prefix(account)?.split_once('/')?;
        (name == wanted && run != own).then_some((object, run))
    };
    let told: BTreeSet<&str> = listed
        .iter()
        .filter_map(|object| named(object, COMPARED))
        .map(|(_, run)| run)
        .collect();
    let runs = listed
        .iter()
        .filter_map(|object| named(object, ASSESSMENT))
        .filter(|(_, run)| told.contains(run));
    let (object, run) = runs.max_by_key(|(object, _)| *object)?;
    Some((run, &object.key))
}

fn rendered(judged: &Judged<'_>, format: Format) -> Result<Vec<u8>, Failure> {
    let style = Style {
        width: 80,
        colour: false,
        all: true,
    };
    let mut bytes = Vec::new();
    report::render(&judged.report(), format, style, &mut bytes).map_err(cannot_write)?;
    Ok(bytes)
}

pub(super) fn cannot_write(error: std::io::Error) -> Failure {
    // Into memory: nothing but a value that is no JSON can fail.
    crate::app::Error::Bug(error.to_string()).into()
}

/// The word of each severity, from the worst.
pub(super) fn severities() -> impl Iterator<Item = Severity> {
    Severity::ALL.into_iter().rev()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_assessment_is_the_one_that_was_put_last_by_another_run_that_was_compared() {
        let object = |modified, key: &str| Listed {
            modified,
            key: key.to_owned(),
        };
        let listed = [
            object(10, "p/1111/a/assessment.json"),
            object(30, "p/1111/b/assessment.json"),
            object(30, "p/1111/b2/assessment.json"),
            object(40, "p/1111/own/assessment.json"),
            object(50, "p/1111/c/snapshot.wl"),
            object(60, "p/1111/c/old/assessment.json"),
            object(70, "p/1111/assessment.json"),
            object(80, "p/1111/untold/assessment.json"),
            object(11, "p/1111/a/compared.json"),
            object(32, "p/1111/b/compared.json"),
            object(31, "p/1111/b2/compared.json"),
            object(41, "p/1111/own/compared.json"),
            object(51, "p/1111/c/compared.json"),
        ];
        let found = last(&listed, "p/1111/", "own");
        assert_eq!(found, Some(("b2", "p/1111/b2/assessment.json")));
        assert_eq!(last(&listed[3..], "p/1111/", "own"), None);
    }
}
