//! The working-day calendar as the database has it.

use std::{collections::BTreeMap, sync::Arc};

use diesel::prelude::*;

use super::{
    Reader, StoreError, StoreResult, Tx,
    schema::{calendar_day, calendar_year},
    types::On,
};
use crate::kernel::calendar::{Calendar, CalendarVersion, CalendarYear, DayKind, YearStatus};

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
        let kind = match kind.as_str() {
            "OFF" => DayKind::Off,
            "WORK" => DayKind::Work,
            other => return Err(corrupt(year, other)),
        };
        exceptions.entry(year).or_default().insert(day.0, kind);
    }
    let version = years.iter().map(|(_, _, _, version)| version.unsigned_abs()).sum();
    let mut tables = Vec::new();
    for (year, source, status, _) in years {
        tables.push(CalendarYear {
            year: i16::try_from(year).map_err(|_| corrupt(year, "an impossible year"))?,
            source,
            status: match status.as_str() {
                "OFFICIAL" => YearStatus::Official,
                "PROVISIONAL" => YearStatus::Provisional,
                other => return Err(corrupt(year, other)),
            },
            exceptions: exceptions.remove(&year).unwrap_or_default(),
        });
    }
    let calendar = Calendar::new(CalendarVersion(version), tables).map_err(|e| corrupt(0, &e.to_string()))?;
    Ok(Arc::new(calendar))
}

/// Enters a year that is not there yet. Answers whether it was entered.
pub fn enter(tx: &mut Tx, year: &CalendarYear, names: &BTreeMap<jiff::civil::Date, String>) -> StoreResult<bool> {
    let number = i32::from(year.year);
    let known: i64 = calendar_year::table.find(number).count().get_result(tx.conn())?;
    if known > 0 {
        return Ok(false);
    }
    let status = match year.status {
        YearStatus::Official => "OFFICIAL",
        YearStatus::Provisional => "PROVISIONAL",
    };
    diesel::insert_into(calendar_year::table)
        .values((
            calendar_year::year.eq(number),
            calendar_year::source.eq(&year.source),
            calendar_year::status.eq(status),
            calendar_year::version.eq(1),
        ))
        .execute(tx.conn())?;
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
    Ok(true)
}

fn corrupt(year: i32, what: &str) -> StoreError {
    StoreError::Corrupt { table: "calendar_year", id: year.to_string(), what: what.to_owned() }
}
