//! Files that are kept, in the database: several servers share them, and a backup has them.

use diesel::prelude::*;

use super::{Reader, StoreError, StoreResult, Tx, schema::stored_file, types::At};
use crate::{
    domain::stored_file::StoredFile,
    kernel::id::{AccountId, StoredFileId},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = stored_file)]
struct Row {
    id: StoredFileId,
    district: String,
    name: String,
    media_type: String,
    size: i32,
    sha256: Vec<u8>,
    created_by: AccountId,
    created_at: At,
}

/// Keeps a file.
pub fn insert(tx: &mut Tx, file: &StoredFile, content: &[u8]) -> StoreResult<()> {
    let size = i32::try_from(file.size).map_err(|_| corrupt(file.id, "size"))?;
    diesel::insert_into(stored_file::table)
        .values((
            stored_file::id.eq(file.id),
            stored_file::district.eq(file.district.to_string()),
            stored_file::name.eq(&file.name),
            stored_file::media_type.eq(file.media_type.name()),
            stored_file::size.eq(size),
            stored_file::sha256.eq(file.sha256.to_vec()),
            stored_file::content.eq(content),
            stored_file::created_by.eq(file.created_by),
            stored_file::created_at.eq(At(file.created_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What is known of files, in no order. Whoever asks has seen what they belong to through a scope.
pub fn get_many(reader: &mut Reader, ids: &[StoredFileId]) -> StoreResult<Vec<StoredFile>> {
    let rows: Vec<Row> = stored_file::table.filter(stored_file::id.eq_any(ids)).select(Row::as_select()).load(reader.conn())?;
    rows.into_iter().map(Row::parse).collect()
}

/// The content of a file that was seen before.
pub fn content(reader: &mut Reader, id: StoredFileId) -> StoreResult<Option<Vec<u8>>> {
    Ok(stored_file::table.find(id).select(stored_file::content).get_result(reader.conn()).optional()?)
}

impl Row {
    fn parse(self) -> StoreResult<StoredFile> {
        let id = self.id;
        self.read().map_err(|what| corrupt(id, what))
    }

    fn read(self) -> Result<StoredFile, &'static str> {
        Ok(StoredFile {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            name: self.name,
            media_type: self.media_type.parse().map_err(|_| "media_type")?,
            size: u32::try_from(self.size).map_err(|_| "size")?,
            sha256: self.sha256.try_into().map_err(|_| "sha256")?,
            created_by: self.created_by,
            created_at: self.created_at.into(),
        })
    }
}

fn corrupt(id: StoredFileId, what: &str) -> StoreError {
    StoreError::Corrupt { table: "stored_file", id: id.to_string(), what: what.to_owned() }
}
