//! The working-day calendar as the database has it.

use std::{collections::BTreeMap, sync::Arc};

use diesel::prelude::*;
use jiff::civil::Date;

use super::{
    Reader, StoreError, StoreResult, Tx,
    schema::{calendar_day, calendar_year},
    types::On,
};
use crate::kernel::calendar::{Calendar, CalendarVersion, CalendarYear, DayKind, YearStatus};

/// A year of the calendar as people look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownYear {
    pub year: i32,
    pub source: String,
    pub status: YearStatus,
    /// Days that differ from the weekday rule, each with what it is called; by day.
    pub exceptions: Vec<(Date, DayKind, String)>,
}

/// One year with its exceptions; `None` when the calendar has no table for it.
pub fn year(reader: &mut Reader, number: i32) -> StoreResult<Option<ShownYear>> {
    let found: Option<(String, String)> = calendar_year::table
        .find(number)
        .select((calendar_year::source, calendar_year::status))
        .get_result(reader.conn())
        .optional()?;
    let Some((source, status)) = found else { return Ok(None) };
    let days: Vec<(On, String, String)> = calendar_day::table
        .filter(calendar_day::year.eq(number))
        .order(calendar_day::day.asc())
        .select((calendar_day::day, calendar_day::kind, calendar_day::name))
        .load(reader.conn())?;
    let shown = |(day, kind, name): (On, String, String)| Ok((day.0, kind_of(number, &kind)?, name));
    let exceptions = days.into_iter().map(shown).collect::<StoreResult<_>>()?;
    Ok(Some(ShownYear { year: number, source, status: status_of(number, &status)?, exceptions }))
}

fn kind_of(year: i32, kind: &str) -> StoreResult<DayKind> {
    match kind {
        "OFF" => Ok(DayKind::Off),
        "WORK" => Ok(DayKind::Work),
        other => Err(corrupt(year, other)),
    }
}

fn status_of(year: i32, status: &str) -> StoreResult<YearStatus> {
    match status {
        "OFFICIAL" => Ok(YearStatus::Official),
        "PROVISIONAL" => Ok(YearStatus::Provisional),
        other => Err(corrupt(year, other)),
    }
}

/// The whole calendar; its version is the sum of its years' versions.
pub fn load(reader: &mut Reader) -> StoreResult<Arc<Calendar>> {
    let years: Vec<(i32, String, String, i32)> = calendar_year::table
        .select((calendar_year::year, calendar_year::source, calendar_year::status, calendar_year::version))
        .order(calendar_year::year.asc())
        .load(reader.conn())?;
    let days: Vec<(On, i32, String)> =
        calendar_day::table.select((calendar_day::day, calendar_day::year, calendar_day::kind)).load(reader.conn())?;
    let mut exceptions: BTreeMap<i32, BTreeMap<_, _>> = BTreeMap::new();
    for (day, year, kind) in days {
        exceptions.entry(year).or_default().insert(day.0, kind_of(year, &kind)?);
    }
    let version = years.iter().map(|(_, _, _, version)| version.unsigned_abs()).sum();
    let mut tables = Vec::new();
    for (year, source, status, _) in years {
        tables.push(CalendarYear {
            year: i16::try_from(year).map_err(|_| corrupt(year, "an impossible year"))?,
            source,
            status: status_of(year, &status)?,
            exceptions: exceptions.remove(&year).unwrap_or_default(),
        });
    }
    let calendar = Calendar::new(CalendarVersion(version), tables).map_err(|e| corrupt(0, &e.to_string()))?;
    Ok(Arc::new(calendar))
}

/// Puts another table in the place of a year's, or enters the year's first one. The version grows, so
/// that the calendar's does.
pub fn replace(tx: &mut Tx, year: &CalendarYear, names: &BTreeMap<Date, String>) -> StoreResult<()> {
    if enter(tx, year, names)? {
        return Ok(());
    }
    let number = i32::from(year.year);
    diesel::delete(calendar_day::table.filter(calendar_day::year.eq(number))).execute(tx.conn())?;
    diesel::update(calendar_year::table.find(number))
        .set((
            calendar_year::source.eq(&year.source),
            calendar_year::status.eq(status_name(year.status)),
            calendar_year::version.eq(calendar_year::version + 1),
        ))
        .execute(tx.conn())?;
    enter_days(tx, year, names)
}

/// Enters a year that is not there yet. Answers whether it was entered.
pub fn enter(tx: &mut Tx, year: &CalendarYear, names: &BTreeMap<Date, String>) -> StoreResult<bool> {
    let number = i32::from(year.year);
    let known: i64 = calendar_year::table.find(number).count().get_result(tx.conn())?;
    if known > 0 {
        return Ok(false);
    }
    diesel::insert_into(calendar_year::table)
        .values((
            calendar_year::year.eq(number),
            calendar_year::source.eq(&year.source),
            calendar_year::status.eq(status_name(year.status)),
            calendar_year::version.eq(1),
        ))
        .execute(tx.conn())?;
    enter_days(tx, year, names)?;
    Ok(true)
}

fn enter_days(tx: &mut Tx, year: &CalendarYear, names: &BTreeMap<Date, String>) -> StoreResult<()> {
    let number = i32::from(year.year);
    for (day, kind) in &year.exceptions {
        let kind = match kind {
            DayKind::Off => "OFF",
            DayKind::Work => "WORK",
        };
        diesel::insert_into(calendar_day::table)
            .values((
                calendar_day::day.eq(On(*day)),
                calendar_day::year.eq(number),
                calendar_day::kind.eq(kind),
                calendar_day::name.eq(names.get(day).map_or("", String::as_str)),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn status_name(status: YearStatus) -> &'static str {
    match status {
        YearStatus::Official => "OFFICIAL",
        YearStatus::Provisional => "PROVISIONAL",
    }
}

fn corrupt(year: i32, what: &str) -> StoreError {
    StoreError::Corrupt { table: "calendar_year", id: year.to_string(), what: what.to_owned() }
}
