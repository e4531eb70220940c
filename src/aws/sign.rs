//! Signing by an asymmetric key of AWS KMS: its private half never leaves KMS.

use super::guard::Purpose;
use super::session::{Options, SessionError, explain};
use super::{Base, Clients, Failure, Retries};
use crate::model::Reason;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeyUsageType, MessageType, SigningAlgorithmSpec};

/// What KMS did not do.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// KMS said no, or the key is not one that signs.
    #[error("the KMS key {key} cannot sign: {said}{hint}")]
    Refused {
        /// The key as it was named.
        key: String,
        /// Why.
        said: String,
        /// The way out.
        hint: &'static str,
    },
    /// KMS was not asked.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// A key of KMS and its public half.
#[derive(Debug)]
pub struct KmsKey {
    clients: Clients,
    retries: Retries,
    id: String,
    public: Vec<u8>,
}

impl KmsKey {
    /// Asks for the public half of a key: an id, an ARN or an alias. An ARN names the Region.
    pub async fn open(base: &Base, id: &str, options: &Options) -> Result<KmsKey, SignError> {
        let named = id.split(':').nth(3).filter(|region| !region.is_empty());
        let region = named.map_or_else(|| base.region(), str::to_owned);
        let mut key = KmsKey {
            clients: base.clients(&region, Purpose::Signing),
            retries: options.retries,
            id: id.to_owned(),
            public: Vec::new(),
        };
        let kms = key.clients.kms();
        let reply = key
            .retries
            .again(|| kms.get_public_key().key_id(id).send())
            .await
            .map_err(|failure| match failure.code {
                None => explain(&failure, options).into(),
                Some(_) => key.failed(&failure),
            })?;
        if reply.key_usage != Some(KeyUsageType::SignVerify) {
            return Err(key.error("it is not for signing"));
        }
        key.public = reply.public_key.map(Blob::into_inner).unwrap_or_default();
        Ok(key)
    }

    /// The public half: a SubjectPublicKeyInfo in DER.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// Signs a digest by an algorithm of the key, as the API reference of `Sign` names it.
    pub async fn sign(&self, algorithm: &str, digest: &[u8]) -> Result<Vec<u8>, SignError> {
        let kms = self.clients.kms();
        let reply = self.retries.again(|| {
            kms.sign()
                .key_id(&self.id)
                .message_type(MessageType::Digest)
                .message(Blob::new(digest))
                .signing_algorithm(SigningAlgorithmSpec::from(algorithm))
                .send()
        });
        let reply = reply.await.map_err(|failure| self.failed(&failure))?;
        let signature = reply.signature.map(Blob::into_inner);
        signature.ok_or_else(|| self.error("the reply has no signature"))
    }

    fn failed(&self, failure: &Failure) -> SignError {
        let hint = match failure.reason {
            Reason::Denied => {
                ". The caller needs kms:GetPublicKey and kms:Sign on it, by a policy of the caller or of the key"
            }
            _ => "",
        };
        let said = match &failure.code {
            Some(code) => format!("{code}: {}", failure.message),
            None => failure.message.clone(),
        };
        self.refused(said, hint)
    }

    fn error(&self, said: &str) -> SignError {
        self.refused(said.to_owned(), "")
    }

    fn refused(&self, said: String, hint: &'static str) -> SignError {
        let key = self.id.clone();
        SignError::Refused { key, said, hint }
    }
}
