//! What a clerk at the terminal reads about a list: the counts, then one line per cell to look at.

use super::import::Outcome;
use crate::{
    ingest::CellProblem,
    kernel::lang::Lang,
    ops::import::{Committed, Report},
};

/// The report in one language; every line of a row names row, column and heading.
pub fn text(outcome: &Outcome, lang: Lang) -> String {
    let report = outcome.report();
    let mut lines = vec![result(outcome, lang), found(report, lang)];
    if !report.unused_headings.is_empty() {
        lines.push(match lang {
            Lang::Zh => format!("没有读取的列：{}", report.unused_headings.join("、")),
            Lang::En => format!("Columns that were not read: {}", report.unused_headings.join(", ")),
        });
    }
    lines.extend(report.problems.iter().map(|problem| entry(problem, lang)));
    let left = (report.problem_count as usize).saturating_sub(report.problems.len());
    if left > 0 {
        lines.push(match lang {
            Lang::Zh => format!("另有 {left} 条没有列出，请先处理以上各条。"),
            Lang::En => format!("{left} more are not listed; deal with these first."),
        });
    }
    // A file writes some of these words, and no file shall move the cursor of a terminal.
    lines.iter().flat_map(|line| line.chars().filter(|letter| !letter.is_control()).chain(['\n'])).collect()
}

fn result(outcome: &Outcome, lang: Lang) -> String {
    match (outcome, lang) {
        (Outcome::LookedAt(_), Lang::Zh) => "预检完成，未导入任何内容。".to_owned(),
        (Outcome::LookedAt(_), Lang::En) => "Looked at the list; nothing was imported.".to_owned(),
        (Outcome::LeftOut(Report { bad, .. }), Lang::Zh) => {
            format!("有 {bad} 行不合格，未导入任何内容。请修改后重试，或用 --good-rows 只导入合格行。")
        }
        (Outcome::LeftOut(Report { bad, .. }), Lang::En) => {
            format!("{bad} bad rows; nothing was imported. Mend them, or import the good rows with --good-rows.")
        }
        (Outcome::Entered(Committed { created, batch, .. }), Lang::Zh) => format!("已导入 {created} 行，批次 {batch}。"),
        (Outcome::Entered(Committed { created, batch, .. }), Lang::En) => format!("Imported {created} rows as batch {batch}."),
    }
}

fn found(report: &Report, lang: Lang) -> String {
    let Report { heading_row, good, bad, known, blank, footer, .. } = report;
    let total = report.total();
    match lang {
        Lang::Zh => {
            let sheet = if report.sheet.is_empty() { String::new() } else { format!("工作表“{}”，", report.sheet) };
            format!(
                "{sheet}表头在第 {heading_row} 行；共 {total} 行：合格 {good}，不合格 {bad}，已导入过 {known}；另有空行 {blank}，表尾 {footer}。"
            )
        }
        Lang::En => {
            let sheet = if report.sheet.is_empty() { String::new() } else { format!("Sheet \"{}\", ", report.sheet) };
            format!(
                "{sheet}heading in row {heading_row}; {total} rows: {good} good, {bad} bad, {known} imported before; besides {blank} blank, {footer} below the list."
            )
        }
    }
}

fn entry(problem: &CellProblem, lang: Lang) -> String {
    let weight = match (problem.code.blocks(), lang) {
        (true, Lang::Zh) => "不合格",
        (true, Lang::En) => "bad",
        (false, Lang::Zh) => "提醒",
        (false, Lang::En) => "note",
    };
    format!("  [{weight}] {} ({})", problem.message(lang), problem.code.name())
}
