//! Settings: found, read, and overridden by flags; and the catalogue that they choose.

use super::judge::Judging;
use super::output::Output;
use super::{Error, files};
use crate::catalog::{Catalog, MAX_SETTINGS_BYTES, Selection};
use crate::settings::{Draft, FILE, Settings};
use std::path::{Path, PathBuf};

/// Where the settings are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Config {
    /// In `waterline.yaml` of the working directory, if it is there.
    #[default]
    Found,
    /// In this file, which must be there.
    File(PathBuf),
    /// This text, which was read elsewhere.
    Text {
        /// Where: problems are told with it.
        name: PathBuf,
        /// What was read.
        text: String,
    },
    /// Nowhere: only flags count.
    None,
}

impl Config {
    /// The file to read, if there is one.
    pub(super) fn file(&self) -> Option<PathBuf> {
        match self {
            Config::Found => Some(PathBuf::from(FILE)).filter(|file| file.exists()),
            Config::File(file) => Some(file.clone()),
            Config::Text { .. } | Config::None => None,
        }
    }

    /// The file and its text, if there is one.
    fn read(&self) -> Result<(Option<PathBuf>, Option<String>), Error> {
        Ok(match (self, self.file()) {
            (Config::Text { name, text }, _) => (Some(name.clone()), Some(text.clone())),
            (_, Some(file)) => {
                let text = files::text(&file, MAX_SETTINGS_BYTES)?;
                (Some(file), Some(text))
            }
            (_, None) => (None, None),
        })
    }

    /// What the settings say of the account, as far as it can be told before they are read
    /// against the catalogue.
    #[cfg(feature = "aws")]
    pub(super) fn account(&self) -> Settings {
        let text = self.read().ok().and_then(|(_, text)| text);
        Draft::new(FILE, &text.unwrap_or_default()).account()
    }
}

/// The checks that run, and what the user set; flags have overridden the file.
pub(crate) struct Loaded {
    pub(crate) catalog: Catalog,
    pub(crate) settings: Settings,
    /// The text of the file of settings.
    pub(super) text: Option<String>,
    /// Whether all checks are among those that run.
    pub(super) whole: bool,
}

impl Judging {
    /// Reads checks and settings, and keeps the checks that are chosen.
    pub(crate) fn load(&self) -> Result<Loaded, Error> {
        let mut loaded = self.load_all()?;
        let Loaded {
            catalog,
            settings,
            whole,
            ..
        } = &mut loaded;
        settings.apply(catalog);
        let all = catalog.checks.len();
        let selection = self.choice(&settings.selection);
        catalog.select(&selection).map_err(Error::Usage)?;
        *whole = catalog.checks.len() == all;
        Ok(loaded)
    }

    /// Reads checks and settings; no check is left out.
    pub(super) fn load_all(&self) -> Result<Loaded, Error> {
        if let Some(file) = self.config.file().filter(|_| !self.screen.quiet) {
            anstream::eprintln!("settings: {}", file.display());
        }
        let (file, text) = self.config.read()?;
        let (catalog, mut settings) =
            self.read(file.as_deref(), text.as_deref().unwrap_or_default())?;
        let rules = &mut settings.rules;
        for text in &self.parameters {
            rules.set_parameter(text, &catalog).map_err(Error::Usage)?;
        }
        for text in &self.severities {
            rules.set_severity(text, &catalog).map_err(Error::Usage)?;
        }
        Ok(Loaded {
            catalog,
            settings,
            text,
            whole: true,
        })
    }

    /// Reads the text of a file of settings, with the checks of the folders that it names.
    pub(super) fn read(
        &self,
        file: Option<&Path>,
        text: &str,
    ) -> Result<(Catalog, Settings), Error> {
        let name = file.unwrap_or(Path::new(FILE));
        let draft = Draft::new(&name.display().to_string(), text);
        let folders: Vec<PathBuf> = match self.own_checks.as_slice() {
            // As written in the file: relative to it, wherever the program runs.
            [] => {
                let base = name.parent().unwrap_or(Path::new(""));
                let folders = draft.folders().into_iter();
                folders.map(|folder| base.join(folder)).collect()
            }
            folders => folders.to_vec(),
        };
        let catalog = files::catalog(&folders)?;
        let output = |text: &str| text.parse::<Output>().map(|_| ());
        let settings = draft.finish(&catalog, &output).map_err(Error::Checks)?;
        Ok((catalog, settings))
    }

    /// Which checks run: what the flags name, else what the file names. `--check`, `--service` and
    /// `--framework` name checks together, as their keys do; one of them sets all three keys
    /// aside. What `--check` names runs, whatever else the file says.
    fn choice(&self, file: &Selection) -> Selection {
        let flags = &self.selection;
        let mut choice = file.clone();
        let names = [&flags.checks, &flags.services, &flags.frameworks];
        if names.iter().any(|names| !names.is_empty()) {
            choice.checks.clone_from(&flags.checks);
            choice.services.clone_from(&flags.services);
            choice.frameworks.clone_from(&flags.frameworks);
        }
        if !flags.checks.is_empty() {
            choice.except.clear();
            choice.least_severity = None;
        }
        if !flags.except.is_empty() {
            choice.except.clone_from(&flags.except);
        }
        if flags.least_severity.is_some() {
            choice.least_severity = flags.least_severity;
        }
        choice
    }
}
