//! Entering a year of the working-day calendar through the API.

use async_graphql::{Context, Error, InputObject, Object, SimpleObject};

use super::{
    error::Problem,
    form::Form,
    request::{Outcome, settle},
};
use crate::{
    kernel::problem::{Code, Problem as Refusal},
    ops::{
        self,
        calendar::{Imported, MAX_TABLE},
    },
};

/// Enters years of the working-day calendar.
#[derive(InputObject)]
pub struct CalendarImportInput {
    /// The days that differ from the rule that Monday to Friday are working days, at most 16 KiB: the
    /// heading `date,kind,name_en,source`, then lines such as `2027-10-01,OFF,National Day,国办发明电…`.
    /// Kinds are `OFF` and `WORK`; the source `statutory days only` makes a year provisional. The table
    /// takes the place of all that was known about each year in it.
    table: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    idempotency_key: Option<String>,
}

/// What came of an import.
#[derive(SimpleObject)]
pub struct CalendarImportPayload {
    /// The years that the table was about; null when there are problems.
    years: Option<Vec<i32>>,
    /// How many running clocks have another end now, in all districts; null when there are problems.
    moved_clocks: Option<i32>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
}

impl From<Outcome<Imported>> for CalendarImportPayload {
    fn from(outcome: Outcome<Imported>) -> Self {
        match outcome {
            Ok(imported) => Self {
                years: Some(imported.years.into_iter().map(i32::from).collect()),
                moved_clocks: Some(i32::try_from(imported.moved_clocks).unwrap_or(i32::MAX)),
                problems: Vec::new(),
            },
            Err(problems) => Self { years: None, moved_clocks: None, problems: problems.into_iter().map(Problem).collect() },
        }
    }
}

/// Changes to the calendar.
#[derive(Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Enters the State Council's notice of a year (导入工作日历). All districts share the calendar, so the
    /// running clocks of all of them are counted anew, once, and each that moves is logged.
    async fn calendar_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The table.")] input: CalendarImportInput,
    ) -> Option<Result<CalendarImportPayload, Error>> {
        let mut form = Form::default();
        if input.table.len() > MAX_TABLE {
            let problem = Refusal::new(Code::Validation).at("table");
            form.note(problem.saying("日历表超过 16 KiB。", "The table is larger than 16 KiB."));
        }
        settle(ctx, input.idempotency_key, async |cx| {
            if !form.is_clean() {
                return Err(form.refuse());
            }
            ops::calendar::import(&cx, input.table).await
        })
        .await
    }
}
