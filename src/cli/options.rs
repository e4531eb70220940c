//! Groups of options that several commands share.

use crate::app::exceptions::Addition;
use crate::app::{Config, Judging, Output, Policy, PolicyFormat, Screen, Threshold};
#[cfg(feature = "aws")]
use crate::app::{Error, Publishing};
use crate::catalog::{Selection, Severity};
use clap::Args;
use std::path::PathBuf;

/// Which account is read.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(super) struct AccountArgs {
    /// The Regions to read; `all` for all enabled ones, which is the default. May be repeated.
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    region: Vec<String>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// How AWS is asked.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(super) struct ConnectionArgs {
    /// The named profile of the shared AWS configuration; keys in the environment do not come before it.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Where all calls go instead of AWS, but for those that get a profile's credentials from STS or
    /// SSO: AWS_ENDPOINT_URL is for these, too.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// How long one request may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "20")]
    timeout: u64,
    /// How long a request may take in all when it is made again, in seconds; three times
    /// --timeout by default.
    #[arg(long, value_name = "SECONDS")]
    call_timeout: Option<u64>,
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
            regions: args.region,
            ..args.connection.into()
        }
    }
}

#[cfg(feature = "aws")]
impl From<ConnectionArgs> for crate::aws::Options {
    fn from(args: ConnectionArgs) -> crate::aws::Options {
        let timeout = args.timeout.max(1);
        let within = args.call_timeout.unwrap_or(timeout.saturating_mul(3));
        crate::aws::Options {
            profile: args.profile,
            endpoint_url: args.endpoint_url,
            timeout: Some(std::time::Duration::from_secs(timeout)),
            retries: crate::aws::Retries {
                attempts: args.max_attempts,
                within: std::time::Duration::from_secs(within.max(1)),
                ..crate::aws::Retries::default()
            },
            ..crate::aws::Options::default()
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
    /// Not this check. May be repeated.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    except: Vec<String>,
    /// Only checks at least so severe.
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<Severity>,
    #[command(flatten)]
    sources: Sources,
    /// Sets a parameter of a check everywhere. May be repeated.
    #[arg(long, value_name = "CHECK.NAME=VALUE", help_heading = "Settings")]
    parameter: Vec<String>,
    /// Sets the severity of a check everywhere. May be repeated.
    #[arg(long, value_name = "CHECK=SEVERITY", help_heading = "Settings")]
    set_severity: Vec<String>,
}

/// Where checks and settings are.
#[derive(Debug, Args)]
pub(super) struct Sources {
    /// A folder of further checks. May be repeated.
    #[arg(long = "checks", value_name = "DIR", help_heading = "Checks")]
    own: Vec<PathBuf>,
    /// The file of settings; waterline.yaml of the working directory by default, if it is there.
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    config: Option<PathBuf>,
    /// No file of settings.
    #[arg(long, conflicts_with = "config", help_heading = "Settings")]
    no_config: bool,
}

impl From<Sources> for Judging {
    fn from(sources: Sources) -> Judging {
        Judging {
            own_checks: sources.own,
            config: match sources.config {
                _ if sources.no_config => Config::None,
                Some(file) => Config::File(file),
                None => Config::Found,
            },
            ..Judging::default()
        }
    }
}

impl Choice {
    /// The choice without any report.
    pub(super) fn judging(self, quiet: bool) -> Judging {
        Judging {
            parameters: self.parameter,
            severities: self.set_severity,
            selection: Selection {
                checks: self.check,
                services: self.service,
                frameworks: self.framework,
                except: self.except,
                least_severity: self.severity,
            },
            screen: Screen { quiet, all: false },
            ..self.sources.into()
        }
    }
}

/// How the policy is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy")]
pub(super) struct PolicyArgs {
    /// How it is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Written,
    /// Only the document of this number.
    #[arg(long, value_name = "NUMBER")]
    part: Option<usize>,
    /// Allow what `waterline preflight` asks, too.
    #[arg(long)]
    preflight: bool,
    /// Allow to publish there, too: in a statement of its own, since it writes.
    #[arg(long, value_name = "DESTINATION", value_enum)]
    publish: Option<Destination>,
    /// Allow to list the accounts of the organization, too, and to assume the role in each.
    #[arg(long)]
    organization: bool,
    /// The name of the role to assume in each account.
    #[arg(long, value_name = "NAME", requires = "organization")]
    role_name: Option<String>,
    /// Into this file instead of the screen.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the policy is written.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Written {
    /// The policy document itself; a list of them where one would be too long for AWS.
    #[default]
    Json,
    /// A template with a managed policy for each document.
    #[value(name = "cloudformation")]
    CloudFormation,
    /// An `aws_iam_policy` for each document.
    Terraform,
}

impl From<PolicyArgs> for Policy {
    fn from(args: PolicyArgs) -> Policy {
        Policy {
            format: match args.format {
                Written::Json => PolicyFormat::Json,
                Written::CloudFormation => PolicyFormat::CloudFormation,
                Written::Terraform => PolicyFormat::Terraform,
            },
            part: args.part,
            preflight: args.preflight,
            publish: args.publish.is_some(),
            organization: args.organization,
            role_name: args.role_name,
            file: args.output,
        }
    }
}

/// How the permissions are asked, and told.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Preflight")]
pub(super) struct PreflightArgs {
    /// Call each operation once, in one Region, instead of asking IAM's policy simulator. It is
    /// done so, too, where the simulator cannot be asked.
    #[arg(long)]
    pub(super) probe: bool,
    /// How the answer is told.
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(super) output: PreflightFormat,
    /// No progress.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How the answer is told.
#[cfg(feature = "aws")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PreflightFormat {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// Where findings are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Destination {
    /// AWS Security Hub CSPM.
    SecurityHub,
}

/// Whether findings are published.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Publishing")]
pub(super) struct PublishArgs {
    /// Publish the findings there.
    #[arg(long, value_name = "DESTINATION", value_enum)]
    publish: Option<Destination>,
    #[command(flatten)]
    how: PublishingArgs,
}

#[cfg(feature = "aws")]
impl PublishArgs {
    /// How to publish; none if it is not wanted.
    pub(super) fn publishing(self) -> Result<Option<Publishing>, Error> {
        if self.publish.is_none() && self.how.is_given() {
            let message = "--dry-run, --hub-region, --skip-disabled-hubs and --steps say how to publish: add --publish security-hub";
            return Err(Error::Usage(message.into()));
        }
        Ok(self.publish.map(|_| self.how.into()))
    }
}

/// How findings are published.
#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Publishing")]
pub(super) struct PublishingArgs {
    /// Print the plan and send nothing.
    #[arg(long)]
    dry_run: bool,
    /// Send every finding to Security Hub in this Region instead of its resource's: the home
    /// Region, where cross-Region aggregation is on.
    #[arg(long, value_name = "REGION")]
    hub_region: Option<String>,
    /// Send nothing to Regions where Security Hub is off, instead of not beginning.
    #[arg(long)]
    skip_disabled_hubs: bool,
    /// Print every finding that is sent, with the reason.
    #[arg(long)]
    steps: bool,
}

#[cfg(feature = "aws")]
impl PublishingArgs {
    fn is_given(&self) -> bool {
        self.dry_run || self.hub_region.is_some() || self.skip_disabled_hubs || self.steps
    }
}

#[cfg(feature = "aws")]
impl From<PublishingArgs> for Publishing {
    fn from(args: PublishingArgs) -> Publishing {
        Publishing {
            dry_run: args.dry_run,
            hub_region: args.hub_region,
            skip_disabled: args.skip_disabled_hubs,
            steps: args.steps,
        }
    }
}

/// How to judge and report.
#[derive(Debug, Args)]
pub(super) struct JudgeArgs {
    #[command(flatten)]
    choice: Choice,
    /// A report: table, json, ndjson, csv, markdown, sarif, junit, ocsf, asff, oscal, html or xlsx, to the
    /// screen or to =FILE. May be repeated.
    #[arg(short, long, value_name = "FORMAT[=FILE]", help_heading = "Reports")]
    output: Vec<Output>,
    /// Every failing resource in the table, not only the first of each check.
    #[arg(long, help_heading = "Reports")]
    all: bool,
    /// No progress, and no table unless it is asked for.
    #[arg(short, long, help_heading = "Reports")]
    quiet: bool,
    /// Exit with 1 when a failure is at least so severe; `none` for never.
    #[arg(long, value_name = "SEVERITY", help_heading = "Reports")]
    fail_on: Option<Threshold>,
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

/// An exception that is to be added.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// The failure: its id or the beginning of it, CHECK, or CHECK/RESOURCE.
    finding: String,
    /// The snapshot that it is in.
    snapshot: PathBuf,
    /// Who answers for the risk.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    owner: String,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// The last day on which it holds, UTC, as in 2027-03-31.
    #[arg(long, value_name = "DATE")]
    expires: chrono::NaiveDate,
    /// Bind it to what was seen: it lapses when that changes.
    #[arg(long)]
    bind: bool,
    /// Its id; derived from what it covers by default.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Where the decision is written down.
    #[arg(long, value_name = "TEXT")]
    ticket: Option<String>,
    #[command(flatten)]
    sources: Sources,
}

impl AddArgs {
    /// What to add, and to which settings.
    pub(super) fn parts(self) -> (Addition, Judging) {
        let addition = Addition {
            finding: self.finding,
            snapshot: self.snapshot,
            owner: self.owner,
            reason: self.reason,
            expires: self.expires,
            bind: self.bind,
            id: self.id,
            ticket: self.ticket,
        };
        (addition, self.sources.into())
    }
}
