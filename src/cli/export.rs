//! `park-portal export …`: a list into a file, with the rights of an account.

use std::{path::Path, path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{Fault, acting, open, refusal_in, say};
use crate::{
    config::{Config, terminal_lang},
    ingest::out::{self, ExportError},
    kernel::{id::SnapshotId, lang::Lang},
    ops::export::{Export, Format, List},
};

#[derive(Args)]
pub struct ExportArguments {
    /// Which list.
    #[arg(long, value_enum)]
    list: ListName,
    /// Which kind of file; if left out, as the name of the file ends.
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// The first day of the rates.
    #[arg(long, value_name = "DAY", required_if_eq("list", "rates"))]
    from: Option<Date>,
    /// The last day of the rates.
    #[arg(long, value_name = "DAY", required_if_eq("list", "rates"))]
    to: Option<Date>,
    /// The id of the frozen list, `snp_…`.
    #[arg(long, value_name = "ID", required_if_eq("list", "snapshot"))]
    snapshot: Option<String>,
    /// The login of the account whose rights are used and whom the audit log names; if left out, the
    /// only coordinator there is.
    #[arg(long = "as", value_name = "ACCOUNT")]
    account: Option<String>,
    /// The file; one that exists is replaced once the new one is complete.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListName {
    /// The demand list (需求清单).
    Demands,
    /// The resource list (资源清单).
    Resources,
    /// The project list (项目清单).
    Projects,
    /// The rates of organisations (单位指标).
    Rates,
    /// A frozen list (清单快照).
    Snapshot,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatName {
    Xlsx,
    Csv,
}

/// Writes the list.
pub async fn run(arguments: ExportArguments, config: &Config) -> Result<ExitCode, Fault> {
    let lang = terminal_lang();
    let export = Export { list: arguments.list()?, format: arguments.format()? };
    let cx = acting(open(config)?, arguments.account.as_deref(), lang).await?;
    // Beside its place, so that it can take that in one step.
    let folder = arguments.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable = |error: std::io::Error| format!("{}: {error}", arguments.out.display());
    let file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    let written = out::write(&cx, export, file.as_file()).await.map_err(|error| match error {
        ExportError::Failed(failure) => refusal_in(&failure, lang),
        ExportError::Write(fault) => fault.into(),
    })?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(&arguments.out).map_err(|error| unwritable(error.error))?;
    let (rows, place) = (written.rows, arguments.out.display());
    say(&match lang {
        Lang::Zh => format!("已导出 {rows} 行:{place}\n"),
        Lang::En => format!("{rows} rows exported: {place}\n"),
    })?;
    Ok(ExitCode::SUCCESS)
}

impl ExportArguments {
    fn list(&self) -> Result<List, Fault> {
        Ok(match (self.list, self.from, self.to, &self.snapshot) {
            (ListName::Demands, ..) => List::Demands(Default::default()),
            (ListName::Resources, ..) => List::Resources(Default::default()),
            (ListName::Projects, ..) => List::Projects(Default::default()),
            (ListName::Rates, Some(from), Some(to), _) => List::Rates(from, to, Vec::new()),
            (ListName::Snapshot, _, _, Some(id)) => List::Snapshot(id.parse::<SnapshotId>()?),
            (ListName::Rates | ListName::Snapshot, ..) => return Err("--from, --to or --snapshot is missing".into()),
        })
    }

    fn format(&self) -> Result<Format, Fault> {
        let ending = self.out.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        match (self.format, ending.as_deref()) {
            (Some(FormatName::Xlsx), _) | (None, Some("xlsx")) => Ok(Format::Xlsx),
            (Some(FormatName::Csv), _) | (None, Some("csv")) => Ok(Format::Csv),
            (None, _) => Err("the name of the file ends neither in .xlsx nor in .csv; say which with --format".into()),
        }
    }
}
