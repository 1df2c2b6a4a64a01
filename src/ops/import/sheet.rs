//! A spreadsheet on its way from bytes to rows.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{File, Import, list::List};
use crate::{
    ingest::{self, FileError, Parsed},
    kernel::problem::{Code, Problem},
    ops::{Cx, Failure},
    store::{self, StoreError, import_row::RowHash},
};

/// A file as it was read, before anything else is known.
pub(super) struct Sheet<L> {
    pub sha256: [u8; 32],
    /// The rows with the hash of each good one.
    read: Result<(Parsed<L>, Vec<RowHash>), FileError>,
}

impl<L: List> Sheet<L> {
    /// Reads the file away from the transaction, and from the threads that serve requests; `None`
    /// when the account has not sent it.
    pub async fn read(cx: &Cx, import: &Import) -> Result<Option<Self>, Failure> {
        let bytes = match &import.file {
            File::Given(bytes) => Arc::clone(bytes),
            File::Uploaded(id) => {
                let (id, account, now) = (*id, cx.actor.account, cx.now());
                let upload = cx.read(move |reader, _| store::upload::find(reader, account, id, now)).await?;
                match upload {
                    Some(upload) => upload.content.into(),
                    None => return Ok(None),
                }
            }
        };
        let name = import.sheet.clone();
        let work = tokio::task::spawn_blocking(move || {
            let read = ingest::read::<L>(&bytes, name.as_deref()).map(|parsed| {
                let hashes = parsed.rows.iter().map(|row| Sha256::digest(row.canonical()).into()).collect();
                (parsed, hashes)
            });
            Self { sha256: Sha256::digest(&bytes).into(), read }
        });
        Ok(Some(work.await.map_err(|_| StoreError::Panicked)?))
    }

    /// The rows with their hashes, if the file has any.
    pub fn rows(&self) -> Result<(&Parsed<L>, &[RowHash]), Failure> {
        match &self.read {
            Ok((parsed, hashes)) => Ok((parsed, hashes)),
            Err(error) => Err(Failure::Invalid(vec![unreadable(error)])),
        }
    }
}

fn unreadable(error: &FileError) -> Problem {
    let field = match error {
        FileError::SheetNotFound { .. } => "sheet",
        FileError::Empty
        | FileError::TooLarge
        | FileError::OldWorkbook
        | FileError::WebPage
        | FileError::BrokenWorkbook
        | FileError::ContentsTooLarge
        | FileError::UnknownEncoding
        | FileError::OpenQuote { .. }
        | FileError::HeadingNotFound { .. }
        | FileError::HeadingTwice { .. }
        | FileError::TooManyRows
        | FileError::TooManyColumns => "upload",
    };
    Problem::new(Code::ImportFile).at(field).saying(error.message_zh(), error.to_string())
}
