//! The district's numbers for clocks and limits.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, schema::rule};
use crate::{
    domain::rules::{RuleCode, Rules, SEEDS},
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
