//! `park-portal import …`: a list from a file, with the rights of an account.

use std::{fs, io::Read, path::Path, path::PathBuf, pin::pin, process::ExitCode, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Fault, acting, import_report, open, refusal_in, say};
use crate::{
    config::{Config, terminal_lang},
    domain::import::{Kind, Mode},
    ingest::{FileError, MAX_FILE_BYTES},
    kernel::{lang::Lang, problem::Code},
    ops::{
        Cx, Failure,
        import::{self, Committed, File, Import, Progress, Report},
    },
};

#[derive(Args)]
#[command(after_help = ENDS)]
pub struct ImportArguments {
    /// What the list holds.
    #[arg(long, value_enum)]
    kind: ListKind,
    /// An XLSX workbook, or CSV in UTF-8 or GB18030: at most 20 MiB and 20,000 rows.
    file: PathBuf,
    /// Look at every row, tell what is wrong, and import nothing.
    #[arg(long)]
    dry_run: bool,
    /// The sheet of a workbook; the first visible one if left out.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The login of the account whose rights are used and whom the audit log names; if left out, the
    /// only coordinator there is.
    #[arg(long = "as", value_name = "ACCOUNT")]
    account: Option<String>,
    /// Import the good rows when some are bad; without it, one bad row keeps the whole list out.
    #[arg(long)]
    good_rows: bool,
    /// The language of the report; if left out, English where LC_ALL, LC_MESSAGES or LANG says `en`,
    /// else Chinese.
    #[arg(long, value_enum)]
    lang: Option<ReportLang>,
}

const ENDS: &str = "\
Ends with status
  0  when every row is good, or has come in before
  1  when nothing was imported: a bad row, or a file that cannot be read
  2  when the command line itself is wrong
  3  when the good rows were imported and bad ones left out (--good-rows)
A dry run ends as the import would.";

/// How a partly imported list ends.
const PARTLY: u8 = 3;

#[derive(Clone, Copy, ValueEnum)]
enum ListKind {
    /// Enterprises and departments (单位名录).
    Organisations,
    /// The demand list (需求清单); its rows arrive submitted.
    Demands,
    /// The resource list (资源清单); its rows arrive as drafts.
    Resources,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportLang {
    Zh,
    En,
}

/// What came of a list.
pub enum Outcome {
    /// A dry run.
    LookedAt(Report),
    Entered(Committed),
    /// All or nothing was asked for, and some rows are bad.
    LeftOut(Report),
}

/// Imports a list, or looks at it.
pub async fn run(arguments: ImportArguments, config: &Config) -> Result<ExitCode, Fault> {
    let lang = arguments.lang.map_or_else(terminal_lang, ReportLang::lang);
    let bytes = contents(&arguments.file, lang)?;
    let app = open(config)?;
    let cx = acting(app, arguments.account.as_deref(), lang).await?;
    let progress = Arc::new(Progress::default());
    let import = Import {
        kind: arguments.kind.kind(),
        file: File::Given(bytes.into()),
        sheet: arguments.sheet.clone(),
        progress: Arc::clone(&progress),
    };
    let outcome = watched(&progress, work(&cx, import, &arguments)).await;
    let outcome = outcome.map_err(|failure| refusal_in(&failure, lang))?;
    say(&import_report::text(&outcome, lang))?;
    Ok(arguments.ends(&outcome))
}

async fn work(cx: &Cx, import: Import, arguments: &ImportArguments) -> Result<Outcome, Failure> {
    if arguments.dry_run {
        return import::preview(cx, import).await.map(Outcome::LookedAt);
    }
    match import::commit(cx, import.clone(), arguments.mode()).await {
        // The refusal names the first bad row; a look at the list tells them all.
        Err(Failure::Refused(problem)) if problem.code == Code::ImportRows => {
            import::preview(cx, import).await.map(Outcome::LeftOut)
        }
        entered => entered.map(Outcome::Entered),
    }
}

/// Reads a file that is not larger than an upload may be.
fn contents(path: &Path, lang: Lang) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there is more; what is longer is never held.
    let most = MAX_FILE_BYTES as u64 + 1;
    fs::File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(match lang {
            Lang::Zh => FileError::TooLarge.message_zh().into(),
            Lang::En => FileError::TooLarge.to_string().into(),
        });
    }
    Ok(bytes)
}

/// How often the bar looks at the progress.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Waits for the work under a bar on standard error, which only a terminal shows.
async fn watched<T>(progress: &Progress, work: impl Future<Output = T>) -> T {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed}") {
        bar.set_style(style);
    }
    let mut work = pin!(work);
    let mut time = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            done = &mut work => {
                bar.finish_and_clear();
                return done;
            }
            _ = time.tick() => {
                let (done, total) = progress.look();
                bar.set_length(total);
                bar.set_position(done);
            }
        }
    }
}

impl ImportArguments {
    fn mode(&self) -> Mode {
        if self.good_rows { Mode::GoodRows } else { Mode::AllOrNothing }
    }

    /// The status that the process ends with.
    fn ends(&self, outcome: &Outcome) -> ExitCode {
        let report = outcome.report();
        match (self.mode(), report.good) {
            _ if report.bad == 0 => ExitCode::SUCCESS,
            (Mode::AllOrNothing, _) | (Mode::GoodRows, 0) => ExitCode::FAILURE,
            (Mode::GoodRows, _) => ExitCode::from(PARTLY),
        }
    }
}

impl Outcome {
    /// What was found in the list.
    pub fn report(&self) -> &Report {
        match self {
            Self::LookedAt(report) | Self::LeftOut(report) => report,
            Self::Entered(committed) => &committed.report,
        }
    }
}

impl ListKind {
    fn kind(self) -> Kind {
        match self {
            Self::Organisations => Kind::Organisations,
            Self::Demands => Kind::Demands,
            Self::Resources => Kind::Resources,
        }
    }
}

impl ReportLang {
    fn lang(self) -> Lang {
        match self {
            Self::Zh => Lang::Zh,
            Self::En => Lang::En,
        }
    }
}
