//! Filed records in the API.

use std::collections::HashMap;

use async_graphql::{Context, Error, ID, Object};

use super::{
    clock::{self, RunningClock},
    demand::{Demand, DemandLoader},
    file::{StoredFile, StoredFileLoader},
    loader::Load,
    organisation::{Organisation, OrganisationLoader},
    posting::{AccountNameLoader, Posting, PostingLoader},
    project::{Project, ProjectLoader},
    record_words::{RecordDraftStatus, RecordKind, RecordStatus},
    request::{Request, load},
    scalar::{Date, DateTime},
};
use crate::{
    domain::record::{self as domain, Timing, standing},
    kernel::id::{FiledRecordId, RecordDraftId},
    policy::{self, Action, Scope, Subject},
    store::{self, Reader, StoreResult, filed_record as rows},
};

/// A record as the API shows it, with where it stands.
#[derive(Clone)]
pub struct FiledRecord(pub rows::Kept);

/// A filed record (档案纪实): what an instructor did, filed once and never changed.
#[Object]
impl FiledRecord {
    /// The opaque id, `rec_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.0.id.to_string())
    }

    /// Counts the changes of where it stands; send it back as `expectedVersion`. The record itself never
    /// changes.
    async fn version(&self) -> i32 {
        self.0.1.version.0
    }

    /// `F-{district}-{year}-{posting}-{number}` (纪实编号), without gap for a posting and year.
    async fn ref_no(&self) -> &str {
        &self.0.0.ref_no
    }

    /// The posting of the instructor.
    async fn posting(&self, ctx: &Context<'_>) -> Result<Option<Posting>, Error> {
        load::<PostingLoader>(ctx, self.0.0.posting).await
    }

    /// The day on which it happened (发生日期).
    async fn occurred_on(&self) -> Date {
        Date(self.0.0.content.occurred_on)
    }

    /// The organisation that was served (服务对象).
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.0.content.target).await
    }

    /// What kind of work it was (类型).
    async fn kind(&self) -> RecordKind {
        self.0.0.content.kind.into()
    }

    /// What was done (纪实内容).
    async fn summary(&self) -> &str {
        self.0.0.content.summary.as_str()
    }

    /// The demands that it is about, as far as they are seen.
    #[graphql(complexity = "20 * child_complexity")]
    async fn demands(&self, ctx: &Context<'_>) -> Result<Vec<Demand>, Error> {
        let found = self.0.0.content.links.demands.iter().map(|id| load::<DemandLoader>(ctx, *id));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The projects that it is about, as far as they are seen.
    #[graphql(complexity = "20 * child_complexity")]
    async fn projects(&self, ctx: &Context<'_>) -> Result<Vec<Project>, Error> {
        let found = self.0.0.content.links.projects.iter().map(|id| load::<ProjectLoader>(ctx, *id));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Its files (附件), in the order in which they were attached.
    #[graphql(complexity = "5 * child_complexity")]
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>, Error> {
        let found = self.0.0.attachments.iter().map(|attachment| load::<StoredFileLoader>(ctx, attachment.file));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Whether it was filed late (补报); late records count, and are seen to be late.
    async fn late(&self) -> bool {
        self.0.0.timing != Timing::InTime
    }

    /// Why it was filed late (补报原因); null unless it was.
    async fn late_reason(&self) -> Option<&str> {
        self.0.0.timing.reason().map(|reason| reason.as_str())
    }

    /// What the instructor's account is called (填报人).
    async fn filed_by(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        load::<AccountNameLoader>(ctx, self.0.0.filed_by).await
    }

    /// When it was filed (归档时间).
    async fn filed_at(&self) -> DateTime {
        DateTime(self.0.0.filed_at)
    }

    /// The hash of the record before it in the chain, 64 hexadecimal digits.
    async fn previous_hash(&self) -> String {
        self.0.0.previous_hash.to_string()
    }

    /// Its own hash, over all that was filed and the hash before.
    async fn hash(&self) -> String {
        self.0.0.hash.to_string()
    }

    /// Where it stands (核实状态).
    async fn status(&self) -> RecordStatus {
        self.0.1.status().into()
    }

    /// What runs for it, and until when (时限).
    #[graphql(complexity = "4 + child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Vec<RunningClock>, Error> {
        clock::shown(ctx, self.0.0.id, self.0.1.clocks()).await
    }

    /// When the enterprise verified it (核实时间); null unless it did.
    async fn verified_at(&self) -> Option<DateTime> {
        match self.0.1.state {
            standing::State::Verified { at, .. } => Some(DateTime(at)),
            standing::State::Filed
            | standing::State::Unverified
            | standing::State::Disputed(_)
            | standing::State::VerifiedByReview(..)
            | standing::State::Voided(..) => None,
        }
    }

    /// Why the enterprise disputed it (异议); null unless it did.
    async fn dispute(&self) -> Option<&str> {
        self.0.1.disputed().map(|dispute| dispute.reason.as_str())
    }

    /// When the enterprise disputed it; null unless it did.
    async fn disputed_at(&self) -> Option<DateTime> {
        self.0.1.disputed().map(|dispute| DateTime(dispute.at))
    }

    /// What the dispatch unit found (复核结论); null unless it has decided.
    async fn decision(&self) -> Option<&str> {
        self.0.1.decided().map(|decision| decision.reason.as_str())
    }

    /// When the dispatch unit decided; null unless it has.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.1.decided().map(|decision| DateTime(decision.at))
    }

    /// What was added later (补充说明), the first said first.
    #[graphql(complexity = "10 * child_complexity")]
    async fn addenda(&self, ctx: &Context<'_>) -> Result<Vec<RecordAddendum>, Error> {
        Ok(load::<AddendaLoader>(ctx, self.0.0.id).await?.unwrap_or_default())
    }

    /// Whether the signed-in account may verify it, its state aside.
    async fn viewer_can_verify(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::RecordVerify, &Subject::owned(self.0.1.district.clone(), self.0.1.target))
    }

    /// Whether the signed-in account may dispute it, its state aside.
    async fn viewer_can_dispute(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::RecordDispute, &Subject::owned(self.0.1.district.clone(), self.0.1.target))
    }

    /// Whether the signed-in account may decide about a dispute, its state aside.
    async fn viewer_can_decide_dispute(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        may(ctx, Action::RecordDisputeDecide, &Subject::owned(self.0.1.district.clone(), self.0.1.dispatch_unit))
    }

    /// Whether the signed-in account may add something to it.
    async fn viewer_can_add(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        let subject = Subject::owned(self.0.1.district.clone(), self.0.1.dispatch_unit).posted(self.0.1.posting);
        may(ctx, Action::RecordAdd, &subject)
    }
}

