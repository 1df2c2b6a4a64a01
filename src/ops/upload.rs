//! Uploads: a file is kept for a day, for an import of the same account.

use sha2::{Digest, Sha256};

use super::{Cx, Failure};
use crate::{
    domain::upload::Upload,
    kernel::{digest::hex, id::UploadId, problem::Code},
    policy::{Action, Actor, Subject},
    store::{self, audit::Effect},
};

/// Keeps a file for whoever may import.
pub async fn receive(cx: &Cx, file_name: &str, content: Vec<u8>) -> Result<UploadId, Failure> {
    if content.is_empty() {
        return Err(Failure::refused(Code::UploadMissing));
    }
    let file_name: String = file_name.chars().filter(|letter| !letter.is_control()).take(120).collect();
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    cx.write(Action::UploadReceive, move |cx, tx| {
        let permit = cx.permit(Action::UploadReceive, &import_subject(&cx.actor))?;
        let upload = Upload {
            id: cx.new_id(),
            district: cx.actor.district.clone(),
            account: cx.actor.account,
            file_name: file_name.clone(),
            sha256,
            content: content.clone(),
            created_at: cx.now,
        };
        store::upload::keep(tx, &upload, cx.now)?;
        let size = i64::try_from(upload.content.len()).unwrap_or(i64::MAX);
        let effect = Effect::changed(upload.id).number("bytes", size).code("sha256", hex(&upload.sha256));
        cx.record(tx, permit, &[effect], upload.id)
    })
    .await
}

/// What an import is about before its rows are known: every place that the actor looks after.
/// Whether a row may be imported is asked again for each row.
pub fn import_subject(actor: &Actor) -> Subject {
    let subject = Subject::of_district(actor.district.clone()).at(actor.places().into_iter().collect());
    // An instructor sends what is attached to records of any of the postings.
    Subject { posting: actor.postings().first().copied(), ..subject }
}
