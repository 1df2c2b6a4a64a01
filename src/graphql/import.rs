//! Spreadsheets in, in the API.

use std::sync::Arc;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    request::{Outcome, Request, settle},
};
use crate::{
    domain::import as domain,
    ingest::CellProblem,
    kernel::text::NameBounds,
    ops::{
        self,
        import::{Committed, File, Import, Progress, Report},
    },
};

/// What a list holds (清单类型); each kind has its own columns.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Kind")]
pub enum ImportKind {
    /// Organisations with where they sit and how they are reached (单位名录).
    Organisations,
    /// The demand list (需求清单); its rows arrive submitted.
    Demands,
    /// The resource list (资源清单); its rows arrive as drafts.
    Resources,
}

/// What is imported of a list of which some rows are bad (导入方式).
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Mode")]
pub enum ImportMode {
    /// Nothing (全部合格才导入).
    AllOrNothing,
    /// The good rows (只导入合格行).
    GoodRows,
}

/// What was found in a list, as the API shows it.
pub struct ImportReport(Report);

/// What was found in a list (检查结果).
#[Object]
impl ImportReport {
    /// The sheet that was read (工作表); null for CSV, which has none.
    async fn sheet(&self) -> Option<&str> {
        Some(self.0.sheet.as_str()).filter(|name| !name.is_empty())
    }

    /// The row of the heading (表头行), counted from 1.
    async fn heading_row(&self) -> u32 {
        self.0.heading_row
    }

    /// Filled rows below the heading: good, bad and known ones together.
    async fn total(&self) -> u32 {
        self.0.total()
    }

    /// Rows that can come in, or have come in by this commit (合格行).
    async fn good(&self) -> u32 {
        self.0.good
    }

    /// Rows that cannot come in; each has at least one blocking entry in `rows` (不合格行).
    async fn bad(&self) -> u32 {
        self.0.bad
    }

    /// Rows that have come in before, in an earlier import or further up in this list (已导入行).
    async fn known(&self) -> u32 {
        self.0.known
    }

    /// Blank rows between the others (空行).
    async fn blank(&self) -> u32 {
        self.0.blank
    }

    /// Totals, notes and signatures at the end, which are no entries (表尾行).
    async fn footer(&self) -> u32 {
        self.0.footer
    }

    /// Headings under which nothing was read, as the file writes them (未识别的表头).
    async fn unused_headings(&self) -> &[String] {
        &self.0.unused_headings
    }

    /// What is wrong with bad rows, and warnings about others; top to bottom, at most 1,000, of which
    /// warnings take only the places that are left.
    #[graphql(complexity = "10 + 100 * child_complexity")]
    async fn rows(&self) -> Vec<ImportRowProblem<'_>> {
        self.0.problems.iter().map(ImportRowProblem).collect()
    }

    /// How many entries `rows` would have without its limit.
    async fn rows_total(&self) -> u32 {
        self.0.problem_count
    }
}

/// A problem of one cell, as the API shows it.
pub struct ImportRowProblem<'a>(&'a CellProblem);

/// Something in one cell that a clerk has to look at (单元格问题).
#[Object]
impl ImportRowProblem<'_> {
    /// The row in the spreadsheet, counted from 1 (行号).
    async fn row(&self) -> u32 {
        self.0.row
    }

    /// The column in letters, such as `C` (列号).
    async fn column(&self) -> &str {
        &self.0.column
    }

    /// The heading as the file writes it (表头).
    async fn heading(&self) -> &str {
        &self.0.heading
    }

    /// A stable machine code such as `UNKNOWN_ORGANISATION`; new ones may be added.
    async fn code(&self) -> &'static str {
        self.0.code.name()
    }

    /// Whether it keeps the row from being imported; false for a warning.
    async fn blocks(&self) -> bool {
        self.0.code.blocks()
    }

    /// The whole sentence with its place, in the language that the request's `Accept-Language`
    /// prefers. It never repeats a telephone number.
    async fn message(&self, ctx: &Context<'_>) -> &str {
        self.0.message(Request::of(ctx).lang)
    }
}

