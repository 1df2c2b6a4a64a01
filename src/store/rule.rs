//! The district's numbers for clocks and limits.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, schema::rule};
use crate::{
    domain::rules::{Rule, RuleCode, Rules, SEEDS},
    kernel::district::District,
};

/// All numbers of a district.
pub fn load(reader: &mut Reader, district: &District) -> StoreResult<Rules> {
    let rows: Vec<(String, i32)> =
        rule::table.filter(rule::district.eq(district.as_str())).select((rule::code, rule::value)).load(reader.conn())?;
    let mut values = BTreeMap::new();
    for (code, value) in rows {
        let code: RuleCode = code.parse().map_err(|_| corrupt(district, &code))?;
        values.insert(code, u32::try_from(value).map_err(|_| corrupt(district, "a negative value"))?);
    }
    Rules::new(values).map_err(|missing| corrupt(district, &missing.to_string()))
}

/// All numbers of a district with where they come from, by code.
pub fn all(reader: &mut Reader, district: &District) -> StoreResult<Vec<Rule>> {
    let rows: Vec<(String, i32, String, String, String)> = rule::table
        .filter(rule::district.eq(district.as_str()))
        .order(rule::code.asc())
        .select((rule::code, rule::value, rule::unit, rule::basis, rule::source))
        .load(reader.conn())?;
    let parse = |(code, value, unit, basis, source): (String, i32, String, String, String)| {
        Ok(Rule {
            value: u32::try_from(value).map_err(|_| corrupt(district, "a negative value"))?,
            unit: unit.parse().map_err(|_| corrupt(district, &unit))?,
            basis: basis.parse().map_err(|_| corrupt(district, &basis))?,
            code: code.parse().map_err(|_| corrupt(district, &code))?,
            source,
        })
    };
    rows.into_iter().map(parse).collect()
}

/// Gives a new district the numbers it starts with.
pub fn seed(tx: &mut Tx, district: &District) -> StoreResult<()> {
    for seed in SEEDS {
        diesel::insert_into(rule::table)
            .values((
                rule::district.eq(district.as_str()),
                rule::code.eq(<&str>::from(seed.code)),
                rule::value.eq(seed.value.cast_signed()),
                rule::unit.eq(seed.unit),
                rule::basis.eq(seed.basis),
                rule::source.eq(seed.source),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn corrupt(district: &District, what: &str) -> StoreError {
    StoreError::Corrupt { table: "rule", id: district.to_string(), what: what.to_owned() }
}
