//! Divisions in the API.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, Object};

use super::{
    error::top_level,
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, load, or_error},
};
use crate::{
    domain::division as domain,
    kernel::{
        division::DivisionCode,
        problem::{Code, Problem},
    },
    ops::Failure,
    policy::Scope,
    store::{Reader, StoreResult, division as rows},
};

/// A division (区划) as the API shows it.
#[derive(Clone)]
pub struct Division(pub domain::Division);

/// A division (区划): the district, one of its streets or communities. A dated snapshot that is
/// only read.
#[Object]
impl Division {
    /// 6, 9 or 12 digits; the code of the division above is a prefix.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// How far down it lies.
    async fn level(&self) -> DivisionLevel {
        self.0.level.into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// The publication and date that the snapshot was taken from.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// The division above; null for the district.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Division>, Error> {
        match &self.0.parent {
            Some(parent) => of_code(ctx, parent).await,
            None => Ok(None),
        }
    }
}

/// How far down a division lies.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Level")]
pub enum DivisionLevel {
    /// The district itself (区县), six digits.
    District,
    /// A street (街道), nine digits.
    Street,
    /// A community (社区), twelve digits.
    Community,
}

/// The division with a code that came out of the database; null when it is hidden.
pub async fn of_code(ctx: &Context<'_>, code: &str) -> Result<Option<Division>, Error> {
    match code.parse() {
        Ok(code) => load::<DivisionLoader>(ctx, code).await,
        Err(_) => Ok(None),
    }
}

/// Reads divisions by code.
pub struct DivisionLoader;

impl Load for DivisionLoader {
    type Key = DivisionCode;
    type Value = Division;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[DivisionCode]) -> StoreResult<HashMap<DivisionCode, Division>> {
        let found = rows::find_many(reader, scope, keys)?;
        let keyed = |division: domain::Division| Some((division.code.parse().ok()?, Division(division)));
        Ok(found.into_iter().filter_map(keyed).collect())
    }
}

impl Listed for Division {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about divisions.
#[derive(Default)]
pub struct DivisionQuery;

#[Object]
impl DivisionQuery {
    /// The divisions of the district by code, each before those inside it.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "these are the arguments of the Relay specification")]
    async fn divisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Of this level only.")] level: Option<DivisionLevel>,
        #[graphql(desc = "Directly below the division with this code only.")] parent: Option<String>,
    ) -> Result<Connection<Division>, Error> {
        let parent = parent.map(|code| code_argument(ctx, &code)).transpose()?;
        let filter = rows::Filter { level: level.map(Into::into), parent };
        let list = print("divisions", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let cx = Request::of(ctx).cx()?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, Division))
    }
}

/// Reads a division code that stands in a query argument: a wrong one is a top-level error.
pub fn code_argument(ctx: &Context<'_>, code: &str) -> Result<DivisionCode, Error> {
    code.parse().map_err(|_| {
        let problem =
            Problem::new(Code::Validation).saying("区划代码应为 6、9 或 12 位数字。", "A division code has 6, 9 or 12 digits.");
        top_level(Failure::Invalid(vec![problem]), Request::of(ctx))
    })
}
