//! What a coordinator does with the working-day calendar: enter a year that has been published.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Cx, Failure, Scene, district::holiday_names};
use crate::{
    domain::clock::Clock,
    kernel::{
        calendar::{CalendarYear, CsvError, CsvProblem, Recount, YearStatus, shanghai_date},
        district::District,
        problem::{Code, Problem},
    },
    policy::{Action, Subject},
    store::{
        self, Tx,
        audit::{Effect, Stamp},
        clock_correction::{Correction, Occasion},
        clock_recount::{Moved, Object},
    },
};

/// The most bytes of a table: some hundred lines, where a year has about forty.
pub const MAX_TABLE: usize = 16 * 1024;
/// A year can be entered from the year itself until so many years before it.
const YEARS_AHEAD: i16 = 2;
/// Effects of moved clocks that stand in one line of the log.
const EFFECTS_PER_LINE: usize = 200;

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The years whose tables were replaced.
    pub years: Vec<i16>,
    /// Clocks whose end has moved, in all districts.
    pub moved_clocks: usize,
}

/// Replaces the tables of years by those of `table`, whose form [`CalendarYear::parse_csv`] tells, and
/// counts the running clocks of all districts anew: all districts share one calendar, so the table is
/// that of the State Council's notice, whoever enters it.
///
/// Each clock is moved at most once by a table; the same table again moves nothing.
pub async fn import(cx: &Cx, table: String) -> Result<Imported, Failure> {
    cx.write(Action::CalendarImport, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::CalendarImport, &Subject::of_district(district.clone()))?;
        let years = read(&table)?;
        check(cx, &years)?;
        for district in store::district::all(tx)? {
            tx.lock_district(&district)?;
        }
        let names = holiday_names(&table);
        let mut calendar = Arc::clone(&cx.calendar);
        let mut moved_clocks = 0;
        for year in &years {
            store::calendar::replace(tx, year, &names)?;
            let renewed = store::calendar::load(tx)?;
            let recount = Recount::new(&calendar, &renewed, year.year, shanghai_date(cx.now));
            let moved = store::clock_recount::recount(tx, &recount)?;
            note(cx, tx, year.year, &moved)?;
            moved_clocks += moved.len();
            calendar = renewed;
        }
        let effects: Vec<Effect> = years.iter().map(|year| entered(&district, year)).collect();
        let imported = Imported { years: years.iter().map(|year| year.year).collect(), moved_clocks };
        cx.record(tx, permit, &effects, imported)
    })
    .await
}

fn read(table: &str) -> Result<Vec<CalendarYear>, Failure> {
    let years = CalendarYear::parse_csv(table).map_err(refusal)?;
    if years.is_empty() {
        return Err(invalid("表中没有日期。", "The table has no days."));
    }
    Ok(years)
}

/// The past is not counted anew, and what is official is not replaced by a guess.
fn check(cx: &Scene, years: &[CalendarYear]) -> Result<(), Failure> {
    let this_year = shanghai_date(cx.now).year();
    for table in years {
        let year = table.year;
        if !(this_year..=this_year + YEARS_AHEAD).contains(&year) {
            let last = this_year + YEARS_AHEAD;
            return Err(invalid(
                format!("只能导入 {this_year} 至 {last} 年的日历,表中有 {year} 年。"),
                format!("Years from {this_year} to {last} can be entered, not {year}."),
            ));
        }
        if table.status == YearStatus::Provisional && cx.calendar.is_official(year) {
            return Err(invalid(
                format!("{year} 年已公布,不能改回暂定。"),
                format!("{year} is published and does not become provisional again."),
            ));
        }
    }
    Ok(())
}

/// Keeps the old end of each clock, and tells each district's log.
fn note(cx: &Scene, tx: &mut Tx, year: i16, moved: &[Moved]) -> Result<(), Failure> {
    let mut by_district: BTreeMap<&District, Vec<Effect>> = BTreeMap::new();
    for clock in moved {
        let correction = Correction { clock: clock.clock, old_due_at: clock.old_due_at, new_due_at: clock.new_due_at };
        let occasion = Occasion { year, at: cx.now };
        let entry = cx.new_id();
        match clock.object {
            Object::Demand(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::Claim(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::Project(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::Posting(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::Evaluation(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::FiledRecord(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
            Object::ToolkitIssue(id) => store::clock_correction::insert(tx, entry, (&clock.district, id), correction, occasion)?,
        }
        by_district.entry(&clock.district).or_default().push(corrected(clock));
    }
    for (district, effects) in by_district {
        for part in effects.chunks(EFFECTS_PER_LINE) {
            let stamp = Stamp { id: cx.new_id(), at: cx.now };
            store::audit::system(tx, district, "calendar.recount", stamp, part, ())?.into_inner();
        }
    }
    Ok(())
}

fn corrected(clock: &Moved) -> Effect {
    let effect = match clock.object {
        Object::Demand(id) => Effect::changed(id),
        Object::Claim(id) => Effect::changed(id),
        Object::Project(id) => Effect::changed(id),
        Object::Posting(id) => Effect::changed(id),
        Object::ToolkitIssue(id) => Effect::changed(id),
        Object::FiledRecord(id) => Effect::changed(id),
        Object::Evaluation(id) => Effect::changed(id),
    };
    if clock.clock == Clock::Due {
        // The log knows the end of a project as a day, like its row.
        let (old, new) = (shanghai_date(clock.old_due_at), shanghai_date(clock.new_due_at));
        return effect.code("old_due_on", old).code("due_on", new);
    }
    let fact = clock.clock.fact();
    effect.code(&format!("old_{fact}"), clock.old_due_at).code(&fact, clock.new_due_at)
}

fn entered(district: &District, table: &CalendarYear) -> Effect {
    let days = i64::try_from(table.exceptions.len()).unwrap_or(i64::MAX);
    let status = match table.status {
        YearStatus::Official => "OFFICIAL",
        YearStatus::Provisional => "PROVISIONAL",
    };
    Effect { object: district.to_string(), from: None, to: None, facts: BTreeMap::new() }
        .number("year", i64::from(table.year))
        .code("status", status)
        .number("exceptions", days)
}

fn invalid(zh: impl Into<std::borrow::Cow<'static, str>>, en: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::Invalid(vec![Problem::new(Code::Validation).at("table").saying(zh, en)])
}

/// What to tell the coordinator about a table.
fn refusal(error: CsvError) -> Failure {
    let zh = match error.problem {
        CsvProblem::Heading => "表头应为 date,kind,name_en,source",
        CsvProblem::Fields => "应为四列,且不加引号",
        CsvProblem::Date => "日期应写作 2026-10-01",
        CsvProblem::Kind => "类型应为 OFF 或 WORK",
        CsvProblem::MissingSource => "缺少来源文号",
        CsvProblem::DuplicateDate => "日期重复",
        CsvProblem::OtherSource => "同一年份的来源应一致",
    };
    let line = error.line;
    invalid(format!("日历表第 {line} 行:{zh}。"), format!("Line {line} of the calendar: {}.", error.problem))
}
