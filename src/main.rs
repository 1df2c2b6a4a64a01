//! The program: subcommands and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    park_portal::cli::run()
}
