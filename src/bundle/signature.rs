//! Signatures of manifests: by Ed25519 here, by ECDSA or RSA where a key of AWS KMS, or a
//! certificate's, signs.

use ring::digest::{SHA256, SHA384, digest};
use ring::signature::{
    self, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, alg_id};
use std::fmt;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// Not a private key.
    #[error(
        "it holds no private key as PKCS#8 in PEM (BEGIN PRIVATE KEY); make one by \
`openssl genpkey -algorithm ed25519 -out key.pem`"
    )]
    NoPrivateKey,
    /// A private key behind a password.
    #[error(
        "the key is encrypted; decrypt it into a file that only you can read: `openssl pkey -in \
KEY -out key.pem`"
    )]
    Encrypted,
    /// A private key of another algorithm.
    #[error(
        "the key is not one of Ed25519; make one by `openssl genpkey -algorithm ed25519 -out key.pem`"
    )]
    OtherAlgorithm,
    /// A key of KMS that does not sign what is longer than 4,096 bytes, or does not sign at all.
    #[error(
        "KMS signs evidence by keys for signing (SIGN_VERIFY) of ECC_NIST_P256, ECC_NIST_P384 or \
RSA; make one by `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256`"
    )]
    NotOfKms,
    /// Not a public key.
    #[error(
        "it holds no public key in PEM (BEGIN PUBLIC KEY); get it by `openssl pkey -in key.pem \
-pubout -out signer.pem`"
    )]
    NoPublicKey,
    /// A public key of an algorithm that is not known here.
    #[error("the key is none of Ed25519, ECDSA on P-256 or P-384, or RSA")]
    UnknownAlgorithm,
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519, RFC 8032.
    Ed25519,
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaP384,
    /// RSA with SHA-256, PKCS #1 v1.5 or PSS.
    Rsa,
}

impl Algorithm {
    /// KMS's name of the algorithm, and the digest of a message that it signs: KMS takes messages
    /// of 4,096 bytes at the most (API reference of `Sign`), and digests of those that are longer.
    /// None for Ed25519, which signs whole messages only.
    pub fn of_kms(self, message: &[u8]) -> Option<(&'static str, Vec<u8>)> {
        let (name, algorithm) = match self {
            Algorithm::Ed25519 => return None,
            Algorithm::EcdsaP256 => ("ECDSA_SHA_256", &SHA256),
            Algorithm::EcdsaP384 => ("ECDSA_SHA_384", &SHA384),
            // The one of RSA that draws no random number, and what openssl takes by itself.
            Algorithm::Rsa => ("RSASSA_PKCS1_V1_5_SHA_256", &SHA256),
        };
        Some((name, digest(algorithm, message).as_ref().to_vec()))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Algorithm::Ed25519 => "ed25519",
            Algorithm::EcdsaP256 => "ecdsa-p256-sha256",
            Algorithm::EcdsaP384 => "ecdsa-p384-sha384",
            Algorithm::Rsa => "rsa-sha256",
        })
    }
}

/// A private key that signs by Ed25519.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// From PKCS#8 in PEM, as openssl writes it.
    pub fn from_pem(pem: &[u8]) -> Result<SigningKey, KeyError> {
        let Ok(der) = PrivatePkcs8KeyDer::from_pem_slice(pem) else {
            let encrypted = pem.windows(21).any(|part| part == b"ENCRYPTED PRIVATE KEY");
            return Err(match encrypted {
                true => KeyError::Encrypted,
                false => KeyError::NoPrivateKey,
            });
        };
        // Openssl writes the private part alone; where the public one is there, it is compared.
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
            .map(SigningKey)
            .map_err(|_| KeyError::OtherAlgorithm)
    }

    /// The signature of a message: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    /// The other half.
    pub fn public(&self) -> PublicKey {
        let key = self.0.public_key().as_ref();
        PublicKey {
            algorithm: Algorithm::Ed25519,
            key: key.to_vec(),
            // RFC 8410: the identifier of the algorithm, then the 32 bytes as a bit string.
            info: [
                &[
                    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
                ],
                key,
            ]
            .concat(),
        }
    }
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// As the algorithm wants it.
    key: Vec<u8>,
    /// Its SubjectPublicKeyInfo, in DER.
    info: Vec<u8>,
}

impl PublicKey {
    /// From PEM, as openssl writes it.
    pub fn from_pem(pem: &[u8]) -> Result<PublicKey, KeyError> {
        let info =
            SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| KeyError::NoPublicKey)?;
        PublicKey::from_der(&info)
    }

    /// From its SubjectPublicKeyInfo in DER, as KMS gives it.
    pub fn from_der(info: &[u8]) -> Result<PublicKey, KeyError> {
        let (algorithm, key) = parts(info).ok_or(KeyError::NoPublicKey)?;
        let known = [
            (alg_id::ED25519.as_ref(), Algorithm::Ed25519),
            (alg_id::ECDSA_P256.as_ref(), Algorithm::EcdsaP256),
            (alg_id::ECDSA_P384.as_ref(), Algorithm::EcdsaP384),
            (alg_id::RSA_ENCRYPTION.as_ref(), Algorithm::Rsa),
        ];
        let found = known.iter().find(|(id, _)| *id == algorithm);
        Ok(PublicKey {
            algorithm: found.ok_or(KeyError::UnknownAlgorithm)?.1,
            key: key.to_vec(),
            info: info.to_vec(),
        })
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// SHA-256 of the key in DER, in hex: what `openssl pkey -pubin -in signer.pem -outform DER |
    /// sha256sum` prints.
    pub fn fingerprint(&self) -> String {
        let digest = digest(&SHA256, &self.info);
        let bytes = digest.as_ref().iter();
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether this key made this signature of this message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let ways: &[&'static dyn VerificationAlgorithm] = match self.algorithm {
            Algorithm::Ed25519 => &[&signature::ED25519],
            Algorithm::EcdsaP256 => &[&signature::ECDSA_P256_SHA256_ASN1],
            Algorithm::EcdsaP384 => &[&signature::ECDSA_P384_SHA384_ASN1],
            Algorithm::Rsa => &[
                &signature::RSA_PKCS1_2048_8192_SHA256,
                &signature::RSA_PSS_2048_8192_SHA256,
            ],
        };
        ways.iter().any(|way| {
            let key = UnparsedPublicKey::new(*way, &self.key);
            key.verify(message, signature).is_ok()
        })
    }
}

/// The identifier of the algorithm and the key of a SubjectPublicKeyInfo: a sequence of a
/// sequence and a bit string.
fn parts(info: &[u8]) -> Option<(&[u8], &[u8])> {
    let (body, rest) = value(0x30, info)?;
    let (algorithm, body) = value(0x30, body)?;
    let (bits, after) = value(0x03, body)?;
    let (unused, key) = bits.split_first()?;
    (rest.is_empty() && after.is_empty() && *unused == 0).then_some((algorithm, key))
}

/// The content of the DER value at the start, which has this tag, and what comes after it.
fn value(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 => {
            let (length, rest) = rest.split_first()?;
            (usize::from(*length), rest)
        }
        0x82 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        // Longer than any key.
        _ => return None,
    };
    (*found == tag).then_some(())?;
    rest.split_at_checked(length)
}
