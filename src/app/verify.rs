//! Whether a bundle is what was written, by whom, and whether its verdicts follow from what is
//! in it.

use super::output::screen;
use super::{Error, exit, files};
use crate::bundle::{self, PublicKey};
use crate::evidence::{self, Files, MANIFEST, Manifest, ManifestError, Outcome, SIGNATURE};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What to verify, and by what.
#[derive(Clone, Debug)]
pub struct Verify {
    /// The bundle, or the folder that it was unpacked into.
    pub bundle: PathBuf,
    /// The signer's public key, in PEM.
    pub public_key: Option<PathBuf>,
    /// A signature of the manifest that is not in the bundle.
    pub signature: Option<PathBuf>,
}

/// Verifies a bundle and says what was found. Exits with 1 when it does not verify.
pub fn verify(wanted: &Verify) -> Result<u8, Error> {
    let key = match &wanted.public_key {
        None => None,
        Some(path) => {
            let key = PublicKey::from_pem(&files::bytes(path)?);
            Some(key.map_err(|error| Error::Usage(format!("{}: {error}", path.display())))?)
        }
    };
    let detached = wanted.signature.as_deref().map(files::bytes).transpose()?;
    if detached.is_some() && key.is_none() {
        let message = "--signature needs --public-key, the key of whoever signed";
        return Err(Error::Usage(message.into()));
    }
    let name = wanted.bundle.display().to_string();
    let mut found = Found::default();
    let (files, manifest) = match open(&wanted.bundle)? {
        Ok(opened) => opened,
        Err(why) => {
            found.fails("bundle", &why);
            return found.tell(&name);
        }
    };
    let run = &manifest.run;
    found.says(
        "account",
        &format!(
            "{}, read {} by waterline {}, judged by {}",
            run.account, run.started, run.collector, manifest.tool
        ),
    );
    let faults = evidence::faults(&manifest, &files);
    let count = manifest.files.len();
    if faults.is_empty() {
        found.says("files", &format!("all {count} are as the manifest says"));
    } else {
        found.fails("files", "not as the manifest says:");
        for fault in &faults {
            found.more(&fault.to_string());
        }
    }
    let signature = detached.as_ref().or_else(|| files.get(SIGNATURE));
    signed(&manifest, &files, signature, key.as_ref(), &mut found);
    if faults.is_empty() {
        again(&manifest, &files, &mut found);
    } else {
        found.says(
            "verdicts",
            "not judged again, since files are not what they were",
        );
    }
    found.tell(&name)
}

/// The files and the manifest; or what is wrong with the bundle.
fn open(path: &Path) -> Result<Result<(Files, Manifest), String>, Error> {
    let files = if path.is_dir() {
        folder(path)?
    } else {
        match bundle::unpack(&files::bytes(path)?) {
            Ok(files) => files,
            Err(error) => return Ok(Err(error.to_string())),
        }
    };
    let Some(manifest) = files.get(MANIFEST) else {
        return Ok(Err(format!("{MANIFEST} is missing: this is no evidence")));
    };
    match Manifest::read(manifest) {
        Ok(manifest) => Ok(Ok((files, manifest))),
        Err(error @ ManifestError::Damaged(_)) => Ok(Err(error.to_string())),
        Err(error @ ManifestError::Other(_)) => {
            let path = path.display();
            Err(Error::Usage(format!(
                "{path}: {error}: take the version that wrote it"
            )))
        }
    }
}

/// The files below a folder, links left alone.
fn folder(root: &Path) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = |source| Error::Read {
            path: folder.clone(),
            source,
        };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else if kind.is_file() {
                files.insert(name, files::bytes(&entry.path())?);
            } else {
                let path = entry.path();
                let path = path.display();
                return Err(Error::Usage(format!("{path} is a link: a bundle has none")));
            }
        }
    }
    Ok(files)
}

