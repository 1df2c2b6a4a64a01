//! Coverage in the API: of one organisation, and of a part of the district.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use jiff::civil;

use super::{
    branch::Branch,
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    page::{Connection, Listed, PageArguments, page_cost, print},
    place::{Place, PlaceLoader},
    request::{Request, id_argument, load, or_error},
    scalar::Date,
};
use crate::{
    domain::branch_coverage as domain,
    kernel::{
        id::{OrganisationId, PlaceId},
        page::{Direction, Mark, Page, PageRequest},
    },
    policy::Scope,
    store::{self, Reader, StoreResult, coverage_report as rows},
};

/// In which way an organisation is covered (两个覆盖). Always derived, never kept.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Coverage")]
pub enum Coverage {
    /// A branch covers it (组织覆盖).
    Organisation,
    /// No branch covers it, but an instructor serves it (工作覆盖).
    Work,
    /// Nobody covers it (未覆盖).
    None,
}

/// How an organisation is covered today (覆盖情况).
#[derive(SimpleObject, Clone)]
pub struct OrganisationCoverage {
    /// In which way.
    kind: Coverage,
    /// The branch that covers it; null when none does.
    branch: Option<Branch>,
    /// Whether an instructor serves it (有党建指导员), covered by a branch or not.
    has_instructor: bool,
}

/// Reads how organisations are covered; nothing of it for whoever does no business.
pub struct CoverageLoader;

impl Load for CoverageLoader {
    type Key = OrganisationId;
    type Value = OrganisationCoverage;
    fn read(
        reader: &mut Reader,
        scope: &Scope,
        keys: &[OrganisationId],
    ) -> StoreResult<HashMap<OrganisationId, OrganisationCoverage>> {
        let Some(mut found) = store::branch_coverage::branch_of(reader, scope, keys)? else {
            return Ok(HashMap::new());
        };
        let served = store::posting::served_of(reader, scope, keys)?;
        let coverage = |key: &OrganisationId, branch: Option<Branch>| {
            let has_instructor = served.contains(key);
            let kind = match (&branch, has_instructor) {
                (Some(_), _) => domain::Coverage::Organisation,
                (None, true) => domain::Coverage::Work,
                (None, false) => domain::Coverage::None,
            };
            OrganisationCoverage { kind: kind.into(), branch, has_instructor }
        };
        Ok(keys.iter().map(|key| (*key, coverage(key, found.remove(key).map(Branch::of)))).collect())
    }
}

/// How many organisations there are and how many of them a branch covers.
pub struct CoverageFigures(domain::Figures);

/// How many organisations with a tenancy that goes on there are, how many of them a branch covers, and
/// how many of the others an instructor serves (覆盖率).
#[Object]
impl CoverageFigures {
    /// All of them (单位数), closed ones left out.
    async fn organisations(&self) -> u32 {
        self.0.organisations
    }

    /// Those that a branch covers (已覆盖), wherever the branch has its place.
    async fn covered(&self) -> u32 {
        self.0.covered
    }

    /// Those that no branch covers (未覆盖).
    async fn uncovered(&self) -> u32 {
        self.0.uncovered()
    }

    /// Those that no branch covers but an instructor serves (工作覆盖).
    async fn served(&self) -> u32 {
        self.0.served
    }

    /// Those that neither a branch covers nor an instructor serves (两个覆盖空白).
    async fn unreached(&self) -> u32 {
        self.0.unreached()
    }

    /// The covered in ‰ of all, rounded down, so that 1000 means every one; null where there are none.
    async fn permille(&self) -> Option<u32> {
        self.0.permille()
    }
}

/// The figures of one place.
pub struct PlaceCoverage(PlaceId, domain::Figures);

/// How many of the tenants of one place a branch covers.
#[Object]
impl PlaceCoverage {
    /// The building or park.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<Place>, Error> {
        load::<PlaceLoader>(ctx, self.0).await
    }

    /// The figures of its own tenants; places inside it have their own.
    async fn figures(&self) -> CoverageFigures {
        CoverageFigures(self.1)
    }
}

/// An organisation that nobody covers.
pub struct UncoveredOrganisation(rows::Uncovered);

/// An organisation in the part of the district that no branch covers (未覆盖单位).
#[Object]
impl UncoveredOrganisation {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.organisation).await
    }
}

/// The coverage of a part of the district.
pub struct CoverageReport {
    part: rows::Part,
    today: civil::Date,
    report: rows::Report,
}

