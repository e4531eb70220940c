//! The command line: words to options, nothing else.

mod evidence;
mod options;
mod organization;

use crate::app::{self, Error};
use clap::{Args, Parser, Subcommand};
use options::{AddArgs, Choice, JudgeArgs, Sources};
use std::path::PathBuf;
use std::process::ExitCode;

/// AWS security posture, judged only on what was really read.
#[derive(Debug, Parser)]
#[command(name = "waterline", version, max_term_width = 100, after_help = EXITS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXITS: &str = "Exit codes: 0 done, nothing at or above --fail-on; 1 findings at or above it, \
an exception to look at, or evidence that does not verify; \
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
        organization: organization::OrganizationArgs,
        #[command(flatten)]
        judge: JudgeArgs,
        #[command(flatten)]
        publish: options::PublishArgs,
        /// Keep what was read in this file; of several accounts, in a folder, or in files by a name
        /// with {account}.
        #[arg(long, value_name = "FILE")]
        snapshot: Option<PathBuf>,
    },
    /// Joins the assessments of several accounts: one score, the accounts, the worst checks.
    Combine(organization::CombineArgs),
    /// Publishes an assessment that was kept to Security Hub.
    #[cfg(feature = "aws")]
    Publish {
        /// The assessment: what `-o json=FILE` wrote.
        assessment: PathBuf,
        #[command(flatten)]
        account: options::ConnectionArgs,
        #[command(flatten)]
        publish: options::PublishingArgs,
        #[command(flatten)]
        sources: Sources,
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
    /// Tells what changed between two snapshots or two assessments, by cause.
    Diff {
        /// The first: a snapshot, or what `assess -o json=FILE` writes.
        before: PathBuf,
        /// The second.
        after: PathBuf,
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        diff: evidence::DiffArgs,
    },
    /// Writes a bundle for auditors: snapshot, catalogue, assessment, reports, and a manifest of
    /// their sums, signed if a key is given.
    Evidence {
        /// The snapshot.
        snapshot: PathBuf,
        #[command(flatten)]
        choice: Choice,
        #[command(flatten)]
        evidence: evidence::EvidenceArgs,
    },
    /// Verifies a bundle offline: its files, its signature, and that the snapshot gives the same
    /// verdicts again. Exits with 1 when it does not verify.
    Verify {
        /// The bundle, or the folder that it was unpacked into.
        bundle: PathBuf,
        /// The signer's public key, in PEM.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
        /// A signature of manifest.json that is not in the bundle.
        #[arg(long, value_name = "FILE")]
        signature: Option<PathBuf>,
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
    /// Looks after the failures that somebody accepts, in waterline.yaml.
    Exceptions(ExceptionsArgs),
}

#[derive(Debug, Args)]
struct ExceptionsArgs {
    #[command(subcommand)]
    command: ExceptionsCommand,
}

#[derive(Debug, Subcommand)]
enum ExceptionsCommand {
    /// Tells how each exception stands today. Exits with 1 when one is expired, lapsed, unused or
    /// covers too much.
    Check {
        /// The snapshot to hold them against; without one, only what the file shows is told.
        snapshot: Option<PathBuf>,
        #[command(flatten)]
        choice: Choice,
    },
    /// Adds an exception for one failure to waterline.yaml.
    Add(AddArgs),
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
        #[command(flatten)]
        sources: Sources,
    },
    /// Shows a framework: each control with its checks, or with what to ask for instead.
    Show {
        /// The framework's id.
        id: String,
        #[command(flatten)]
        sources: Sources,
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
        #[command(flatten)]
        sources: Sources,
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
    let cli = Cli::parse();
    match app::caught(|| run(cli)) {
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
            organization,
            judge,
            publish,
            snapshot,
        } => {
            let account = app::Account {
                options: account.into(),
                snapshot,
            };
            let publishing = publish.publishing()?;
            let publishing = publishing.as_ref();
            match organization.wanted()? {
                Some(wanted) => {
                    app::audit_organization(&account, &judge.into(), &wanted, publishing)
                }
                None => app::audit(&account, &judge.into(), publishing),
            }
        }
        Command::Combine(combine) => app::combine(&combine.into()),
        #[cfg(feature = "aws")]
        Command::Publish {
            assessment,
            account,
            publish,
            sources,
            quiet,
        } => {
            let mut judging = app::Judging::from(sources);
            judging.screen.quiet = quiet;
            app::publish(&assessment, &account.into(), &judging, &publish.into())
        }
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
        Command::Diff {
            before,
            after,
            choice,
            diff,
        } => app::diff(&diff.of(before, after, choice)),
        Command::Evidence {
            snapshot,
            choice,
            evidence,
        } => app::evidence(&evidence.of(snapshot, choice)),
        Command::Verify {
            bundle,
            public_key,
            signature,
        } => app::verify(&app::Verify {
            bundle,
            public_key,
            signature,
        }),
        Command::Explain {
            what,
            snapshot,
            choice,
        } => app::explain(&what, &snapshot, &choice.judging(false)),
        Command::Policy { choice, policy } => app::policy(&choice.judging(false), &policy.into()),
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
            app::preflight(&judging, &wanted)
        }
        Command::Checks(ChecksArgs { command }) => match command {
            ChecksCommand::List { choice } => app::list(&choice.judging(false)),
            ChecksCommand::Show { id, sources } => app::show(&sources.into(), &id),
            ChecksCommand::Lint { dir } => app::lint(&dir),
            ChecksCommand::Test { dir } => app::test(dir.as_deref()),
            ChecksCommand::Functions => app::functions(),
            ChecksCommand::Schema => app::schema(),
        },
        Command::Frameworks(FrameworksArgs { command }) => match command {
            FrameworksCommand::List { sources } => app::frameworks::list(&sources.into()),
            FrameworksCommand::Show { id, sources } => app::frameworks::show(&sources.into(), &id),
        },
        Command::Exceptions(ExceptionsArgs { command }) => match command {
            ExceptionsCommand::Check { snapshot, choice } => {
                app::exceptions::check(snapshot.as_deref(), &choice.judging(false))
            }
            ExceptionsCommand::Add(add) => {
                let (addition, judging) = add.parts();
                app::exceptions::add(&addition, &judging)
            }
        },
    }
}