/// Who signed the manifest.
fn signed(
    manifest: &Manifest,
    files: &Files,
    signature: Option<&Vec<u8>>,
    key: Option<&PublicKey>,
    found: &mut Found,
) {
    let Some(bytes) = files.get(MANIFEST) else {
        return;
    };
    let told = manifest.signer.as_ref();
    match (signature, key) {
        (None, _) if told.is_some() => {
            found.fails(
                "signature",
                &format!(
                    "missing: the manifest says that there is one, and {SIGNATURE} is not there"
                ),
            );
        }
        (None, Some(_)) => found.fails("signature", "there is none"),
        (None, None) => found.says(
            "signature",
            "none: the files agree with each other, which anyone could have brought about",
        ),
        (Some(_), None) => {
            let key = told.map_or(String::new(), |signer| {
                format!(", {} {}", signer.algorithm, signer.key)
            });
            found.unsure(
                "signature",
                &format!("not verified: give the signer's key with --public-key{key}"),
            );
        }
        (Some(signature), Some(key)) => {
            let (algorithm, print) = (key.algorithm(), key.fingerprint());
            if !key.verifies(bytes, signature) {
                let whose = match told {
                    Some(told) if told.key != print => {
                        format!(
                            "; the manifest names the key {} {}",
                            told.algorithm, told.key
                        )
                    }
                    _ => "; the manifest or the signature was changed".to_owned(),
                };
                found.fails(
                    "signature",
                    &format!("not by the key {algorithm} {print}{whose}"),
                );
            } else {
                found.says(
                    "signature",
                    &format!("right, by the key {algorithm} {print}"),
                );
            }
        }
    }
}

/// Whether the snapshot gives the same again.
fn again(manifest: &Manifest, files: &Files, found: &mut Found) {
    let again = match evidence::again(manifest, files) {
        Ok(again) => again,
        Err(error) => return found.fails("verdicts", &format!("cannot be judged again: {error}")),
    };
    let results = again.results;
    match again.outcome {
        Outcome::Same { reports } => found.says(
            "verdicts",
            &format!(
                "{results} come out the same; assessment and reports ({reports}) byte for byte"
            ),
        ),
        Outcome::SameVerdicts => found.says(
            "verdicts",
            &format!(
                "{results} come out the same; bytes were not compared, since waterline {} wrote \
the bundle and this is {}",
                manifest.tool,
                env!("CARGO_PKG_VERSION")
            ),
        ),
        Outcome::Different(what) => {
            found.fails("verdicts", "judged again, these come out otherwise:");
            for line in what {
                found.more(&line);
            }
            if manifest.tool != env!("CARGO_PKG_VERSION") {
                let (then, now) = (&manifest.tool, env!("CARGO_PKG_VERSION"));
                found.more(&format!("waterline {then} wrote the bundle, this is {now}"));
            }
        }
    }
}

/// What was found, in lines.
#[derive(Default)]
struct Found {
    text: String,
    failed: bool,
    open: bool,
}

impl Found {
    fn says(&mut self, what: &str, words: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.text, "{what:<10} {words}");
    }

    fn more(&mut self, words: &str) {
        let _ = writeln!(self.text, "{:<10}   {words}", "");
    }

    fn fails(&mut self, what: &str, words: &str) {
        self.failed = true;
        self.says(what, words);
    }

    fn unsure(&mut self, what: &str, words: &str) {
        self.open = true;
        self.says(what, words);
    }

    /// Says it all, and gives the exit code.
    fn tell(self, name: &str) -> Result<u8, Error> {
        let (verdict, code) = match (self.failed, self.open) {
            (true, _) => ("does not verify", exit::FINDINGS),
            (false, true) => (
                "agrees with itself; who signed it was not verified",
                exit::DONE,
            ),
            (false, false) => ("verifies", exit::DONE),
        };
        screen(format!("{}\n{name} {verdict}\n", self.text).as_bytes())?;
        Ok(code)
    }
}