/// The coverage (覆盖情况) of the district, a zone or a place with all that lies inside it, counted at
/// this moment.
#[Object]
impl CoverageReport {
    /// The day it is about.
    async fn as_of(&self) -> Date {
        Date(self.today)
    }

    /// Everything together; an organisation that sits in several places is counted once.
    async fn total(&self) -> CoverageFigures {
        CoverageFigures(self.report.total)
    }

    /// Each place, the first entered first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn places(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PlaceCoverage>, Error> {
        let list = print("coverageReport.places", &self.part, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let page = page(&self.report.places, &request);
        let mark = |(place, _): &(PlaceId, domain::Figures)| Mark { key: 0, id: *place.as_bytes() };
        let count = self.report.places.len();
        Ok(Connection::new(page, count, list, mark, |(place, figures)| PlaceCoverage(place, figures)))
    }

    /// The organisations that nobody covers (未覆盖单位), the first entered first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn uncovered(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<UncoveredOrganisation>, Error> {
        let list = print("coverageReport.uncovered", &self.part, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let page = load::<UncoveredLoader>(ctx, (self.part, self.today, request)).await?;
        let page = page.unwrap_or_else(|| Page::cut(Vec::new(), &request));
        Ok(Connection::new(page, self.part, list, rows::Uncovered::mark, UncoveredOrganisation))
    }
}

/// Reads pages of uncovered organisations. A loader, so that what is nested in them is read together
/// with what is nested in the report's places.
pub struct UncoveredLoader;

impl Load for UncoveredLoader {
    type Key = (rows::Part, civil::Date, PageRequest);
    type Value = Page<rows::Uncovered>;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[Self::Key]) -> StoreResult<HashMap<Self::Key, Page<rows::Uncovered>>> {
        let page = |key: &Self::Key| Ok((*key, rows::uncovered(reader, scope, key.0, key.1, &key.2)?));
        keys.iter().map(page).collect()
    }
}

impl Listed for PlaceCoverage {
    /// How many places the report has.
    type Filter = usize;
    async fn total(_: &Context<'_>, count: &usize) -> Result<i64, Error> {
        Ok(i64::try_from(*count).unwrap_or(i64::MAX))
    }
}

impl Listed for UncoveredOrganisation {
    type Filter = rows::Part;
    async fn total(ctx: &Context<'_>, part: &rows::Part) -> Result<i64, Error> {
        let (request, part) = (Request::of(ctx), *part);
        let today = request.today();
        let count = request.cx()?.read(move |reader, scope| rows::count_uncovered(reader, scope, part, today)).await;
        or_error(ctx, count)
    }
}

/// Queries about coverage.
#[derive(Default)]
pub struct CoverageQuery;

#[Object]
impl CoverageQuery {
    /// How the organisations of the district, of a zone or of a place are covered; null when there is
    /// no such zone or place. A zone and a place together mean where both meet.
    #[graphql(complexity = "50 + child_complexity")]
    async fn coverage_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only places of this zone, `zon_…`, and what lies inside them.")] zone: Option<ID>,
        #[graphql(desc = "Only this place, `plc_…`, and what lies inside it.")] place: Option<ID>,
    ) -> Result<Option<CoverageReport>, Error> {
        let zone = zone.map(|id| id_argument(ctx, &id)).transpose()?;
        let place = place.map(|id| id_argument(ctx, &id)).transpose()?;
        let (part, today) = (rows::Part { zone, place }, Request::of(ctx).today());
        let cx = Request::of(ctx).cx()?;
        let report = or_error(ctx, cx.read(move |reader, scope| rows::report(reader, scope, part, today)).await)?;
        Ok(report.map(|report| CoverageReport { part, today, report }))
    }
}

/// One page of places that are all at hand, in the order of their ids.
fn page(places: &[(PlaceId, domain::Figures)], request: &PageRequest) -> Page<(PlaceId, domain::Figures)> {
    let upwards = request.direction == Direction::Forward;
    let (above, below) = if upwards { (request.from, request.until) } else { (request.until, request.from) };
    let inside = places.iter().copied().filter(|(place, _)| {
        above.is_none_or(|mark| *place.as_bytes() > mark.id) && below.is_none_or(|mark| *place.as_bytes() < mark.id)
    });
    let wanted = request.limit as usize + 1;
    let rows = if upwards { inside.take(wanted).collect() } else { inside.rev().take(wanted).collect() };
    Page::cut(rows, request)
}
