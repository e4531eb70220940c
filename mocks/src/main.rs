//! `waterline-mocks`: serves accounts to any AWS client.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use waterline_mocks::{Account, Controls, Emulator, Mix, Rule, Spec};

const HELP: &str = "\
Serves AWS accounts over HTTP on loopback to any AWS client.

Usage: waterline-mocks [OPTIONS]

Options:
  --account DIR      an account's folder; repeats. Without any account: the demo account
  --generate SIZE    a generated account, of SIZE times some 300 resources; repeats
  --mix LIST         so many of each thing that is named, whatever the size of the accounts
                     generated after it: s3=50,kms=10; of s3, users, roles and policies in the
                     account; of vpcs, security-groups, instances, volumes, snapshots, kms, rds,
                     efs, eks, logs and sns in each Region
  --seed NUMBER      seed of the accounts generated after it [default: 1]
  --regions LIST     Regions of the accounts generated after it
                     [default: us-east-1,eu-west-1]
  --save DIR         write the first account into a folder, and end
  --port PORT        port on 127.0.0.1 [default: a free one]
  --rules FILE       rules of what goes wrong, a JSON list; see POST /_mocks/rules
  --check            load the accounts, say what is wrong with them, and end
  -h, --help         this text

Prints the endpoint, then serves until it is interrupted. Point a client at it:
  AWS_ENDPOINT_URL=http://127.0.0.1:PORT AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x aws ...
";

/// Where an account comes from.
enum Source {
    Folder(PathBuf),
    Generated(Spec),
}

/// What the command line asks for.
#[derive(Default)]
struct Options {
    accounts: Vec<Source>,
    spec: Spec,
    mix: Vec<(String, usize)>,
    save: Option<PathBuf>,
    port: u16,
    rules: Option<PathBuf>,
    check: bool,
}

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("waterline-mocks: {problem}; see --help");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("waterline-mocks: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "-h" | "--help" => return Ok(None),
            "--account" => options.accounts.push(Source::Folder(value()?.into())),
            "--generate" => {
                let mut mix = Mix::default().times(number(&value()?)?);
                for (name, count) in &options.mix {
                    mix.set(name, *count)?;
                }
                // Each account an id of its own.
                let id = 123_456_789_012 + options.accounts.len() as u64;
                let spec = Spec {
                    id: id.to_string(),
                    mix,
                    ..options.spec.clone()
                };
                options.accounts.push(Source::Generated(spec));
            }
            "--mix" => options.mix = mix(&value()?)?,
            "--seed" => options.spec.seed = number(&value()?)?,
            "--regions" => {
                options.spec.regions = value()?.split(',').map(str::to_owned).collect();
            }
            "--save" => options.save = Some(value()?.into()),
            "--port" => {
                let text = value()?;
                options.port = text
                    .parse()
                    .map_err(|_| format!("`{text}` is not a port"))?;
            }
            "--rules" => options.rules = Some(value()?.into()),
            "--check" => options.check = true,
            other => return Err(format!("`{other}` is unknown")),
        }
    }
    Ok(Some(options))
}

/// `s3=50,kms=10`, with names that are known.
fn mix(list: &str) -> Result<Vec<(String, usize)>, String> {
    let mut named = Vec::new();
    for part in list.split(',') {
        let (name, count) = part
            .split_once('=')
            .ok_or_else(|| format!("`{part}` is not NAME=NUMBER"))?;
        let count = number(count)?;
        Mix::default().set(name, count)?;
        named.push((name.to_owned(), count));
    }
    Ok(named)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a number that fits"))
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let mut accounts = Vec::new();
    for source in &options.accounts {
        accounts.push(match source {
            Source::Folder(folder) => {
                Account::load(folder).map_err(|e| format!("{}: {e}", folder.display()))?
            }
            Source::Generated(spec) => Account::generated(spec),
        });
    }
    if accounts.is_empty() {
        accounts.push(Account::demo()?);
    }
    if let (Some(folder), Some(first)) = (&options.save, accounts.first()) {
        return Ok(first
            .save(folder)
            .map_err(|e| format!("{}: {e}", folder.display()))?);
    }
    let controls = Controls::default();
    if let Some(path) = &options.rules {
        let text = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let rules: Vec<Rule> =
            serde_json::from_slice(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for rule in rules {
            controls.add(rule);
        }
    }
    if options.check {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let addr = SocketAddr::from(([127, 0, 0, 1], options.port));
        let running = Emulator::start_at(accounts, controls, addr).await?;
        let mut out = std::io::stdout();
        writeln!(out, "{}", running.endpoint())?;
        out.flush()?;
        tokio::signal::ctrl_c().await?;
        running.stop().await;
        Ok(())
    })
}
