//! Relay connections over keyset pages.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
};

use async_graphql::{ComplexObject, Context, Error, OutputType, SimpleObject, TypeName};

use super::{error::top_level, request::Request};
use crate::{
    kernel::{
        page::{ListPrint, MAX_PAGE, Mark, Page, PageError, PageRequest},
        problem::Code,
    },
    ops::Failure,
};

/// Something that comes in lists.
pub trait Listed: OutputType {
    /// What the list is narrowed to.
    type Filter: Clone + Send + Sync + 'static;

    /// How many objects the list has.
    fn total(ctx: &Context<'_>, filter: &Self::Filter) -> impl Future<Output = Result<i64, Error>> + Send;
}

/// One page of a list (分页).
#[derive(SimpleObject)]
#[graphql(complex, name_type)]
pub struct Connection<N: Listed> {
    /// The objects of this page with their cursors, in the order of the list.
    edges: Vec<Edge<N>>,
    /// Whether and where the list goes on.
    page_info: PageInfo,
    #[graphql(skip)]
    filter: N::Filter,
}

#[ComplexObject]
impl<N: Listed> Connection<N> {
    /// The objects of this page without their cursors.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// How many objects the whole list has. Counted only when asked for.
    #[graphql(complexity = "10")]
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64, Error> {
        N::total(ctx, &self.filter).await
    }
}

impl<N: Listed> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: Listed> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// An object in a list.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub struct Edge<N: Listed> {
    /// Where the object stands in this list; valid for the same filter and order only.
    cursor: String,
    /// The object.
    node: N,
}

/// Whether and where a list goes on.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether there are objects before this page.
    has_previous_page: bool,
    /// Whether there are objects after this page.
    has_next_page: bool,
    /// The cursor of the page's first object; null on an empty page.
    start_cursor: Option<String>,
    /// The cursor of the page's last object; null on an empty page.
    end_cursor: Option<String>,
}

/// The four arguments that every list takes.
#[derive(Debug, Default)]
pub struct PageArguments {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArguments {
    /// Reads the arguments for a list of this name, filter and order.
    pub fn read(&self, ctx: &Context<'_>, list: ListPrint) -> Result<PageRequest, Error> {
        PageRequest::parse(list, self.first, self.after.as_deref(), self.last, self.before.as_deref()).map_err(|error| {
            let code = match error {
                PageError::ForeignCursor => Code::BadCursor,
                PageError::BothDirections | PageError::Size => Code::BadPage,
            };
            top_level(Failure::refused(code), Request::of(ctx))
        })
    }
}

/// What a page costs: every row as much as what is asked of it.
pub fn page_cost(first: Option<i32>, last: Option<i32>, row: usize) -> usize {
    let rows = first.or(last).unwrap_or(20).clamp(0, 100).unsigned_abs() as usize;
    rows.saturating_mul(row).saturating_add(10)
}

/// The rows of a list inside an object that its `first` asks for, 1–100.
pub fn nested_rows(ctx: &Context<'_>, first: i32) -> Result<usize, Error> {
    let rows = u32::try_from(first).ok().filter(|rows| (1..=MAX_PAGE).contains(rows));
    let rows = rows.ok_or_else(|| top_level(Failure::refused(Code::BadPage), Request::of(ctx)))?;
    Ok(rows as usize)
}

/// A number for a list of this name, filter and order: cursors are bound to it.
pub fn print(name: &str, filter: &impl Hash, order: &impl Hash) -> ListPrint {
    // The fixed keys of `new` make the number the same on every server of one build.
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    filter.hash(&mut hasher);
    order.hash(&mut hasher);
    ListPrint(hasher.finish())
}

impl<N: Listed> Connection<N> {
    /// The page as a client sees it.
    pub fn new<T>(page: Page<T>, filter: N::Filter, list: ListPrint, mark: impl Fn(&T) -> Mark, node: impl Fn(T) -> N) -> Self {
        let Page { rows, has_previous, has_next } = page;
        let edges: Vec<Edge<N>> =
            rows.into_iter().map(|row| Edge { cursor: mark(&row).to_cursor(list), node: node(row) }).collect();
        let page_info = PageInfo {
            has_previous_page: has_previous,
            has_next_page: has_next,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self { edges, page_info, filter }
    }
}
