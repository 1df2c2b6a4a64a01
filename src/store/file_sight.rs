//! Who sees a file that is kept: whoever sees what it belongs to.

use super::{Reader, StoreResult, toolkit};
use crate::{kernel::id::StoredFileId, policy::Scope};

/// Those of the files that belong to anything the scope shows.
pub fn seen(reader: &mut Reader, scope: &Scope, files: &[StoredFileId]) -> StoreResult<Vec<StoredFileId>> {
    toolkit::files_of_items(reader, scope, files)
}
