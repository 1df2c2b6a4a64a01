//! Files that are kept, in the API.

use std::collections::HashMap;

use async_graphql::{ID, Object};

use super::{loader::Load, scalar::DateTime};
use crate::{
    domain::stored_file as domain,
    kernel::{digest::hex, id::StoredFileId},
    policy::Scope,
    store::{self, Reader, StoreResult},
};

/// A file as the API shows it.
#[derive(Clone)]
pub struct StoredFile(pub domain::StoredFile);

/// A file that is kept (文件). It never changes.
#[Object]
impl StoredFile {
    /// The opaque id, `fil_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The name that it came with (文件名).
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is by its content: `image/jpeg`, `image/png` or `application/pdf`.
    async fn media_type(&self) -> &str {
        self.0.media_type.name()
    }

    /// Its size in bytes.
    async fn size(&self) -> u32 {
        self.0.size
    }

    /// The SHA-256 of its content as it is kept (校验值), 64 hexadecimal digits.
    async fn sha256(&self) -> String {
        hex(&self.0.sha256)
    }

    /// Where it can be fetched, with the same authentication as the API: `/files/{id}`.
    async fn path(&self) -> String {
        format!("/files/{}", self.0.id)
    }

    /// When it came.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Reads what is known of files that belong to something the scope shows.
pub struct StoredFileLoader;

impl Load for StoredFileLoader {
    type Key = StoredFileId;
    type Value = StoredFile;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[StoredFileId]) -> StoreResult<HashMap<StoredFileId, StoredFile>> {
        let seen = store::file_sight::seen(reader, scope, keys)?;
        let found = store::stored_file::get_many(reader, &seen)?;
        Ok(found.into_iter().map(|file| (file.id, StoredFile(file))).collect())
    }
}
