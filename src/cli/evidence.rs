//! The options of what is done with assessments afterwards: comparing them, and keeping them as
//! evidence.

use super::options::Choice;
use crate::app::{Diff, Digest, Evidence, FailOn, Output, Screen, SignBy};
use crate::report::Format;
use clap::Args;
use std::path::PathBuf;

/// How a comparison is told.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports")]
pub(super) struct DiffArgs {
    /// A report: table, markdown or json, to the screen or to =FILE. May be repeated.
    #[arg(short, long, value_name = "FORMAT[=FILE]")]
    output: Vec<Output<Digest>>,
    /// Every change in the table, not only the first of each check.
    #[arg(long)]
    all: bool,
    /// No table unless it is asked for.
    #[arg(short, long)]
    quiet: bool,
    /// `new`: exit with 1 when there is a failure that the first does not show and nobody has
    /// accepted; `new:SEVERITY`: one at least so severe.
    #[arg(long, value_name = "new[:SEVERITY]")]
    fail_on: Option<FailOn>,
}

impl DiffArgs {
    pub(super) fn of(self, before: PathBuf, after: PathBuf, choice: Choice) -> Diff {
        Diff {
            before,
            after,
            judging: choice.judging(self.quiet),
            outputs: self.output,
            screen: Screen {
                quiet: self.quiet,
                all: self.all,
            },
            fail_on: self.fail_on,
        }
    }
}

/// What goes into a bundle.
#[derive(Debug, Args)]
#[command(next_help_heading = "Bundle")]
pub(super) struct EvidenceArgs {
    /// Where the bundle goes.
    #[arg(short, long, value_name = "FILE", default_value = "evidence.zip")]
    output: PathBuf,
    /// A report that goes with the assessment, in any format of `assess -o`. May be repeated.
    #[arg(
        long,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "html,xlsx"
    )]
    report: Vec<Format>,
    /// Sign the manifest with this Ed25519 key: PKCS#8 in PEM, as `openssl genpkey -algorithm
    /// ed25519` makes it.
    #[arg(long, value_name = "FILE")]
    sign_key: Option<PathBuf>,
    /// Sign it with this asymmetric key of AWS KMS, an id, an ARN or an alias: ECC_NIST_P256,
    /// ECC_NIST_P384 or RSA. The caller needs kms:GetPublicKey and kms:Sign.
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "KEY", conflicts_with = "sign_key")]
    sign_kms: Option<String>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    connection: super::options::ConnectionArgs,
    /// Say nothing.
    #[arg(short, long)]
    quiet: bool,
}

impl EvidenceArgs {
    pub(super) fn of(self, snapshot: PathBuf, choice: Choice) -> Evidence {
        let by_file = self.sign_key.map(SignBy::File);
        #[cfg(feature = "aws")]
        let by_file = match self.sign_kms {
            Some(key) => Some(SignBy::Kms(key, self.connection.into())),
            None => by_file,
        };
        Evidence {
            snapshot,
            output: self.output,
            judging: choice.judging(self.quiet),
            formats: self.report,
            sign_by: by_file,
        }
    }
}
