//! Who signs evidence: a key in a file, or one that AWS KMS keeps.

use super::{Error, files};
#[cfg(feature = "aws")]
use crate::aws::{Base, KmsKey, Options};
#[cfg(feature = "aws")]
use crate::bundle::KeyError;
use crate::bundle::{PublicKey, SigningKey};
use crate::settings::Settings;
use std::path::PathBuf;

/// The key that is to sign.
#[derive(Clone, Debug)]
pub enum SignBy {
    /// An Ed25519 key in a file: PKCS#8 in PEM.
    File(PathBuf),
    /// An asymmetric key of KMS: its id, its ARN or an alias; and how AWS is asked.
    #[cfg(feature = "aws")]
    Kms(String, Options),
}

/// A key that is there and can sign.
pub(super) enum Signer {
    File(SigningKey),
    #[cfg(feature = "aws")]
    Kms {
        runtime: tokio::runtime::Runtime,
        key: Box<KmsKey>,
        public: PublicKey,
    },
}

impl Signer {
    /// Finds the key, and says what is wrong with it before anything was done.
    #[cfg_attr(
        not(feature = "aws"),
        expect(unused_variables, reason = "a profile is AWS's")
    )]
    pub(super) fn open(wanted: &SignBy, settings: &Settings) -> Result<Signer, Error> {
        match wanted {
            SignBy::File(path) => {
                let wrong = |error| Error::Usage(format!("{}: {error}", path.display()));
                let key = SigningKey::from_pem(&files::bytes(path)?).map_err(wrong)?;
                Ok(Signer::File(key))
            }
            #[cfg(feature = "aws")]
            SignBy::Kms(id, options) => {
                let runtime = super::aws::runtime()?;
                let options = super::aws::options(options, settings);
                let key = runtime.block_on(async {
                    let base = Base::load(&options).await;
                    KmsKey::open(&base, id, &options).await
                })?;
                let wrong = |error: KeyError| Error::Usage(format!("{id}: {error}"));
                let public = PublicKey::from_der(key.public());
                let public = public.map_err(|_| wrong(KeyError::NotOfKms))?;
                if public.algorithm().of_kms(&[]).is_none() {
                    return Err(wrong(KeyError::NotOfKms));
                }
                Ok(Signer::Kms {
                    runtime,
                    key: Box::new(key),
                    public,
                })
            }
        }
    }

    /// The other half of the key.
    pub(super) fn public(&self) -> PublicKey {
        match self {
            Signer::File(key) => key.public(),
            #[cfg(feature = "aws")]
            Signer::Kms { public, .. } => public.clone(),
        }
    }

    /// The signature of a message. What KMS signed is verified before it is believed.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Signer::File(key) => Ok(key.sign(message)),
            #[cfg(feature = "aws")]
            Signer::Kms {
                runtime,
                key,
                public,
            } => {
                let (algorithm, digest) = public
                    .algorithm()
                    .of_kms(message)
                    .ok_or_else(|| Error::Usage(KeyError::NotOfKms.to_string()))?;
                let signature = runtime.block_on(key.sign(algorithm, &digest))?;
                if !public.verifies(message, &signature) {
                    let told = "what KMS signed does not verify by the public key that KMS gave";
                    return Err(Error::Usage(told.to_owned()));
                }
                Ok(signature)
            }
        }
    }
}
