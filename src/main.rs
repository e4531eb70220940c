//! The `waterline` program.

use std::process::ExitCode;

/// Facts and values are many small pieces, made on all processors: with the C library's allocator, a
/// run takes a quarter more processor time and a fifth more memory. How it is set: `.cargo/config.toml`.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    #[cfg(feature = "lambda")]
    if waterline::lambda::is_meant() {
        return waterline::lambda::main();
    }
    waterline::cli::main()
}
