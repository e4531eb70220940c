//! The command line: words to options, nothing else.

mod options;

use crate::app::{self, Error};
use clap::{Args, Parser, Subcommand};
use options::{Choice, JudgeArgs};
use std::path::PathBuf;
use std::process::ExitCode;

/// AWS security posture, judged only on what was really read.
#[derive(Debug, Parser)]
#[command(name = "waterline", version, max_term_width = 100, after_help = EXITS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXITS: &str = "Exit codes: 0 done, nothing at or above --fail-on; 1 findings at or above it; \
2 usage, configuration or credentials; 3 coverage below --min-coverage, or preflight found an \
action missing; 4 a report could not be delivered; 70 a bug; 130 interrupted, with a partial report.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads an account, judges it and reports.
    #[cfg(feature = "aws")]
    Audit {
        #[command(flatten)]
        account: options::AccountArgs,
        #[command(flatten)]
        judge: JudgeArgs,
        #[command(flatten)]
        publish: options::PublishArgs,
        /// Keep what was read in this file.
        #[arg(long, value_name = "FILE")]
        snapshot: Option<PathBuf>,
    },
    /// Publishes an assessment that was kept to Security Hub.
    #[cfg(feature = "aws")]
    Publish {
        /// The assessment: what `-o json=FILE` wrote.
        assessment: PathBuf,
        #[command(flatten)]
        account: options::ConnectionArgs,
        #[command(flatten)]
        publish: options::PublishingArgs,
        /// The folder of further checks that were in the run, for the titles of their
        /// frameworks. May be repeated.
        #[arg(long = "checks", value_name = "DIR")]
        own: Vec<PathBuf>,
        /// Only what went wrong.
        #[arg(short, long)]
        quiet: bool,
    },
    /// Audits the demo account that is in this program, through the real AWS clients.
    #[cfg(feature = "aws")]
    Demo {
        #[command(flatten)]
        judge: JudgeArgs,
        /// Keep what was read in this file.
        #[arg(long, value_name = "FILE")]
        snapshot: Option<PathBuf>,
    },
    /// Reads an account and keeps the snapshot, without judging it.
    #[cfg(feature = "aws")]
    Collect {
        #[command(flatten)]
        account: options::AccountArgs,
        #[command(flatten)]
        choice: Choice,
        /// Where the snapshot goes.
        #[arg(short, long, value_name = "FILE", default_value = "snapshot.jsonl.gz")]
        output: PathBuf,
        /// No progress.
        #[arg(short, long)]
        quiet: bool,
    },
    /// Judges a snapshot and reports; asks AWS nothing.
    Assess {
        /// The snapshot.
        snapshot: PathBuf,
        #[command(flatten)]
        judge: JudgeArgs,
    },
    /// Tells how the score of a snapshot, or one of its findings, comes about.
    Explain {
        /// `score`, a finding's id or the beginning of it, CHECK, or CHECK/RESOURCE.
        what: String,
        /// The snapshot.
        snapshot: PathBuf,
        #[command(flatten)]
        choice: Choice,
    },
    /// Prints the least IAM policy that lets these checks be audited; asks AWS nothing.
    Policy {
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        policy: options::PolicyArgs,
    },
    /// Asks whether each planned read is allowed, and which checks each missing action would
    /// cost. Exits with 3 when one is missing.
    #[cfg(feature = "aws")]
    Preflight {
        #[command(flatten)]
        account: options::AccountArgs,
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        preflight: options::PreflightArgs,
    },
    /// Looks into the catalogue of checks.
    Checks(ChecksArgs),
    /// Looks into the standards and benchmarks that the checks answer.
    Frameworks(FrameworksArgs),
}

#[derive(Debug, Args)]
struct FrameworksArgs {
    #[command(subcommand)]
    command: FrameworksCommand,
}

