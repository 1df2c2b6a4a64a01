//! Queries about records in the API.

use async_graphql::{Context, Error, ID, InputObject, Object};

use super::{
    page::{Connection, Listed, PageArguments, page_cost, print},
    record::{FiledRecord, FiledRecordLoader, RecordDraft},
    record_words::{RecordChain, RecordKind, RecordStatus},
    request::{Request, bounded_argument, id_argument, load, or_error},
};
use crate::{
    kernel::id::PostingId,
    ops::Failure,
    store::{self, filed_record as rows, record_chain::Files},
};

/// Narrows a list of records; every field that is given must match.
#[derive(InputObject, Default)]
pub struct FiledRecordFilter {
    /// Of this posting.
    posting: Option<ID>,
    /// About this organisation.
    target: Option<ID>,
    /// Of any of these kinds.
    kind: Option<Vec<RecordKind>>,
    /// Standing in any of these ways.
    status: Option<Vec<RecordStatus>>,
    /// Filed in this year.
    year: Option<i32>,
}

impl Listed for FiledRecord {
    type Filter = rows::Filter;
    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries about records.
#[derive(Default)]
pub struct RecordQuery;

#[Object]
impl RecordQuery {
    /// One filed record (档案纪实); null when there is none that the signed-in account may see.
    async fn filed_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, `rec_…`.")] id: ID,
    ) -> Result<Option<FiledRecord>, Error> {
        load::<FiledRecordLoader>(ctx, id_argument(ctx, &id)?).await
    }

    /// Filed records (档案纪实台账), the newest first.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn filed_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<FiledRecordFilter>,
    ) -> Result<Connection<FiledRecord>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = filter.unwrap_or_default();
        let filter = rows::Filter {
            posting: filter.posting.map(|id| id_argument(ctx, &id)).transpose()?,
            target: filter.target.map(|id| id_argument(ctx, &id)).transpose()?,
            kinds: bounded_argument(ctx, filter.kind)?.into_iter().map(Into::into).collect(),
            statuses: bounded_argument(ctx, filter.status)?.into_iter().map(Into::into).collect(),
            year: filter.year,
        };
        let list = print("filedRecords", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, FiledRecord))
    }

    /// What the signed-in instructor is writing (纪实草稿), the newest first; at most 200.
    #[graphql(complexity = "100 * child_complexity")]
    async fn record_drafts(&self, ctx: &Context<'_>) -> Result<Vec<RecordDraft>, Error> {
        let cx = Request::of(ctx).cx()?;
        let drafts = or_error(ctx, cx.read(store::record_draft::open).await)?;
        Ok(drafts.into_iter().map(RecordDraft).collect())
    }

    /// Verifies the records of a posting (链条校验) from what is stored, and names the first that does not
    /// hold; null when there is no posting that the signed-in account may see. Of files the hash is
    /// compared; `records verify` on the command line reads their contents as well.
    #[graphql(complexity = "1000")]
    async fn record_chain(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The posting, `pst_…`.")] posting: ID,
    ) -> Result<Option<RecordChain>, Error> {
        let id: PostingId = id_argument(ctx, &posting)?;
        let cx = Request::of(ctx).cx()?;
        let verdict = cx.read(move |reader, scope| {
            // Administrators see who is posted, and nothing of the work.
            if !scope.is_of_business() || store::posting::find(reader, scope, id)?.is_none() {
                return Ok(None);
            }
            store::record_chain::verify(reader, id, Files::Names).map(Some)
        });
        match verdict.await {
            Ok(verdict) => Ok(verdict.map(RecordChain::from)),
            Err(failure) => or_error(ctx, Err::<Option<RecordChain>, Failure>(failure)),
        }
    }
}
