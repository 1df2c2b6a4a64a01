//! Who sees a file that is kept: whoever sees what it belongs to.

use super::{Reader, StoreResult, filed_record, record_draft, toolkit};
use crate::{kernel::id::StoredFileId, policy::Scope};

/// Those of the files that belong to anything the scope shows.
pub fn seen(reader: &mut Reader, scope: &Scope, files: &[StoredFileId]) -> StoreResult<Vec<StoredFileId>> {
    let mut seen = toolkit::files_of_items(reader, scope, files)?;
    seen.extend(filed_record::files_of_records(reader, scope, files)?);
    seen.extend(record_draft::files_of_drafts(reader, scope, files)?);
    seen.sort_unstable();
    seen.dedup();
    Ok(seen)
}