/// What came of a look at a list.
#[derive(SimpleObject)]
pub struct ImportPreviewPayload {
    /// What was found; null when there are problems. Nothing was imported.
    preview: Option<ImportReport>,
    /// Why it was refused; empty when the list could be read.
    problems: Vec<Problem>,
}

impl From<Outcome<Report>> for ImportPreviewPayload {
    fn from(outcome: Outcome<Report>) -> Self {
        match outcome {
            Ok(report) => Self { preview: Some(ImportReport(report)), problems: Vec::new() },
            Err(problems) => Self { preview: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// What came of an import.
#[derive(SimpleObject)]
pub struct ImportCommitPayload {
    /// The batch, `imp_…`, as the audit log names it; null when there are problems.
    batch: Option<ID>,
    /// How many objects are new: one for each good row; null when there are problems.
    created: Option<u32>,
    /// What was found; null when there are problems.
    report: Option<ImportReport>,
    /// Why it was refused; empty when it was done. `IMPORT_ROWS` says that all or nothing was asked
    /// for and some rows are bad: `importPreview` tells which.
    problems: Vec<Problem>,
}

impl From<Outcome<Committed>> for ImportCommitPayload {
    fn from(outcome: Outcome<Committed>) -> Self {
        match outcome {
            Ok(Committed { batch, created, report }) => Self {
                batch: Some(ID(batch.to_string())),
                created: Some(created),
                report: Some(ImportReport(report)),
                problems: Vec::new(),
            },
            Err(problems) => {
                Self { batch: None, created: None, report: None, problems: problems.into_iter().map(Problem).collect() }
            }
        }
    }
}

/// Looks at a list without importing it.
#[derive(InputObject)]
pub struct ImportPreviewInput {
    /// The file, from `POST /uploads` by the same account, less than a day ago: XLSX, or CSV in UTF-8
    /// or GB18030.
    upload: ID,
    /// What the list holds.
    kind: ImportKind,
    /// The sheet of a workbook; the first visible one if left out.
    sheet: Option<String>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Imports a list.
#[derive(InputObject)]
pub struct ImportCommitInput {
    /// The file, from `POST /uploads` by the same account, less than a day ago: XLSX, or CSV in UTF-8
    /// or GB18030.
    upload: ID,
    /// What the list holds.
    kind: ImportKind,
    /// The sheet of a workbook; the first visible one if left out.
    sheet: Option<String>,
    /// What to do when some rows are bad.
    mode: ImportMode,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// Imports.
#[derive(Default)]
pub struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Looks at every row of a list and imports nothing (导入预览). Leaves a line in the audit log.
    async fn import_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to look at.")] input: ImportPreviewInput,
    ) -> Option<Result<ImportPreviewPayload, Error>> {
        let mut form = Form::default();
        let import = read(&mut form, &input.upload, input.kind, input.sheet.as_deref());
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(import) = import else {
                return Err(form.refuse());
            };
            ops::import::preview(&cx, import).await
        })
        .await
    }

    /// Imports a list: its good rows, or nothing unless all are good (导入). The same list a second
    /// time changes nothing.
    async fn import_commit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to import, and how.")] input: ImportCommitInput,
    ) -> Option<Result<ImportCommitPayload, Error>> {
        let mut form = Form::default();
        let import = read(&mut form, &input.upload, input.kind, input.sheet.as_deref());
        settle(ctx, input.idempotency_key, async |cx| {
            let Some(import) = import else {
                return Err(form.refuse());
            };
            ops::import::commit(&cx, import, input.mode.into()).await
        })
        .await
    }
}

fn read(form: &mut Form, upload: &ID, kind: ImportKind, sheet: Option<&str>) -> Option<Import> {
    let (upload, sheet) = (form.id("upload", upload), form.optional_text::<NameBounds>("sheet", sheet));
    Some(Import {
        kind: kind.into(),
        file: File::Uploaded(upload?),
        sheet: sheet?.map(String::from),
        progress: Arc::new(Progress::default()),
    })
}
