//! The `waterline` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "lambda")]
    if waterline::lambda::is_meant() {
        return waterline::lambda::main();
    }
    waterline::cli::main()
}
