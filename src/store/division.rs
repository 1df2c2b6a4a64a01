//! Divisions in the database: a snapshot that is only read.

use diesel::{dsl::count_star, prelude::*, sql_types::Bool};

use super::{
    Reader, StoreError, StoreResult,
    columns::text,
    conn::MultiBackend,
    page::{Sort, Window},
    schema::division,
};
use crate::{
    domain::division::{Division, Level},
    kernel::{
        division::DivisionCode,
        page::{Mark, Page, PageRequest},
    },
    policy::Scope,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = division)]
struct Row {
    code: String,
    level: String,
    name: String,
    parent: Option<String>,
    source: String,
}

/// Which divisions a list is about. Empty means all of the district.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub level: Option<Level>,
    pub parent: Option<DivisionCode>,
}

/// Where a division stands in a list by code. The code itself is in the mark, in place of an id.
pub fn mark(division: &Division) -> Mark {
    let mut id = [0; 16];
    for (byte, digit) in id.iter_mut().zip(division.code.bytes()) {
        *byte = digit;
    }
    Mark { key: 0, id }
}

/// Those of the divisions that the scope shows, in no order.
pub fn find_many(reader: &mut Reader, scope: &Scope, codes: &[DivisionCode]) -> StoreResult<Vec<Division>> {
    let codes: Vec<&str> = codes.iter().map(DivisionCode::as_str).collect();
    let rows: Vec<Row> = division::table
        .filter(division::code.eq_any(codes))
        .filter(visible(scope))
        .select(Row::as_select())
        .load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// One page of the list, by code: each division before those inside it.
pub fn page(reader: &mut Reader, scope: &Scope, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Division>> {
    let window = Window::new(request, Sort::Ascending);
    let mut query = division::table.filter(visible(scope)).filter(matching(filter)).into_boxed();
    if let Some(above) = window.above {
        query = query.filter(division::code.gt(code_of(above)));
    }
    if let Some(below) = window.below {
        query = query.filter(division::code.lt(code_of(below)));
    }
    query = if window.upwards { query.order(division::code.asc()) } else { query.order(division::code.desc()) };
    let rows: Vec<Row> = query.limit(window.limit).select(Row::as_select()).load(reader.conn())?;
    let rows = rows.into_iter().map(Row::parse).collect::<StoreResult<_>>()?;
    Ok(Page::cut(rows, request))
}

/// How many the list has.
pub fn count(reader: &mut Reader, scope: &Scope, filter: &Filter) -> StoreResult<i64> {
    Ok(division::table.filter(visible(scope)).filter(matching(filter)).select(count_star()).get_result(reader.conn())?)
}

type Condition<'a> = Box<dyn BoxableExpression<division::table, MultiBackend, SqlType = Bool> + 'a>;

/// Every business role sees the divisions, and so do the two admins.
fn visible<'a>(scope: &Scope) -> Condition<'a> {
    let district = division::district.eq(scope.district.to_string());
    if scope.business || scope.administers {
        Box::new(district)
    } else {
        Box::new(district.and(division::code.ne(division::code)))
    }
}

fn matching<'a>(filter: &Filter) -> Condition<'a> {
    let mut condition: Condition<'a> = Box::new(division::code.eq(division::code));
    if let Some(level) = filter.level {
        condition = Box::new(condition.and(division::level.eq(<&'static str>::from(level))));
    }
    if let Some(parent) = filter.parent {
        let inside = division::parent.assume_not_null().eq(parent.to_string());
        condition = Box::new(condition.and(division::parent.is_not_null().and(inside)));
    }
    condition
}

/// A mark that no list has made is harmless here: it is compared as text, whatever it holds.
fn code_of(mark: Mark) -> String {
    mark.id.iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect()
}

impl Row {
    fn parse(self) -> StoreResult<Division> {
        let code = self.code.clone();
        self.read().map_err(|what| StoreError::Corrupt { table: "division", id: code, what: what.to_owned() })
    }

    fn read(self) -> Result<Division, &'static str> {
        Ok(Division {
            code: self.code,
            level: self.level.parse().map_err(|_| "level")?,
            name: text(&self.name, "name")?,
            parent: self.parent,
            source: self.source,
        })
    }
}
