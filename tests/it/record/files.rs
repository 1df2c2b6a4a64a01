//! Files of records: what is kept of them, and who gets them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{chain_of, drafted, file, posted};
use crate::{
    posting::{fetch, upload},
    world::{Db, Reply, World, steps::Made},
};

async fn attach(world: &World, draft: &Made, upload: &str) -> Reply {
    let input = json!({ "recordDraft": draft.id, "expectedVersion": draft.version, "file": upload });
    world.mutate("instructor", "recordAttach", "recordDraft { version attachments { id name mediaType path } }", input).await
}

/// A PNG of one pixel with a text in it that tells who took it.
fn picture() -> Vec<u8> {
    let chunk =
        |kind: &[u8], content: &[u8]| [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], kind, content, b"crc."].concat();
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", b"13 bytes long"),
        chunk(b"tEXt", b"Author\0somebody"),
        chunk(b"IDAT", b"pixels"),
        chunk(b"IEND", b""),
    ];
    parts.concat()
}

#[rstest]
#[tokio::test]
async fn files_are_kept_without_what_they_tell_and_for_those_who_see_the_record(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let draft = drafted(&world, json!({})).await;
    let sent = upload(&world, "instructor", &picture()).await;
    let attached = attach(&world, &draft, &sent).await;
    assert_eq!(attached.done("/recordDraft/attachments/0/mediaType"), "image/png");
    let path = attached.text("/recordDraft/attachments/0/path");
    let (status, _, content) = fetch(&world, "instructor", &path).await;
    assert_eq!(status, 200);
    assert!(!content.windows(8).any(|bytes| bytes == b"somebody"));
    assert!(content.ends_with(b"IENDcrc."));
    // What is not filed is the instructor's alone.
    for login in ["mill.liaison", "justice.reviewer", "org.reviewer", "coordinator"] {
        assert_eq!(fetch(&world, login, &path).await.0, 404, "{login}");
    }
    file(&world, &Made { version: 2, ..draft }, json!({})).await.done("/filedRecord/id");
    for (login, status) in [
        ("instructor", 200),
        ("mill.liaison", 200),
        ("justice.reviewer", 200),
        ("org.reviewer", 200),
        ("coordinator", 200),
        ("bakery.liaison", 404),
        ("justice.lead", 404),
        ("circle.steward", 404),
        ("sysadmin", 404),
    ] {
        assert_eq!(fetch(&world, login, &path).await.0, status, "{login}");
    }
    assert_eq!(chain_of(&world, "instructor").await["holds"], true);
}

#[rstest]
#[tokio::test]
async fn a_record_has_five_files_at_most_and_what_is_taken_off_is_gone(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let mut draft = drafted(&world, json!({})).await;
    let mut last = Value::Null;
    for number in 0..5 {
        let sent = upload(&world, "instructor", format!("%PDF-1.7 number {number}").as_bytes()).await;
        let attached = attach(&world, &draft, &sent).await;
        last = attached.done("/recordDraft/attachments").clone();
        draft.version += 1;
    }
    let sent = upload(&world, "instructor", b"%PDF-1.7 one too many").await;
    assert_eq!(attach(&world, &draft, &sent).await.code(), "VALIDATION");
    assert_eq!(world.count("stored_file").await, 5);
    let detach = json!({ "recordDraft": draft.id, "expectedVersion": draft.version, "file": last[1]["id"] });
    let reply = world.mutate("instructor", "recordDetach", "recordDraft { version attachments { id } }", detach.clone()).await;
    let left: Vec<&Value> = [0, 2, 3, 4].map(|place: usize| &last[place]["id"]).to_vec();
    let ids: Vec<Value> =
        reply.done("/recordDraft/attachments").as_array().unwrap().iter().map(|file| file["id"].clone()).collect();
    assert_eq!(ids.iter().collect::<Vec<_>>(), left);
    assert_eq!(world.count("stored_file").await, 4);
    let discard = json!({ "recordDraft": draft.id, "expectedVersion": draft.version + 1 });
    world.mutate("instructor", "recordDiscard", "recordDraft { status }", discard).await.done("/recordDraft/status");
    assert_eq!(world.count("stored_file").await, 0);
    assert_eq!(world.count("record_file").await, 0);
}

#[rstest]
#[tokio::test]
async fn what_is_no_picture_and_no_document_is_not_attached(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    let Some(world) = posted(db).await else { return };
    let draft = drafted(&world, json!({})).await;
    let sent = upload(&world, "instructor", b"<svg onload=alert(1)>").await;
    assert_eq!(attach(&world, &draft, &sent).await.code(), "FILE_TYPE");
    assert_eq!(attach(&world, &draft, "upl_00000000000000000000000001").await.code(), "NOT_FOUND");
    // The upload of somebody else.
    let foreign = upload(&world, "coordinator", b"%PDF-1.7").await;
    assert_eq!(attach(&world, &draft, &foreign).await.code(), "NOT_FOUND");
    assert_eq!(world.count("stored_file").await, 0);
}
