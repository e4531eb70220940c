//! A bucket of reports: objects are put there encrypted, with a checksum, and only where there is
//! none yet; what is there is listed and read.

use crate::aws::guard::Purpose;
use crate::aws::{Base, Clients, Failure, Retries};
use crate::model::Reason;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ServerSideEncryption};
use aws_smithy_types::body::SdkBody;
use std::fmt;
use std::str::FromStr;

/// The longest key, in bytes ("Naming Amazon S3 objects" in the User Guide).
const LONGEST_KEY: usize = 1024;
/// What S3 answers where there is an object already, and where another one is being put there:
/// then the upload is to be tried again ("How to prevent object overwrites with conditional
/// writes" in the User Guide).
const THERE: &str = "PreconditionFailed";
const AT_ONCE: &str = "ConditionalRequestConflict";

/// An object's address: `s3://BUCKET/KEY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "s3://{}/{}", self.bucket, self.key)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Address, String> {
        let parts = text
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'));
        match parts {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => Ok(Address {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
            }),
            _ => Err(format!("`{text}` is no object of S3: s3://BUCKET/KEY")),
        }
    }
}

/// An object that could not be read or put.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// AWS refused, or did not answer.
    #[error("{what} {address}: {}{hint}", told(.failure))]
    Failed {
        /// What was tried: `cannot read`.
        what: &'static str,
        /// Where.
        address: Address,
        /// What was said.
        failure: Box<Failure>,
        /// How to go on.
        hint: &'static str,
    },
    /// There is another object already.
    #[error(
        "{0} is there already, with other content, and nothing is ever overwritten: another run had this id. Give `run` an id of its own"
    )]
    Taken(Address),
    /// There is no such object.
    #[error("there is no {0}")]
    Missing(Address),
    /// The key cannot be one.
    #[error("{0} has a key of more than 1,024 bytes: shorten the prefix or the run's id")]
    TooLong(Address),
}

impl BucketError {
    /// Whether there is no such object.
    pub fn is_missing(&self) -> bool {
        matches!(self, BucketError::Missing(_))
    }
}

fn told(failure: &Failure) -> String {
    match &failure.code {
        Some(code) if *code != failure.message => format!("{code}: {}", failure.message),
        _ => failure.message.clone(),
    }
}

/// What became of an object that was to be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It was put.
    Written,
    /// It was there, byte for byte.
    Same,
}

/// An object that is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// When it was put, in seconds since 1970.
    pub modified: i64,
    /// The key.
    pub key: String,
}

/// A bucket, by the caller's own credentials.
#[derive(Debug)]
pub struct Bucket {
    clients: Clients,
    retries: Retries,
    name: String,
    kms_key: Option<String>,
}

impl Bucket {
    /// The bucket of this name. Its objects are encrypted by the KMS key, or by S3's own keys when
    /// there is none. Asks nothing.
    pub fn new(base: &Base, name: &str, kms_key: Option<String>) -> Bucket {
        Bucket {
            clients: base.clients(&base.region(), Purpose::Bucket),
            retries: Retries::default(),
            name: name.to_owned(),
            kms_key,
        }
    }

    /// The address of a key.
    pub fn address(&self, key: &str) -> Address {
        Address {
            bucket: self.name.clone(),
            key: key.to_owned(),
        }
    }

