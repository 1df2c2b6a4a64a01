//! Uploaded files, kept for a day.

use diesel::prelude::*;
use jiff::Timestamp;

use super::{Reader, StoreError, StoreResult, Tx, schema::upload, types::At};
use crate::{
    domain::upload::{KEPT_FOR, Upload},
    kernel::id::{AccountId, UploadId},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = upload)]
struct Row {
    id: UploadId,
    district: String,
    account: AccountId,
    file_name: String,
    sha256: Vec<u8>,
    content: Vec<u8>,
    created_at: At,
}

/// Keeps a file, and removes what has waited longer than [`KEPT_FOR`].
pub fn keep(tx: &mut Tx, file: &Upload, now: Timestamp) -> StoreResult<()> {
    // Only the district's own: other districts' rows are not held back by this transaction.
    let old = upload::table.filter(upload::district.eq(file.district.as_str()).and(upload::created_at.lt(At(now - KEPT_FOR))));
    diesel::delete(old).execute(tx.conn())?;
    let row = Row {
        id: file.id,
        district: file.district.to_string(),
        account: file.account,
        file_name: file.file_name.clone(),
        sha256: file.sha256.to_vec(),
        content: file.content.clone(),
        created_at: At(file.created_at),
    };
    diesel::insert_into(upload::table).values(&row).execute(tx.conn())?;
    Ok(())
}

/// A file that the account itself sent less than a day ago.
pub fn find(reader: &mut Reader, account: AccountId, id: UploadId, now: Timestamp) -> StoreResult<Option<Upload>> {
    let row: Option<Row> = upload::table
        .filter(upload::id.eq(id).and(upload::account.eq(account)).and(upload::created_at.ge(At(now - KEPT_FOR))))
        .select(Row::as_select())
        .get_result(reader.conn())
        .optional()?;
    row.map(Row::parse).transpose()
}

impl Row {
    fn parse(self) -> StoreResult<Upload> {
        let id = self.id;
        self.read().map_err(|what| StoreError::Corrupt { table: "upload", id: id.to_string(), what: what.to_owned() })
    }

    fn read(self) -> Result<Upload, &'static str> {
        Ok(Upload {
            id: self.id,
            district: self.district.parse().map_err(|_| "district")?,
            account: self.account,
            file_name: self.file_name,
            sha256: self.sha256.try_into().map_err(|_| "sha256")?,
            content: self.content,
            created_at: self.created_at.into(),
        })
    }
}
