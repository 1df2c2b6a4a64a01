//! Spreadsheets in: a list is read, looked at row by row, and entered in one transaction.
//!
//! ```text
//! file ──ingest──▶ rows ──check──▶ good rows | problems of bad ones ──enter──▶ objects, one audit line
//! ```
//!
//! Reading happens before the transaction, which must not be held up by it; everything that depends
//! on the register, the calendar or the policy happens inside. The hash of each row that comes in is
//! kept, so the same list a second time changes nothing.

mod contact;
mod demands;
mod desk;
mod fault;
mod list;
mod names;
mod organisations;
mod progress;
mod register;
mod report;
mod resources;
mod sheet;
mod similar;

use std::sync::Arc;

use self::{
    list::{Checked, Good, List, check},
    sheet::Sheet,
};
pub use self::{
    progress::Progress,
    report::{Committed, MOST_PROBLEMS, Report},
};
use super::{Cx, Failure, Scene, upload::import_subject};
use crate::{
    domain::import::{Kind, Mode},
    ingest::{DemandRecord, OrganisationRecord, ResourceRecord},
    kernel::{
        digest::hex,
        id::{ImportBatchId, UploadId},
        problem::{Code, Problem},
    },
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// A spreadsheet and how to read it.
#[derive(Clone)]
pub struct Import {
    pub kind: Kind,
    pub file: File,
    /// The sheet of a workbook; `None` takes the first visible one.
    pub sheet: Option<String>,
    /// For whoever shows how far it has come.
    pub progress: Arc<Progress>,
}

/// Where the spreadsheet is.
#[derive(Clone)]
pub enum File {
    /// Sent before, by the same account.
    Uploaded(UploadId),
    /// At hand.
    Given(Arc<[u8]>),
}

/// Rows entered between two looks at the progress.
const ENTERED_AT_ONCE: usize = 500;

/// Looks at every row and writes nothing but the audit line.
pub async fn preview(cx: &Cx, import: Import) -> Result<Report, Failure> {
    match import.kind {
        Kind::Organisations => preview_list::<OrganisationRecord>(cx, import).await,
        Kind::Demands => preview_list::<DemandRecord>(cx, import).await,
        Kind::Resources => preview_list::<ResourceRecord>(cx, import).await,
    }
}

/// Enters the good rows of a list; nothing when one is bad and all or nothing is asked for.
pub async fn commit(cx: &Cx, import: Import, mode: Mode) -> Result<Committed, Failure> {
    match import.kind {
        Kind::Organisations => commit_list::<OrganisationRecord>(cx, import, mode).await,
        Kind::Demands => commit_list::<DemandRecord>(cx, import, mode).await,
        Kind::Resources => commit_list::<ResourceRecord>(cx, import, mode).await,
    }
}

async fn preview_list<L: List>(cx: &Cx, import: Import) -> Result<Report, Failure> {
    let sheet = Sheet::<L>::read(cx, &import).await?;
    cx.write(Action::ImportPreview, move |cx, tx| {
        let sheet = sheet.as_ref().ok_or(Failure::missing("upload"))?;
        let permit = cx.permit(Action::ImportPreview, &import_subject(&cx.actor))?;
        let checked = check(cx, tx, sheet.rows()?, &import.progress)?;
        let report = Report::of(sheet.rows()?.0, &checked);
        let effect = report.facts(Effect::changed(cx.new_id::<crate::kernel::id::kind::ImportBatch>()));
        let effect = effect.code("kind", L::KIND.name()).code("sha256", hex(&sheet.sha256));
        cx.record(tx, permit, &[effect], report)
    })
    .await
}

async fn commit_list<L: List>(cx: &Cx, import: Import, mode: Mode) -> Result<Committed, Failure> {
    let sheet = Sheet::<L>::read(cx, &import).await?;
    cx.write(Action::ImportCommit, move |cx, tx| {
        let sheet = sheet.as_ref().ok_or(Failure::missing("upload"))?;
        let permit = cx.permit(Action::ImportCommit, &import_subject(&cx.actor))?;
        let checked = check(cx, tx, sheet.rows()?, &import.progress)?;
        if mode == Mode::AllOrNothing && checked.bad > 0 {
            return Err(some_are_bad(&checked));
        }
        let report = Report::of(sheet.rows()?.0, &checked);
        let batch: ImportBatchId = cx.new_id();
        let effect = report.facts(Effect::changed(batch)).code("mode", <&str>::from(mode));
        let mut effects = vec![effect.code("kind", L::KIND.name()).code("sha256", hex(&sheet.sha256))];
        effects.extend(enter(cx, tx, batch, &checked, &import.progress)?);
        cx.record(tx, permit, &effects, Committed { batch, created: report.good, report })
    })
    .await
}

/// Enters good rows with the contact points that they name, and remembers their hashes.
fn enter<L: List>(
    cx: &Scene,
    tx: &mut Tx,
    batch: ImportBatchId,
    checked: &Checked<L>,
    progress: &Progress,
) -> Result<Vec<Effect>, Failure> {
    let mut effects = Vec::new();
    match L::KIND {
        // A demand or resource refers to its contact point, a contact point to its organisation.
        Kind::Organisations => {
            effects.extend(enter_rows(cx, tx, batch, &checked.good, progress)?);
            effects.extend(contact::enter(cx, tx, &checked.new_contacts)?);
        }
        Kind::Demands | Kind::Resources => {
            effects.extend(contact::enter(cx, tx, &checked.new_contacts)?);
            effects.extend(enter_rows(cx, tx, batch, &checked.good, progress)?);
        }
    }
    Ok(effects)
}

fn enter_rows<L: List>(
    cx: &Scene,
    tx: &mut Tx,
    batch: ImportBatchId,
    good: &[Good<L>],
    progress: &Progress,
) -> Result<Vec<Effect>, Failure> {
    let mut effects = Vec::new();
    for some in good.chunks(ENTERED_AT_ONCE) {
        let entered = L::enter(cx, tx, some)?;
        let rows: Vec<_> = some.iter().zip(&entered).map(|(good, entered)| (good.hash, entered.id)).collect();
        store::import_row::remember(tx, &cx.actor.district, L::KIND, batch, &rows)?;
        for (good, entered) in some.iter().zip(entered) {
            effects.push(entered.effect.code("row", hex(&good.hash)));
            effects.extend(entered.others);
        }
        progress.steps(some.len());
    }
    Ok(effects)
}

/// All or nothing was asked for, so it is nothing; the preview tells everything that is wrong.
fn some_are_bad<L: List>(checked: &Checked<L>) -> Failure {
    let first = checked.problems.iter().find(|problem| problem.code.blocks());
    let (zh, en) = first.map_or(("", ""), |problem| (problem.message_zh.as_str(), problem.message_en.as_str()));
    let bad = checked.bad;
    Failure::Refused(Box::new(Problem::new(Code::ImportRows).at("upload").saying(
        format!("有 {bad} 行不合格,未导入任何内容。首个问题:{zh}"),
        format!("{bad} rows are not acceptable; nothing was imported. The first problem: {en}"),
    )))
}