    /// Puts an object where there is none. The same bytes, put before, are fine.
    pub async fn put(&self, key: &str, kind: &str, bytes: Vec<u8>) -> Result<Put, BucketError> {
        let address = self.address(key);
        if key.len() > LONGEST_KEY {
            return Err(BucketError::TooLong(address));
        }
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        let checksum = aws_smithy_types::base64::encode(digest);
        let body = SdkBody::from(bytes);
        let encryption = match self.kms_key {
            Some(_) => ServerSideEncryption::AwsKms,
            None => ServerSideEncryption::Aes256,
        };
        let s3 = self.clients.s3();
        let mut attempts = 0;
        let failure = loop {
            let put = self.retries.again(|| {
                // In memory, so that it can always be had once more.
                let body = ByteStream::new(body.try_clone().unwrap_or_else(SdkBody::taken));
                s3.put_object()
                    .bucket(&self.name)
                    .key(key)
                    .content_type(kind)
                    .if_none_match("*")
                    .checksum_algorithm(ChecksumAlgorithm::Sha256)
                    .checksum_sha256(&checksum)
                    .server_side_encryption(encryption.clone())
                    .set_ssekms_key_id(self.kms_key.clone())
                    .body(body)
                    .send()
            });
            let Err(failure) = put.await else {
                return Ok(Put::Written);
            };
            attempts += 1;
            let again = failure.code.as_deref() == Some(AT_ONCE);
            if !again || !self.retries.goes_on_after(attempts) {
                break failure;
            }
            tokio::time::sleep(self.retries.pause_after(attempts)).await;
        };
        if failure.code.as_deref() == Some(THERE) {
            let there = self.get(key).await?;
            return match body.bytes() == Some(&*there) {
                true => Ok(Put::Same),
                false => Err(BucketError::Taken(address)),
            };
        }
        Err(self.failed("cannot write", key, failure))
    }

    /// All of an object.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, BucketError> {
        let s3 = self.clients.s3();
        let reply = self
            .retries
            .again(|| s3.get_object().bucket(&self.name).key(key).send());
        let reply = reply
            .await
            .map_err(|failure| match failure.code.as_deref() {
                Some("NoSuchKey") => BucketError::Missing(self.address(key)),
                _ => self.failed("cannot read", key, failure),
            })?;
        let body = reply.body.collect().await.map_err(|error| {
            let failure = Failure {
                reason: Reason::Failed,
                code: None,
                message: format!("the object broke off: {error}"),
                transient: true,
            };
            self.failed("cannot read", key, failure)
        })?;
        Ok(body.to_vec())
    }

    /// What is there below a prefix.
    pub async fn list(&self, below: &str) -> Result<Vec<Listed>, BucketError> {
        let s3 = self.clients.s3();
        let mut listed = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = self.retries.again(|| {
                s3.list_objects_v2()
                    .bucket(&self.name)
                    .prefix(below)
                    .set_continuation_token(token.clone())
                    .send()
            });
            let page = page
                .await
                .map_err(|failure| self.failed("cannot list", below, failure))?;
            for object in page.contents.unwrap_or_default() {
                let modified = object.last_modified.map_or(0, |time| time.secs());
                listed.extend(object.key.map(|key| Listed { modified, key }));
            }
            token = page.next_continuation_token.filter(|next| !next.is_empty());
            if token.is_none() {
                return Ok(listed);
            }
        }
    }

    fn failed(&self, what: &'static str, key: &str, failure: Failure) -> BucketError {
        let hint = match (failure.reason, failure.code.as_deref()) {
            (_, Some("NoSuchBucket")) => ". Check the bucket's name",
            (_, Some("PermanentRedirect" | "IllegalLocationConstraintException")) => {
                ". The bucket must be in the function's Region"
            }
            (Reason::Denied, _) => {
                ". The function's role needs s3:PutObject, s3:GetObject and s3:ListBucket there, and kms:GenerateDataKey and kms:Decrypt where a KMS key encrypts"
            }
            _ => "",
        };
        BucketError::Failed {
            what,
            address: self.address(key),
            failure: Box::new(failure),
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[test]
    fn an_address_has_a_bucket_and_a_key() {
        let address: Address = "s3://reports/a/b.json".parse().unwrap();
        assert_eq!((&*address.bucket, &*address.key), ("reports", "a/b.json"));
        assert_eq!(address.to_string(), "s3://reports/a/b.json");
        for wrong in [
            "reports/a",
            "s3://reports",
            "s3://reports/",
            "s3:///a",
            "https://a/b",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
