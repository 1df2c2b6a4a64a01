//! The set-up of a district: divisions, rules, root categories, calendar, audit chains, and what
//! its coordinator decides later.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{Cx, Failure};
use crate::{
    domain::{
        category::{Category, Profile, ROOTS},
        district::{District as Settings, NotADepartment},
        division::{DivisionError, DivisionProblem, Divisions},
    },
    kernel::{
        calendar::CalendarYear,
        clock::{Clock, Entropy},
        district::District,
        id::OrganisationId,
        problem::{Code, Problem},
        text::Name,
        version::Version,
    },
    policy::{Action, Subject},
    store::{
        self, Store, StoreError, Tx,
        audit::{Effect, Stamp},
    },
};

/// The divisions of 汉阳区 (420105) as of 2023-06-30.
pub const HANYANG: &str = include_str!("../seed/hanyang_divisions.csv");
/// Holidays and the days worked in exchange for them, 2024 to 2026.
const CALENDAR: &str = include_str!("../seed/cn_holiday_exceptions_2024_2026.csv");

/// Names the unit that takes over when a final dispatch lapses (兜底单位).
pub async fn backstop_set(cx: &Cx, expected: Version, unit: OrganisationId) -> Result<Settings, Failure> {
    cx.write(Action::DistrictBackstopSet, move |cx, tx| {
        let district = &cx.actor.district;
        let before = store::district::find(tx, district)?.ok_or(Failure::missing("district"))?;
        let permit = cx.permit(Action::DistrictBackstopSet, &Subject::of_district(district.clone()))?;
        let found = store::organisation::find(tx, &cx.actor.scope(), unit)?.ok_or(Failure::missing("unit"))?;
        cx.expect(before.version, expected)?;
        found.must_be_active().map_err(|_| Failure::refused_at(Code::OrganisationInactive, "unit"))?;
        let after = before.clone().set_backstop(&found)?;
        store::district::save(tx, &after, expected)?;
        let effect = Effect { object: district.to_string(), from: None, to: None, facts: BTreeMap::new() };
        let effect = effect.code("backstop", unit).maybe("backstop_before", before.backstop);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

impl From<NotADepartment> for Failure {
    fn from(_: NotADepartment) -> Self {
        let problem = Problem::new(Code::Validation).at("unit");
        Self::Invalid(vec![problem.saying("兜底单位必须是部门单位。", "Only a department stands in for another.")])
    }
}

/// Enters the district that a table of `code,level,name,parent_code,source` describes, with all
/// that its people need to begin. One that is there already is left alone and refused.
pub async fn create(store: &Store, clock: &Clock, entropy: Entropy, divisions: &str) -> Result<District, Failure> {
    let divisions = Divisions::parse_csv(divisions).map_err(refusal)?;
    let years = CalendarYear::parse_csv(CALENDAR).map_err(|e| corrupt(&e.to_string()))?;
    let now = clock.now();
    let written = store.write(move |tx| {
        let district = &divisions.district;
        if store::district::name(tx, district)?.is_some() {
            return Err(exists());
        }
        store::district::insert(tx, &divisions, now).map_err(|error| match error {
            StoreError::Unique(_) => exists(),
            other => other.into(),
        })?;
        store::audit::open_chains(tx, district)?;
        store::rule::seed(tx, district)?;
        enter_roots(tx, district, entropy, now)?;
        let entered = enter_years(tx, &years)?;
        let effect = Effect { object: district.to_string(), from: None, to: None, facts: BTreeMap::new() }
            .number("divisions", count(&divisions.all))
            .number("categories", count(&ROOTS))
            .number("calendar_years", entered);
        let stamp = Stamp { id: entropy.id(now), at: now };
        Ok(store::audit::system(tx, district, "district.create", stamp, &[effect], district.clone())?.into_inner())
    });
    written.await
}

fn enter_roots(tx: &mut Tx, district: &District, entropy: Entropy, now: Timestamp) -> Result<(), Failure> {
    for (position, (code, name)) in (1..).zip(ROOTS) {
        let root = Category {
            id: entropy.id(now),
            district: district.clone(),
            version: Version::FIRST,
            code: code.to_owned(),
            name: Name::parse(name).map_err(|e| corrupt(&e.to_string()))?,
            parent: None,
            duty_unit: None,
            profile: Profile::Normal,
            position,
            created_at: now,
        };
        store::category::insert(tx, &root)?;
    }
    Ok(())
}

/// Answers how many years were new: all districts share the calendar.
fn enter_years(tx: &mut Tx, years: &[CalendarYear]) -> Result<i64, Failure> {
    let names = holiday_names(CALENDAR);
    let mut entered = 0;
    for year in years {
        entered += i64::from(store::calendar::enter(tx, year, &names)?);
    }
    Ok(entered)
}

/// What the holidays are called; the calendar itself knows days only.
pub(super) fn holiday_names(table: &str) -> BTreeMap<Date, String> {
    let named = |line: &str| {
        let mut fields = line.split(',');
        let day = fields.next()?.parse().ok()?;
        Some((day, fields.nth(1)?.to_owned()))
    };
    table.lines().filter_map(named).collect()
}

fn count<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

fn exists() -> Failure {
    let problem = Problem::new(Code::DuplicateName).saying("该区县已存在。", "The district is there already.");
    Failure::Refused(Box::new(problem))
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt { table: "district", id: String::new(), what: what.to_owned() }
}

/// What to tell the operator about a table of divisions.
fn refusal(error: DivisionError) -> Failure {
    let zh = match error.problem {
        DivisionProblem::Columns => "列应为 code、level、name、parent_code、source",
        DivisionProblem::Level => "层级应为 DISTRICT、STREET 或 COMMUNITY",
        DivisionProblem::Code => "代码位数与层级不符",
        DivisionProblem::Name => "名称为空或过长",
        DivisionProblem::Source => "缺少来源",
        DivisionProblem::Duplicate => "代码重复",
        DivisionProblem::Parent => "上级不在表中或与代码不符",
        DivisionProblem::OneDistrict => "表中应恰有一个区县",
    };
    let line = error.line;
    Failure::Invalid(vec![
        Problem::new(Code::Validation)
            .saying(format!("区划表第 {line} 行:{zh}。"), format!("Line {line} of the divisions: {}.", error.problem)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_are_whole() {
        assert_eq!(Divisions::parse_csv(HANYANG).unwrap().name.as_str(), "汉阳区");
        let years = CalendarYear::parse_csv(CALENDAR).unwrap();
        assert_eq!(years.iter().map(|year| year.year).collect::<Vec<_>>(), [2024, 2025, 2026]);
        let names = holiday_names(CALENDAR);
        let nameless = years.iter().flat_map(|year| year.exceptions.keys()).filter(|day| !names.contains_key(day)).count();
        assert_eq!(nameless, 0);
    }
}
