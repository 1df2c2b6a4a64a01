//! Drafts of records (F1): written, attached to, and made the source of a demand.

use super::{
    super::{Cx, Failure, Scene, demand},
    must_have_begun, posting_of,
};
use crate::{
    domain::{
        demand::{Demand, Terms, Urgency, Visibility},
        posting::Posting,
        record::{Content, Draft, DraftStatus},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{CategoryId, PlaceId, PostingId, RecordDraftId, StoredFileId, UploadId},
        problem::Code,
        quantity::Quantity,
        text::{Detail, Text, Title, Unit},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// What a demand needs beside what its record says.
#[derive(Clone, Debug)]
pub struct NewDemand {
    pub place: PlaceId,
    pub category: CategoryId,
    pub title: Title,
    pub quantity: Quantity,
    pub unit: Unit,
}

/// Begins a record.
pub async fn draft(cx: &Cx, posting: PostingId, content: Content) -> Result<Draft, Failure> {
    cx.write(Action::RecordDraft, move |cx, tx| {
        let posting = posting_of(cx, tx, posting)?;
        let permit = cx.permit(Action::RecordDraft, &posting)?;
        must_have_begun(&posting)?;
        check(cx, tx, &posting, &content)?;
        let draft = Draft {
            id: cx.new_id(),
            district: posting.district,
            version: Version::FIRST,
            posting: posting.id,
            content: content.clone(),
            files: Vec::new(),
            status: DraftStatus::Draft,
            created_by: cx.actor.account,
            created_at: cx.now,
        };
        store::record_draft::insert(tx, &draft)?;
        cx.record(tx, permit, &[Effect::made(draft.id, draft.status.name()).code("posting", draft.posting)], draft)
    })
    .await
}

/// Changes what a draft says.
pub async fn revise(cx: &Cx, id: RecordDraftId, expected: Version, content: Content) -> Result<Draft, Failure> {
    change(cx, Action::RecordRevise, id, expected, move |cx, tx, before| {
        let after = before.clone().revise(content.clone())?;
        let posting = posting_of(cx, tx, before.posting)?;
        check(cx, tx, &posting, &content)?;
        Ok(after)
    })
    .await
}

/// Throws a draft away; its files go with it.
pub async fn discard(cx: &Cx, id: RecordDraftId, expected: Version) -> Result<Draft, Failure> {
    change(cx, Action::RecordDiscard, id, expected, |_, tx, before| {
        let after = before.clone().discard()?;
        for file in &before.files {
            store::record_draft::detach(tx, before.id, *file)?;
        }
        Ok(Draft { files: Vec::new(), ..after })
    })
    .await
}

/// Attaches a file that the instructor has sent before. Of a picture only what is needed to show it is
/// kept.
pub async fn attach(cx: &Cx, id: RecordDraftId, expected: Version, upload: UploadId) -> Result<Draft, Failure> {
    change(cx, Action::RecordAttach, id, expected, move |cx, tx, before| {
        // Whether there may be one more is known before the file is looked at.
        let most = cx.rules.get(RuleCode::RecordAttachmentsMost);
        before.clone().attach(StoredFileId::from_bytes([0; 16]), most)?;
        let file = super::super::toolkit::keep(cx, tx, upload, "file")?;
        store::record_draft::attach(tx, before, file.id)?;
        Ok(before.clone().attach(file.id, most)?)
    })
    .await
}

/// Takes a file off a draft, for good.
pub async fn detach(cx: &Cx, id: RecordDraftId, expected: Version, file: StoredFileId) -> Result<Draft, Failure> {
    change(cx, Action::RecordDetach, id, expected, move |_, tx, before| {
        let after = before.clone().detach(file)?;
        store::record_draft::detach(tx, before.id, file)?;
        Ok(after)
    })
    .await
}

/// Drafts a demand of the served enterprise with what the record says, and links the two: what was
/// written once is not written again.
pub async fn demand_open(cx: &Cx, id: RecordDraftId, expected: Version, wanted: NewDemand) -> Result<(Draft, Demand), Failure> {
    cx.write(Action::RecordDemandOpen, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::RecordDemandOpen, &subject(&before))?;
        let mut content = before.content.clone();
        before.clone().revise(content.clone())?;
        cx.expect(before.version, expected)?;
        let terms = terms_of(&content, &wanted);
        let (_, demand) = demand::enter(cx, tx, content.target, wanted.place, &terms)?;
        content.links.demands.push(demand.id);
        content.links = crate::domain::record::Links::new(content.links.demands, content.links.projects);
        let after = before.revise(content)?;
        store::record_draft::save(tx, &after, expected)?;
        let name = after.status.name();
        let effects = [Effect::moved(after.id, name, name).code("demand", demand.id), demand::made(&demand)];
        cx.record(tx, permit, &effects, (after, demand))
    })
    .await
}

fn terms_of(content: &Content, wanted: &NewDemand) -> Terms {
    Terms {
        category: wanted.category,
        title: wanted.title.clone(),
        // A summary is within the bounds of a detail.
        detail: Detail::parse(content.summary.as_str()).unwrap_or_else(|_| Text::fixed("")),
        tags: Vec::new(),
        quantity: wanted.quantity,
        unit: wanted.unit.clone(),
        urgency: Urgency::Normal,
        urgency_reason: None,
        desired_from: None,
        desired_to: None,
        visibility: Visibility::District,
        contact: None,
    }
}

/// One step with a draft of one's own.
async fn change(
    cx: &Cx,
    action: Action,
    id: RecordDraftId,
    expected: Version,
    step: impl Fn(&Scene, &mut Tx, &Draft) -> Result<Draft, Failure> + Send + 'static,
) -> Result<Draft, Failure> {
    cx.write(action, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(action, &subject(&before))?;
        // The version comes before what the step looks at; a settled draft before the version.
        before.clone().revise(before.content.clone())?;
        cx.expect(before.version, expected)?;
        let after = step(cx, tx, &before)?;
        store::record_draft::save(tx, &after, expected)?;
        let effect = Effect::moved(after.id, before.status.name(), after.status.name()).code("posting", after.posting);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

pub(super) fn find(cx: &Scene, tx: &mut Tx, id: RecordDraftId) -> Result<Draft, Failure> {
    store::record_draft::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("recordDraft"))
}

pub(super) fn subject(draft: &Draft) -> Subject {
    Subject::of_district(draft.district.clone()).posted(draft.posting)
}

/// The organisation must have been served on that day, and what is linked must be its own.
pub(super) fn check(cx: &Scene, tx: &mut Tx, posting: &Posting, content: &Content) -> Result<(), Failure> {
    content.must_be_of(posting, shanghai_date(cx.now))?;
    let scope = cx.actor.scope();
    for id in &content.links.demands {
        let demand = store::demand::find(tx, &scope, *id)?.filter(|demand| demand.organisation == content.target);
        demand.ok_or(Failure::missing("demands"))?;
    }
    for id in &content.links.projects {
        let project = store::project::find(tx, &scope, *id)?.filter(|project| project.demand_organisation == content.target);
        project.ok_or(Failure::missing("projects"))?;
    }
    if content.links.demands.len() + content.links.projects.len() > MOST_LINKS {
        return Err(Failure::refused_at(Code::Validation, "demands"));
    }
    Ok(())
}

/// The most demands and projects that a record is linked to.
const MOST_LINKS: usize = 20;