#[derive(Debug, Subcommand)]
enum FrameworksCommand {
    /// Lists frameworks: id, title, and how many controls are answered by what.
    List {
        /// A folder of further checks.
        #[arg(long = "checks", value_name = "DIR")]
        own: Vec<PathBuf>,
    },
    /// Shows a framework: each control with its checks, or with what to ask for instead.
    Show {
        /// The framework's id.
        id: String,
        /// A folder of further checks.
        #[arg(long = "checks", value_name = "DIR")]
        own: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ChecksArgs {
    #[command(subcommand)]
    command: ChecksCommand,
}

#[derive(Debug, Subcommand)]
enum ChecksCommand {
    /// Lists checks: id, severity, title.
    List {
        #[command(flatten)]
        choice: Choice,
    },
    /// Shows a check: rule, risk, remedy, controls, examples.
    Show {
        /// The check's id.
        id: String,
        /// A folder of further checks.
        #[arg(long = "checks", value_name = "DIR")]
        own: Vec<PathBuf>,
    },
    /// Compiles the check files of a folder and tells all that is wrong with them.
    Lint {
        /// A folder, or one file.
        dir: PathBuf,
    },
    /// Runs the examples of the check files of a folder, or of the built-in checks.
    Test {
        /// A folder, or one file.
        dir: Option<PathBuf>,
    },
    /// Lists the functions that expressions can call.
    Functions,
    /// Prints the JSON Schema of the facts that checks can read.
    Schema,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            anstream::eprintln!("\u{1b}[1;31merror\u{1b}[0m: {error}");
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: Cli) -> Result<u8, Error> {
    match cli.command {
        #[cfg(feature = "aws")]
        Command::Audit {
            account,
            judge,
            publish,
            snapshot,
        } => {
            let account = app::Account {
                options: account.into(),
                snapshot,
            };
            let publishing = publish.publishing()?;
            app::audit(&account, &judge.into(), publishing.as_ref())
        }
        #[cfg(feature = "aws")]
        Command::Publish {
            assessment,
            account,
            publish,
            own,
            quiet,
        } => app::publish(&assessment, &account.into(), &own, &publish.into(), quiet),
        #[cfg(feature = "aws")]
        Command::Demo { judge, snapshot } => app::demo(&judge.into(), snapshot),
        #[cfg(feature = "aws")]
        Command::Collect {
            account,
            choice,
            output,
            quiet,
        } => app::collect(&account.into(), &choice.judging(quiet), &output),
        Command::Assess { snapshot, judge } => app::assess(&snapshot, &judge.into()),
        Command::Explain {
            what,
            snapshot,
            choice,
        } => app::explain(&what, &snapshot, &choice.judging(false)),
        Command::Policy { choice, policy } => {
            let judging = choice.judging(false);
            app::policy(&judging.own_checks, &judging.selection, &policy.into())
        }
        #[cfg(feature = "aws")]
        Command::Preflight {
            account,
            choice,
            preflight,
        } => {
            let judging = choice.judging(preflight.quiet);
            let wanted = app::Preflight {
                options: account.into(),
                probe: preflight.probe,
                json: preflight.output == options::PreflightFormat::Json,
                screen: judging.screen,
            };
            app::preflight(&judging.own_checks, &judging.selection, &wanted)
        }
        Command::Checks(ChecksArgs { command }) => match command {
            ChecksCommand::List { choice } => {
                let judging = choice.judging(false);
                app::list(&judging.own_checks, &judging.selection)
            }
            ChecksCommand::Show { id, own } => app::show(&own, &id),
            ChecksCommand::Lint { dir } => app::lint(&dir),
            ChecksCommand::Test { dir } => app::test(dir.as_deref()),
            ChecksCommand::Functions => app::functions(),
            ChecksCommand::Schema => app::schema(),
        },
        Command::Frameworks(FrameworksArgs { command }) => match command {
            FrameworksCommand::List { own } => app::frameworks::list(&own),
            FrameworksCommand::Show { id, own } => app::frameworks::show(&own, &id),
        },
    }
}
