//! The files of a bundle.

use super::manifest::{File, Manifest, ReportFile, Run, SCHEMA, Signer};
use crate::catalog::{Catalog, Source, Sources};
use crate::report::{Format, Report, Style, render};
use crate::settings::{Draft, Settings};
use chrono::SecondsFormat;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The files of a bundle by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Where the manifest is.
pub const MANIFEST: &str = "manifest.json";
/// Where the signature of the manifest is.
pub const SIGNATURE: &str = "manifest.sig";

const SNAPSHOT: &str = "snapshot.jsonl.gz";
const ASSESSMENT: &str = "assessment.json";
const README: &str = "README.txt";
/// Where the user's settings go.
const SETTINGS: &str = "settings/waterline.yaml";
/// The folders of the catalogue.
const CHECKS: &str = "catalogue/checks/";
const OWN: &str = "catalogue/own/";
const FRAMEWORKS: &str = "catalogue/frameworks/";
const RESPONSIBILITY: &str = "catalogue/responsibility/";

/// Why the files of a bundle could not be put together.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ContentError {
    /// Two files would have the same path.
    #[error("two files of the catalogue would both be {0} in the bundle")]
    Twice(String),
    /// A report could not be made: there was no room for a workbook's temporary files, say.
    #[error("the report {0} could not be made: {1}")]
    Unmade(Format, String),
}

/// What the user set besides the choice of checks.
#[derive(Clone, Debug, Default)]
pub struct Used {
    /// The text of the file of settings.
    pub file: Option<String>,
    /// Parameters, as flags set them.
    pub parameters: Vec<String>,
    /// Severities, as flags set them.
    pub severities: Vec<String>,
}

/// What goes into a bundle.
pub struct Content<'a> {
    /// The snapshot, as it was read.
    pub snapshot: Vec<u8>,
    /// What it was judged to be.
    pub report: &'a Report<'a>,
    /// Whether only some checks of the catalogue ran.
    pub chosen: bool,
    /// The reports that go with it, besides the assessment.
    pub formats: &'a [Format],
    /// What the user set.
    pub settings: Used,
    /// Whose signature will belong to it.
    pub signer: Option<Signer>,
}

/// How reports of a bundle are written: none of them depends on who looks.
pub(super) const STYLE: Style = Style {
    width: 80,
    colour: false,
    all: true,
};

/// The files of a bundle and their manifest, which is among them.
pub fn content(content: Content<'_>) -> Result<(Files, Manifest), ContentError> {
    let report = content.report;
    let mut files = Files::new();
    let mut put = |path: String, bytes: Vec<u8>| match files.insert(path.clone(), bytes) {
        None => Ok(()),
        Some(_) => Err(ContentError::Twice(path)),
    };
    put(SNAPSHOT.to_owned(), content.snapshot)?;
    let made = |format| {
        let mut bytes = Vec::new();
        match render(report, format, STYLE, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(ContentError::Unmade(format, error.to_string())),
        }
    };
    put(ASSESSMENT.to_owned(), made(Format::Json)?)?;
    put(README.to_owned(), include_bytes!("README.txt").to_vec())?;
    let mut reports = Vec::new();
    for format in content
        .formats
        .iter()
        .filter(|format| **format != Format::Json)
    {
        let path = format!("reports/report.{}", format.extension());
        put(path.clone(), made(*format)?)?;
        reports.push(ReportFile {
            format: format.word().to_owned(),
            path,
        });
    }
    let sources = &report.catalog.sources;
    for (folder, strip, files) in [
        (CHECKS, "checks/", &sources.checks),
        (OWN, "", &sources.own),
        (FRAMEWORKS, "checks/frameworks/", &sources.frameworks),
        (
            RESPONSIBILITY,
            "checks/responsibility/",
            &sources.responsibility,
        ),
    ] {
        for source in files {
            let file = source.file();
            // The user's own files may lie anywhere: their names are the ids of their checks.
            let name = match folder {
                OWN => file.rsplit(['/', '\\']).next().unwrap_or(file),
                _ => file.strip_prefix(strip).unwrap_or(file),
            };
            put(format!("{folder}{name}"), source.text().as_bytes().to_vec())?;
        }
    }
    let settings = content.settings.file.is_some().then(|| SETTINGS.to_owned());
    if let Some(text) = content.settings.file {
        put(SETTINGS.to_owned(), text.into_bytes())?;
    }
    let header = report.header;
    let ran = report.catalog.checks.iter().map(|check| check.id.clone());
    let manifest = Manifest {
        schema: SCHEMA.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        run: Run {
            account: header.account.clone(),
            caller: header.caller.clone(),
            regions: header.regions.clone(),
            started: header.started.to_rfc3339_opts(SecondsFormat::Millis, true),
            collector: header.tool.clone(),
        },
        catalog: report.catalog.hash.clone(),
        checks: content.chosen.then(|| ran.collect()),
        settings,
        parameters: content.settings.parameters,
        severities: content.settings.severities,
        snapshot: SNAPSHOT.to_owned(),
        assessment: ASSESSMENT.to_owned(),
        reports,
        signer: content.signer,
        files: files
            .iter()
            .map(|(path, bytes)| file(path, bytes))
            .collect(),
    };
    files.insert(MANIFEST.to_owned(), manifest.to_bytes());
    Ok((files, manifest))
}

