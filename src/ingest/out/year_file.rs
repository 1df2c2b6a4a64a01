//! An instructor's year as a workbook for people and as a manifest whose parts carry their SHA-256.

use std::io::{Seek, Write};

use serde_json::{Value, json};

use super::{ExportError, Written, cell::Out, headings, kind, words, write::Sheet};
use crate::{
    domain::{
        evaluation::{Evaluation, Level, cycle::Cycle, score::Points},
        record::Addendum,
    },
    kernel::{calendar::shanghai_date, digest, id::PostingId},
    ops::{
        Cx,
        export::{self, Export, Format},
        year_file::{self, YearFile},
    },
    policy::Sight,
    store::filed_record::Kept,
};

/// What the manifest calls its own shape; it changes with the shape.
const SHAPE: &str = "park-portal/year-file/1";

/// A part of the file: its name, how people call it, and its lines.
struct Part {
    name: &'static str,
    title: &'static str,
    lines: Vec<String>,
}

impl Part {
    fn new(name: &'static str, title: &'static str, values: impl Iterator<Item = Value>) -> Self {
        Self { name, title, lines: values.map(|value| value.to_string()).collect() }
    }

    /// Over the lines, each with a line feed behind it.
    fn sha256(&self) -> String {
        digest::of_lines(self.lines.iter().map(String::as_str))
    }
}

/// Writes the file, and leaves a line in the log before.
pub(super) async fn write<F: Write + Seek + Send>(
    cx: &Cx,
    export: &Export,
    (posting, year): (PostingId, i16),
    mut file: F,
) -> Result<Written, ExportError> {
    let content = year_file::load(cx, posting, year).await?;
    export::download(cx, export).await?;
    let parts = parts(&content);
    let (title, columns) = headings::of(&export.list, None);
    let today = shanghai_date(cx.now());
    match export.format {
        Format::Json => file.write_all(manifest(&content, &parts).to_string().as_bytes()).map_err(super::WriteError::from)?,
        Format::Xlsx | Format::Csv => {
            let mut sheet = Sheet::new(export.format, file, columns)?;
            for row in rows(&content).into_iter().chain(parts.iter().map(hash_row)) {
                sheet.row(&row)?;
            }
            sheet.finish()?;
        }
    }
    let (ending, content_type) = kind(export.format);
    let file_name = format!("{title}-{:04}-{year}-{}-{today}.{ending}", content.posting.number, cx.actor.district);
    Ok(Written { file_name, content_type, rows: parts.iter().map(|part| part.lines.len() as u64).sum() })
}

fn parts(content: &YearFile) -> [Part; 4] {
    let addenda = content.records.iter().flat_map(|(record, _)| {
        content.addenda.get(&record.id).into_iter().flatten().map(|addendum| addendum_line(addendum, &record.ref_no))
    });
    [
        Part::new("RECORDS", "档案纪实", content.records.iter().map(record_line)),
        Part::new("ADDENDA", "补充说明", addenda),
        Part::new("VERIFICATION", "核实情况", content.records.iter().map(standing_line)),
        Part::new("EVALUATION", "考核评定", content.evaluations.iter().map(evaluation_line)),
    ]
}