fn may(ctx: &Context<'_>, action: Action, subject: &Subject) -> Result<bool, Error> {
    Ok(policy::may(&Request::of(ctx).cx()?.actor, action, subject))
}

/// An addendum as the API shows it.
#[derive(Clone)]
pub struct RecordAddendum(pub domain::Addendum);

/// Something that was said of a record after it was filed (补充说明). It never changes either.
#[Object]
impl RecordAddendum {
    /// Its place among those of the record, counted from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// What was said.
    async fn text(&self) -> &str {
        self.0.text.as_str()
    }

    /// What the account is called that said it.
    async fn added_by(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        load::<AccountNameLoader>(ctx, self.0.added_by).await
    }

    /// When it was said.
    async fn added_at(&self) -> DateTime {
        DateTime(self.0.added_at)
    }

    /// Its hash, over all of it and the hash before.
    async fn hash(&self) -> String {
        self.0.hash.to_string()
    }
}

/// A draft as the API shows it.
#[derive(Clone)]
pub struct RecordDraft(pub domain::Draft);

/// A record that an instructor is writing (纪实草稿). Only the instructor sees it.
#[Object]
impl RecordDraft {
    /// The opaque id, `rdr_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Counts the changes; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version.0
    }

    /// The posting.
    async fn posting(&self, ctx: &Context<'_>) -> Result<Option<Posting>, Error> {
        load::<PostingLoader>(ctx, self.0.posting).await
    }

    /// The day on which it happened (发生日期).
    async fn occurred_on(&self) -> Date {
        Date(self.0.content.occurred_on)
    }

    /// The organisation that was served (服务对象).
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Organisation>, Error> {
        load::<OrganisationLoader>(ctx, self.0.content.target).await
    }

    /// What kind of work it was (类型).
    async fn kind(&self) -> RecordKind {
        self.0.content.kind.into()
    }

    /// What was done (纪实内容).
    async fn summary(&self) -> &str {
        self.0.content.summary.as_str()
    }

    /// The demands that it is about, as far as they are seen.
    #[graphql(complexity = "20 * child_complexity")]
    async fn demands(&self, ctx: &Context<'_>) -> Result<Vec<Demand>, Error> {
        let found = self.0.content.links.demands.iter().map(|id| load::<DemandLoader>(ctx, *id));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// The projects that it is about, as far as they are seen.
    #[graphql(complexity = "20 * child_complexity")]
    async fn projects(&self, ctx: &Context<'_>) -> Result<Vec<Project>, Error> {
        let found = self.0.content.links.projects.iter().map(|id| load::<ProjectLoader>(ctx, *id));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Its files (附件), in the order in which they were attached.
    #[graphql(complexity = "5 * child_complexity")]
    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<StoredFile>, Error> {
        let found = self.0.files.iter().map(|file| load::<StoredFileLoader>(ctx, *file));
        Ok(futures_util::future::try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Where it stands (状态).
    async fn status(&self) -> RecordDraftStatus {
        self.0.status.into()
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Reads records by id.
pub struct FiledRecordLoader;

impl Load for FiledRecordLoader {
    type Key = FiledRecordId;
    type Value = FiledRecord;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[FiledRecordId]) -> StoreResult<HashMap<FiledRecordId, FiledRecord>> {
        let found = rows::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|kept| (kept.0.id, FiledRecord(kept))).collect())
    }
}

/// Reads drafts by id.
pub struct RecordDraftLoader;

impl Load for RecordDraftLoader {
    type Key = RecordDraftId;
    type Value = RecordDraft;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[RecordDraftId]) -> StoreResult<HashMap<RecordDraftId, RecordDraft>> {
        let found = store::record_draft::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|draft| (draft.id, RecordDraft(draft))).collect())
    }
}

/// Reads the addenda of records that were seen.
pub struct AddendaLoader;

impl Load for AddendaLoader {
    type Key = FiledRecordId;
    type Value = Vec<RecordAddendum>;
    fn read(reader: &mut Reader, _: &Scope, keys: &[FiledRecordId]) -> StoreResult<HashMap<FiledRecordId, Vec<RecordAddendum>>> {
        let mut addenda: HashMap<FiledRecordId, Vec<RecordAddendum>> = HashMap::new();
        for addendum in store::record_addendum::of(reader, keys)? {
            addenda.entry(addendum.record).or_default().push(RecordAddendum(addendum));
        }
        Ok(addenda)
    }
}
