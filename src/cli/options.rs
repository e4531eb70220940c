//! Groups of options that several commands share.

use crate::app::{Judging, Output, Screen};
use crate::catalog::{Selection, Severity};
use clap::Args;
use std::path::PathBuf;

/// Which account is read.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(super) struct AccountArgs {
    /// The named profile of the shared AWS configuration.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The Regions to read; all enabled ones by default. May be repeated.
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,
    /// Where all calls go instead of AWS.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// How long one request may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    timeout: u64,
    /// How often a request is made at the most when AWS throttles it, fails or does not answer.
    #[arg(
        long,
        value_name = "NUMBER",
        env = "AWS_MAX_ATTEMPTS",
        hide_env_values = true,
        default_value_t = crate::aws::Retries::default().attempts,
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    max_attempts: u32,
}

#[cfg(feature = "aws")]
impl From<AccountArgs> for crate::aws::Options {
    fn from(args: AccountArgs) -> crate::aws::Options {
        crate::aws::Options {
            profile: args.profile,
            regions: args.region,
            endpoint_url: args.endpoint_url,
            timeout: Some(std::time::Duration::from_secs(args.timeout.max(1))),
            retries: crate::aws::Retries {
                attempts: args.max_attempts,
                ..crate::aws::Retries::default()
            },
            unpaced: false,
            credentials: None,
        }
    }
}

/// Which checks run.
#[derive(Debug, Args)]
#[command(next_help_heading = "Checks")]
pub(super) struct Choice {
    /// Only this check. May be repeated.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    check: Vec<String>,
    /// Only the checks of this service. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    service: Vec<String>,
    /// Only the checks that answer a control of this framework. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    framework: Vec<String>,
    /// Only checks at least so severe.
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<Severity>,
    /// A folder of further checks. May be repeated.
    #[arg(long = "checks", value_name = "DIR")]
    own: Vec<PathBuf>,
}

impl Choice {
    /// The choice without any report.
    pub(super) fn judging(self, quiet: bool) -> Judging {
        Judging {
            own_checks: self.own,
            selection: Selection {
                checks: self.check,
                services: self.service,
                frameworks: self.framework,
                least_severity: self.severity,
            },
            screen: Screen { quiet, all: false },
            ..Judging::default()
        }
    }
}

/// How to judge and report.
#[derive(Debug, Args)]
pub(super) struct JudgeArgs {
    #[command(flatten)]
    choice: Choice,
    /// A report: table, json, ndjson, csv or markdown, to the screen or to =FILE. May be
    /// repeated.
    #[arg(short, long, value_name = "FORMAT[=FILE]", help_heading = "Reports")]
    output: Vec<Output>,
    /// Every failing resource in the table, not only the first of each check.
    #[arg(long, help_heading = "Reports")]
    all: bool,
    /// No progress, and no table unless it is asked for.
    #[arg(short, long, help_heading = "Reports")]
    quiet: bool,
    /// Exit with 1 when a failure is at least so severe.
    #[arg(long, value_name = "SEVERITY", help_heading = "Reports")]
    fail_on: Option<Severity>,
    /// Exit with 3 when less than this share was assessed.
    #[arg(long, value_name = "PERCENT", help_heading = "Reports")]
    min_coverage: Option<f64>,
}

impl From<JudgeArgs> for Judging {
    fn from(args: JudgeArgs) -> Judging {
        Judging {
            outputs: args.output,
            fail_on: args.fail_on,
            min_coverage: args.min_coverage,
            screen: Screen {
                quiet: args.quiet,
                all: args.all,
            },
            ..args.choice.judging(args.quiet)
        }
    }
}
