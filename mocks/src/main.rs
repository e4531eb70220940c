//! `waterline-mocks`: serves accounts to any AWS client.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use waterline_mocks::{Account, Controls, Emulator, Rule};

const HELP: &str = "\
Serves AWS accounts over HTTP on loopback to any AWS client.

Usage: waterline-mocks [OPTIONS]

Options:
  --account DIR      an account's folder; repeats. Without any: the demo account
  --port PORT        port on 127.0.0.1 [default: a free one]
  --rules FILE       rules of what goes wrong, a JSON list; see POST /_mocks/rules
  --check            load the accounts, say what is wrong with them, and end
  -h, --help         this text

Prints the endpoint, then serves until it is interrupted. Point a client at it:
  AWS_ENDPOINT_URL=http://127.0.0.1:PORT AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x aws ...
";

/// What the command line asks for.
#[derive(Default)]
struct Options {
    accounts: Vec<PathBuf>,
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
            "--account" => options.accounts.push(value()?.into()),
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

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let mut accounts = Vec::new();
    for folder in &options.accounts {
        let account = Account::load(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        accounts.push(account);
    }
    if accounts.is_empty() {
        accounts.push(Account::demo()?);
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