fn manifest(content: &YearFile, parts: &[Part]) -> Value {
    let part = |part: &Part| json!({ "name": part.name, "rows": part.lines.len(), "sha256": part.sha256(), "lines": part.lines });
    json!({
        "shape": SHAPE,
        "district": content.posting.district.as_str(),
        "posting": { "id": content.posting.id.to_string(), "number": content.posting.number },
        "year": content.year,
        "parts": parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn record_line((record, _): &Kept) -> Value {
    let content = &record.content;
    let attachments = record.attachments.iter().map(|file| json!({ "file": file.file.to_string(), "sha256": file.sha256 }));
    json!({
        "refNo": record.ref_no, "number": record.number, "occurredOn": content.occurred_on.to_string(),
        "target": content.target.to_string(), "kind": <&str>::from(content.kind), "summary": content.summary.as_str(),
        "demands": content.links.demands.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "projects": content.links.projects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "attachments": attachments.collect::<Vec<_>>(), "lateReason": record.timing.reason().map(|reason| reason.as_str()),
        "filedAt": record.filed_at.to_string(), "previousHash": record.previous_hash.to_string(), "hash": record.hash.to_string(),
    })
}

fn addendum_line(addendum: &Addendum, ref_no: &str) -> Value {
    json!({
        "refNo": ref_no, "number": addendum.number, "text": addendum.text.as_str(), "addedAt": addendum.added_at.to_string(),
        "previousHash": addendum.previous_hash.to_string(), "hash": addendum.hash.to_string(),
    })
}

fn standing_line((record, standing): &Kept) -> Value {
    json!({
        "refNo": record.ref_no, "status": standing.status().name(),
        "dispute": standing.disputed().map(|dispute| dispute.reason.as_str()),
        "decision": standing.decided().map(|decision| decision.reason.as_str()),
    })
}

/// The hundredths of each level, where they are seen.
fn shown(evaluation: &Evaluation, sight: Sight) -> [Option<u32>; 4] {
    sight.levels(evaluation.status, evaluation.levels(None)).map(|points| points.map(Points::hundredths))
}

fn evaluation_line((evaluation, cycle, sight): &(Evaluation, Cycle, Sight)) -> Value {
    let is_whole = sight.shows(Level::OrganisationDepartment, evaluation.status);
    let grading = evaluation.grading.as_ref().filter(|_| is_whole);
    let waived = evaluation.waivers.iter().filter(|waiver| sight.shows(waiver.level, evaluation.status));
    json!({
        "cycle": cycle.year, "status": evaluation.status.name(), "records": evaluation.records,
        "levels": shown(evaluation, *sight), "weights": cycle.terms.weights.0,
        "waivers": waived.map(|waiver| json!({ "level": waiver.level.name(), "reason": waiver.reason.as_str() })).collect::<Vec<_>>(),
        "total": grading.map(|grading| grading.total.hundredths()),
        "suggestedGrade": grading.map(|grading| grading.suggested.name()),
        "grade": grading.and_then(|_| evaluation.grade_in_force()).map(|grade| grade.name()),
        "gradeReason": grading.and_then(|grading| grading.reason.as_ref()).map(|reason| reason.as_str()),
        "objection": evaluation.objection.as_ref().filter(|_| is_whole).map(|objection| objection.reason.as_str()),
        "decision": evaluation.decision.as_ref().filter(|_| is_whole).map(|decision| decision.reason.as_str()),
    })
}

fn rows(content: &YearFile) -> Vec<Vec<Out>> {
    let mut rows = Vec::new();
    for (record, standing) in &content.records {
        let target = content.organisations.get(&record.content.target);
        rows.push(vec![
            Out::text("档案纪实"),
            Out::text(&record.ref_no),
            Out::Day(record.content.occurred_on),
            Out::maybe(target.map(|target| target.profile.name.as_str())),
            Out::text(words::record_kind(record.content.kind)),
            Out::text(record.content.summary.as_str()),
            Out::text(words::record(standing.status())),
            Out::maybe(record.timing.reason().map(|reason| reason.as_str())),
            Out::moment(Some(record.filed_at)),
            Out::text(record.previous_hash.to_string()),
            Out::text(record.hash.to_string()),
        ]);
        for addendum in content.addenda.get(&record.id).into_iter().flatten() {
            rows.push(addendum_row(addendum, &record.ref_no));
        }
    }
    rows.extend(content.evaluations.iter().flat_map(evaluation_rows));
    rows
}

fn addendum_row(addendum: &Addendum, ref_no: &str) -> Vec<Out> {
    vec![
        Out::text("补充说明"),
        Out::text(format!("{ref_no}-{}", addendum.number)),
        Out::Empty,
        Out::Empty,
        Out::Empty,
        Out::text(addendum.text.as_str()),
        Out::Empty,
        Out::Empty,
        Out::moment(Some(addendum.added_at)),
        Out::text(addendum.previous_hash.to_string()),
        Out::text(addendum.hash.to_string()),
    ]
}

/// One row for each thing that is seen: points are in hundredths.
fn evaluation_rows((evaluation, _, sight): &(Evaluation, Cycle, Sight)) -> Vec<Vec<Out>> {
    let is_whole = sight.shows(Level::OrganisationDepartment, evaluation.status);
    let grading = evaluation.grading.as_ref().filter(|_| is_whole);
    let names = ["第一级 档案纪实", "第二级 企业评价", "第三级 选派单位考核", "第四级 组织部评定"];
    let points =
        names.iter().zip(shown(evaluation, *sight)).filter_map(|(name, points)| Some((*name, Out::Number(points?.into()))));
    let total = grading.map(|grading| ("总分", Out::Number(grading.total.hundredths().into())));
    let grade = grading.and_then(|_| evaluation.grade_in_force()).map(|grade| ("等次", Out::text(words::grade(grade))));
    let row = |(name, value): (&str, Out)| {
        let mut row = vec![Out::text("考核评定"), Out::text(&evaluation.label), Out::Empty, Out::Empty, Out::text(name), value];
        row.push(Out::text(words::evaluation(evaluation.status)));
        row
    };
    points.chain(total).chain(grade).map(row).collect()
}

/// What the manifest says of a part, so that the two belong together.
fn hash_row(part: &Part) -> Vec<Out> {
    let mut row = vec![Out::text("校验"), Out::text(part.name), Out::Empty, Out::Empty, Out::text(part.title)];
    row.push(Out::Number(i64::try_from(part.lines.len()).unwrap_or(i64::MAX)));
    row.extend([Out::Empty, Out::Empty, Out::Empty, Out::text("SHA-256"), Out::text(part.sha256())]);
    row
}
