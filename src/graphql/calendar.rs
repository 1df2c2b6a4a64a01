//! The working-day calendar and the district's numbers in the API.

use async_graphql::{Context, Enum, Error, Object, SimpleObject};

use super::{
    error::top_level,
    request::{Request, or_error},
    scalar::{Date, DateTime},
};
use crate::{
    domain::rules,
    kernel::{
        calendar::{self as kernel, Calendar},
        problem::{Code, Problem},
    },
    ops::Failure,
    store,
};

/// When something is due that is asked for in so many working days.
#[derive(SimpleObject)]
pub struct Workday {
    /// When offices close on that day.
    due_at: DateTime,
    /// The last working day counted.
    due_on: Date,
    /// Whether a day was counted in a year whose official notice is not out yet.
    provisional: bool,
    /// Grows with every published or corrected year.
    calendar_version: u32,
}

/// A year of the working-day calendar (工作日历).
#[derive(SimpleObject)]
pub struct CalendarYear {
    /// The year.
    year: i32,
    /// The number of the State Council's notice, or what the year was counted by before it.
    source: String,
    /// Whether the State Council has published the year.
    status: CalendarStatus,
    /// The days that differ from the rule that Monday to Friday are working days, in order.
    exceptions: Vec<CalendarException>,
}

/// A day that differs from the rule that Monday to Friday are working days.
#[derive(SimpleObject)]
pub struct CalendarException {
    /// The day.
    on: Date,
    /// Whether it is off or worked.
    kind: CalendarDayKind,
    /// What the holiday is called; may be empty.
    name: String,
}

/// Whether a year of the calendar is final.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kernel::YearStatus")]
pub enum CalendarStatus {
    /// Published by the State Council (已公布).
    Official,
    /// Counted as well as is known, to be replaced (暂定).
    Provisional,
}

/// What a day is that differs from the weekday rule.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "kernel::DayKind")]
pub enum CalendarDayKind {
    /// A holiday (放假).
    Off,
    /// A weekend day worked in exchange (调休上班).
    Work,
}

/// A number that clocks and limits work with (规则), with the document it comes from.
#[derive(SimpleObject)]
pub struct Rule {
    /// A stable name such as `DEMAND_TRIAGE`; new ones may be added.
    code: &'static str,
    /// The number.
    value: u32,
    /// What it counts.
    unit: RuleUnit,
    /// Where it comes from.
    basis: RuleBasis,
    /// The document, or that it is the district's own choice.
    source: String,
}

/// What a rule's number counts.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "rules::RuleUnit")]
pub enum RuleUnit {
    /// Working days (工作日).
    Workdays,
    /// Calendar days (日).
    Days,
    /// Months (月).
    Months,
    /// A plain number (数量).
    Count,
    /// Thousandths (千分比).
    Permille,
}

/// Where a rule's number comes from.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "rules::RuleBasis")]
pub enum RuleBasis {
    /// A published rule or practice (已公布).
    Published,
    /// The district's own choice (本区自定).
    OwnChoice,
}

/// Queries about working days and rules.
#[derive(Default)]
pub struct CalendarQuery;

#[Object]
impl CalendarQuery {
    /// When something is due that is asked for in so many working days (工作日推算). Day 1 is the
    /// first working day after `from`.
    async fn workday(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day to count from; it is not counted itself.")] from: Date,
        #[graphql(desc = "How many working days, 0–1,000.")] add: i64,
    ) -> Result<Workday, Error> {
        let days = u32::try_from(add).ok().filter(|days| *days <= Calendar::MAX_WORKDAYS);
        let days = days.ok_or_else(|| out_of_range(ctx))?;
        let cx = Request::of(ctx).cx()?;
        let calendar = or_error(ctx, cx.read(|reader, _| store::calendar::load(reader)).await)?;
        let due = calendar.add_workdays(from.0, days).map_err(|_| out_of_range(ctx))?;
        Ok(Workday {
            due_at: DateTime(due.at),
            due_on: Date(due.date),
            provisional: due.provisional,
            calendar_version: calendar.version().0,
        })
    }

    /// A year of the working-day calendar (工作日历); null when there is no table for it.
    async fn calendar_year(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, e.g. 2026.")] year: i32,
    ) -> Result<Option<CalendarYear>, Error> {
        let cx = Request::of(ctx).cx()?;
        let found = or_error(ctx, cx.read(move |reader, _| store::calendar::year(reader, year)).await)?;
        let shown = |(day, kind, name): (_, kernel::DayKind, _)| CalendarException { on: Date(day), kind: kind.into(), name };
        Ok(found.map(|found| CalendarYear {
            year: found.year,
            source: found.source,
            status: found.status.into(),
            exceptions: found.exceptions.into_iter().map(shown).collect(),
        }))
    }

    /// The numbers that the district's clocks and limits work with (规则), by code.
    async fn rules(&self, ctx: &Context<'_>) -> Result<Vec<Rule>, Error> {
        let cx = Request::of(ctx).cx()?;
        let district = cx.actor.district.clone();
        let found = or_error(ctx, cx.read(move |reader, _| store::rule::all(reader, &district)).await)?;
        let shown = |rule: rules::Rule| Rule {
            code: rule.code.into(),
            value: rule.value,
            unit: rule.unit.into(),
            basis: rule.basis.into(),
            source: rule.source,
        };
        Ok(found.into_iter().map(shown).collect())
    }
}

fn out_of_range(ctx: &Context<'_>) -> Error {
    let problem = Problem::new(Code::Validation).saying(
        format!("工作日数应为 0 至 {} 的整数,日期应在可计算的范围内。", Calendar::MAX_WORKDAYS),
        format!("0 to {} working days from a day within reach can be counted.", Calendar::MAX_WORKDAYS),
    );
    top_level(Failure::Invalid(vec![problem]), Request::of(ctx))
}