/// The catalogue's files in a bundle.
pub(super) fn sources(files: &Files) -> Result<Sources, String> {
    let mut sources = Sources::default();
    for (path, bytes) in files {
        let (list, file) = if let Some(name) = path.strip_prefix(CHECKS) {
            (&mut sources.checks, format!("checks/{name}"))
        } else if let Some(name) = path.strip_prefix(OWN) {
            (&mut sources.own, name.to_owned())
        } else if let Some(name) = path.strip_prefix(FRAMEWORKS) {
            (&mut sources.frameworks, format!("checks/frameworks/{name}"))
        } else if let Some(name) = path.strip_prefix(RESPONSIBILITY) {
            (
                &mut sources.responsibility,
                format!("checks/responsibility/{name}"),
            )
        } else {
            continue;
        };
        let text = String::from_utf8(bytes.clone()).map_err(|_| format!("{path} is not text"))?;
        list.push(Source::new(file, text));
    }
    Ok(sources)
}

/// The catalogue of a bundle with the checks that were chosen, and what the user had set.
pub(super) fn catalog(manifest: &Manifest, files: &Files) -> Result<(Catalog, Settings), String> {
    let sources = sources(files)?;
    let mut catalog = Catalog::from_texts(sources).map_err(|problems| problems.to_string())?;
    let text = match &manifest.settings {
        None => String::new(),
        Some(path) => {
            let bytes = files
                .get(path)
                .ok_or_else(|| format!("{path} is missing"))?;
            String::from_utf8(bytes.clone()).map_err(|_| format!("{path} is not text"))?
        }
    };
    // Where reports went is not asked again.
    let anything = |_: &str| Ok(());
    let mut settings = Draft::new(SETTINGS, &text)
        .finish(&catalog, &anything)
        .map_err(|problems| problems.to_string())?;
    for text in &manifest.parameters {
        settings.rules.set_parameter(text, &catalog)?;
    }
    for text in &manifest.severities {
        settings.rules.set_severity(text, &catalog)?;
    }
    settings.apply(&mut catalog);
    if let Some(chosen) = &manifest.checks {
        for id in chosen {
            if !catalog.checks.iter().any(|check| check.id == *id) {
                return Err(format!(
                    "the manifest names the check {id}, and the catalogue has none"
                ));
            }
        }
        catalog.checks.retain(|check| chosen.contains(&check.id));
    }
    Ok((catalog, settings))
}

fn file(path: &str, bytes: &[u8]) -> File {
    File {
        path: path.to_owned(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    }
}

/// SHA-256 in hex.
fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that is not as the manifest says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Its content is another one.
    Changed(String),
    /// It is not there.
    Missing(String),
    /// The manifest does not name it.
    Extra(String),
    /// The manifest names it more than once.
    Twice(String),
    /// The manifest says that it is the snapshot, say, and does not list it.
    Unlisted(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Changed(path) => write!(out, "changed   {path}"),
            Fault::Missing(path) => write!(out, "missing   {path}"),
            Fault::Extra(path) => write!(out, "added     {path}"),
            Fault::Twice(path) => write!(out, "twice     {path}, in the manifest"),
            Fault::Unlisted(path) => write!(out, "unlisted  {path}, which the manifest refers to"),
        }
    }
}

/// What differs between a bundle's files and its manifest, sorted.
pub fn faults(manifest: &Manifest, files: &Files) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut listed = BTreeMap::new();
    for file in &manifest.files {
        if listed.insert(file.path.as_str(), file).is_some() {
            faults.push(Fault::Twice(file.path.clone()));
        }
    }
    for (path, told) in &listed {
        match files.get(*path) {
            None => faults.push(Fault::Missing((*path).to_owned())),
            Some(bytes) if file(path, bytes) != **told => {
                faults.push(Fault::Changed((*path).to_owned()));
            }
            Some(_) => {}
        }
    }
    let known = |path: &str| path == MANIFEST || path == SIGNATURE || listed.contains_key(path);
    faults.extend(
        files
            .keys()
            .filter(|path| !known(path))
            .cloned()
            .map(Fault::Extra),
    );
    let reports = manifest.reports.iter().map(|report| &report.path);
    let named = [&manifest.snapshot, &manifest.assessment].into_iter();
    for path in named.chain(&manifest.settings).chain(reports) {
        if !listed.contains_key(path.as_str()) {
            faults.push(Fault::Unlisted(path.clone()));
        }
    }
    faults.sort();
    faults
}
