//! The `waterline` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    waterline::cli::main()
}
