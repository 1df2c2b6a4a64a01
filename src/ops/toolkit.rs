//! What people do with the toolkit: publish a version, give it to an instructor, take note of it.

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        posting,
        rules::RuleCode,
        stored_file::{MAX_SIZE, StoredFile},
        toolkit::{AlreadyAcknowledged, ToolkitIssue, ToolkitItem},
    },
    kernel::{
        digest::hex,
        id::{PostingId, StoredFileId, ToolkitIssueId, ToolkitItemId, UploadId},
        media::{self, MediaError},
        problem::{Code, Problem},
        text::Title,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// What is published.
#[derive(Clone, Debug)]
pub struct Publication {
    pub code: String,
    pub title: Title,
    pub file: UploadId,
    pub effective_from: Date,
}

/// Publishes the next version of an item; what was issued of earlier ones stays what it was.
pub async fn publish(cx: &Cx, publication: Publication) -> Result<ToolkitItem, Failure> {
    cx.write(Action::ToolkitItemPublish, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::ToolkitItemPublish, &Subject::of_district(district.clone()))?;
        let file = keep(cx, tx, publication.file, "file")?;
        let item = ToolkitItem {
            id: cx.new_id(),
            revision: store::toolkit::last_revision(tx, &district, &publication.code)? + 1,
            district,
            code: publication.code.clone(),
            title: publication.title.clone(),
            file: file.id,
            effective_from: publication.effective_from,
            published_by: cx.actor.account,
            published_at: cx.now,
        };
        store::toolkit::insert_item(tx, &item)?;
        let effect = Effect::changed(item.id).code("code", &item.code).number("revision", item.revision);
        let effect = effect.code("file", file.id).code("sha256", hex(&file.sha256));
        cx.record(tx, permit, &[effect.code("effective_from", item.effective_from)], item)
    })
    .await
}

/// Gives an instructor a version of an item.
pub async fn issue(cx: &Cx, posting: PostingId, item: ToolkitItemId) -> Result<ToolkitIssue, Failure> {
    cx.write(Action::ToolkitIssue, move |cx, tx| {
        let posting = store::posting::find(tx, &cx.actor.scope(), posting)?.ok_or(Failure::missing("posting"))?;
        let permit = cx.permit(Action::ToolkitIssue, &posting)?;
        let item = store::toolkit::find_item(tx, &cx.actor.scope(), item)?.ok_or(Failure::missing("item"))?;
        if posting.status() != posting::Status::Active {
            return Err(Failure::refused_at(Code::InvalidState, "posting"));
        }
        let issue = ToolkitIssue {
            id: cx.new_id(),
            district: posting.district,
            version: Version::FIRST,
            posting: posting.id,
            item: item.id,
            issued_by: cx.actor.account,
            issued_at: cx.now,
            acknowledge_due_at: cx.workdays(RuleCode::ToolkitAcknowledge)?.at,
            acknowledged_at: None,
        };
        store::toolkit::insert_issue(tx, &issue)
            .map_err(|error| super::failure::unless_unique(error, store::toolkit::ONCE, Code::AlreadyIssued, "item"))?;
        let effect = Effect::made(issue.id, "ISSUED").code("posting", issue.posting).code("item", issue.item);
        cx.record(tx, permit, &[effect.code("acknowledge_due_at", issue.acknowledge_due_at)], issue)
    })
    .await
}

/// The instructor has taken note of what was given.
pub async fn acknowledge(cx: &Cx, id: ToolkitIssueId, expected: Version) -> Result<ToolkitIssue, Failure> {
    cx.write(Action::ToolkitAcknowledge, move |cx, tx| {
        let before = store::toolkit::find_issue(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("toolkitIssue"))?;
        let subject = Subject::of_district(before.district.clone()).posted(before.posting);
        let permit = cx.permit(Action::ToolkitAcknowledge, &subject)?;
        let after = before.clone().acknowledge(cx.now)?;
        cx.expect(before.version, expected)?;
        store::toolkit::save_issue(tx, &after, expected)?;
        let effect = Effect::moved(after.id, "ISSUED", "ACKNOWLEDGED").code("posting", after.posting);
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Keeps a file that the actor has sent before, without what an image tells of where it was taken.
pub(super) fn keep(cx: &Scene, tx: &mut Tx, upload: UploadId, field: &'static str) -> Result<StoredFile, Failure> {
    let upload = store::upload::find(tx, cx.actor.account, upload, cx.now)?.ok_or(Failure::missing(field))?;
    let refused =
        |code, zh: &'static str, en: &'static str| Failure::Refused(Box::new(Problem::new(code).at(field).saying(zh, en)));
    if upload.content.len() > MAX_SIZE {
        return Err(refused(Code::UploadTooLarge, "单个附件不得超过 10 MiB。", "A file that is kept has at most 10 MiB."));
    }
    let (media_type, content) = media::cleaned(upload.content).map_err(|error| match error {
        MediaError::Unknown => refused(Code::FileType, "附件应为 JPEG、PNG 或 PDF。", "Only JPEG, PNG and PDF files are kept."),
        MediaError::Damaged => refused(Code::FileType, "图片已损坏或不完整。", "The image is damaged or cut off."),
    })?;
    let file = StoredFile {
        id: cx.new_id(),
        district: upload.district,
        name: upload.file_name,
        media_type,
        size: u32::try_from(content.len()).unwrap_or(u32::MAX),
        sha256: Sha256::digest(&content).into(),
        created_by: cx.actor.account,
        created_at: cx.now,
    };
    store::stored_file::insert(tx, &file, &content)?;
    Ok(file)
}

/// A file that belongs to something the actor sees, with its content.
pub async fn open_file(cx: &Cx, id: StoredFileId) -> Result<(StoredFile, Vec<u8>), Failure> {
    let found = cx.read(move |reader, scope| {
        if store::file_sight::seen(reader, scope, &[id])?.is_empty() {
            return Ok(None);
        }
        let file = store::stored_file::get_many(reader, &[id])?.pop();
        let content = store::stored_file::content(reader, id)?;
        Ok(file.zip(content))
    });
    found.await?.ok_or(Failure::missing("file"))
}

impl From<AlreadyAcknowledged> for Failure {
    fn from(_: AlreadyAcknowledged) -> Self {
        Self::refused(Code::InvalidState)
    }
}
