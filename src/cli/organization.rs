//! The words about several accounts.

use crate::app::{Combine, Digest, Output, Screen, Threshold};
#[cfg(feature = "aws")]
use crate::app::{Error, Organization};
#[cfg(feature = "aws")]
use crate::organization::Choice;
use clap::Args;
use std::path::PathBuf;

/// Which accounts are read.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Organization")]
pub(super) struct OrganizationArgs {
    /// Read every account of the organization that the caller's account manages, or administers
    /// as a delegate.
    #[arg(long, conflicts_with = "accounts_file")]
    organization: bool,
    /// Read the accounts of this file: a number a line, or a YAML or JSON list of {id, name,
    /// role_arn, external_id}.
    #[arg(long, value_name = "FILE")]
    accounts_file: Option<PathBuf>,
    /// The name of the role to assume in each account, with its path if it has one.
    #[arg(long, value_name = "NAME")]
    role_name: Option<String>,
    /// What the roles' trust policies ask for.
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Only the accounts of this organizational unit and of those below it: its id, path or name.
    /// May be repeated.
    #[arg(
        long,
        value_name = "OU",
        value_delimiter = ',',
        conflicts_with = "accounts_file"
    )]
    ou: Vec<String>,
    /// Only this account; with --ou, this one, too. May be repeated.
    #[arg(long = "account", value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Not this account, or not this organizational unit. May be repeated.
    #[arg(long, value_name = "ID-OR-OU", value_delimiter = ',')]
    exclude: Vec<String>,
    /// How many accounts are read at the same time [default: 4].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=100))]
    accounts_in_flight: Option<u8>,
}

#[cfg(feature = "aws")]
impl OrganizationArgs {
    /// Which accounts are read; none when it is the caller's own alone.
    pub(super) fn wanted(self) -> Result<Option<Organization>, Error> {
        let several = self.organization || self.accounts_file.is_some();
        let lists = [&self.ou, &self.only, &self.exclude];
        let given = self.role_name.is_some()
            || self.external_id.is_some()
            || self.accounts_in_flight.is_some()
            || lists.iter().any(|list| !list.is_empty());
        if given && !several {
            let message = "--role-name, --external-id, --ou, --account, --exclude and --accounts-in-flight say how to read several accounts: add --organization, or --accounts-file FILE";
            return Err(Error::Usage(message.into()));
        }
        Ok(several.then_some(Organization {
            accounts_file: self.accounts_file,
            role_name: self.role_name,
            external_id: self.external_id,
            choice: Choice {
                units: self.ou,
                accounts: self.only,
                exclude: self.exclude,
            },
            in_flight: self.accounts_in_flight.map(usize::from),
        }))
    }
}

/// What is joined, and how it is told.
#[derive(Debug, Args)]
pub(super) struct CombineArgs {
    /// Assessments, as `-o json=FILE` wrote them, one account each; or folders of them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A report: table, markdown or json, to the screen or to =FILE. May be repeated.
    #[arg(short, long, value_name = "FORMAT[=FILE]")]
    output: Vec<Output<Digest>>,
    /// Every account, failing check and gap in the table, not only the worst.
    #[arg(long)]
    all: bool,
    /// No table unless it is asked for.
    #[arg(short, long)]
    quiet: bool,
    /// Exit with 1 when a failure is at least so severe; `none` for never.
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Threshold>,
    /// Exit with 3 when less than this share was assessed.
    #[arg(long, value_name = "PERCENT")]
    min_coverage: Option<f64>,
}

impl From<CombineArgs> for Combine {
    fn from(args: CombineArgs) -> Combine {
        Combine {
            files: args.files,
            outputs: args.output,
            screen: Screen {
                quiet: args.quiet,
                all: args.all,
            },
            fail_on: args.fail_on,
            min_coverage: args.min_coverage,
        }
    }
}
