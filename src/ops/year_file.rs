//! An instructor's year on its way out: what was filed, added, said and assessed, for those who see all of it.

use std::collections::{BTreeSet, HashMap};

use super::{Cx, Failure};
use crate::{
    domain::{
        evaluation::{Evaluation, cycle::Cycle},
        organisation::Organisation,
        posting::Posting,
        record::Addendum,
    },
    kernel::{
        id::{CycleId, FiledRecordId, OrganisationId, PostingId},
        page::{Direction, PageRequest},
    },
    policy::{Scope, Sight},
    store::{self, Reader, StoreResult, filed_record::Kept},
};

/// Records that are read at a time.
const BATCH: u32 = 500;

/// Everything of a posting's year.
#[derive(Debug)]
pub struct YearFile {
    pub posting: Posting,
    pub year: i16,
    /// In the order in which they were filed.
    pub records: Vec<Kept>,
    /// By their record, in the order of their numbers.
    pub addenda: HashMap<FiledRecordId, Vec<Addendum>>,
    /// Those of the year's cycle, as far as whoever asks sees them.
    pub evaluations: Vec<(Evaluation, Cycle, Sight)>,
    pub organisations: HashMap<OrganisationId, Organisation>,
}

/// Reads the file. It is missing for those who see the posting but not everything that belongs to it, such as
/// an enterprise that was served.
pub async fn load(cx: &Cx, posting: PostingId, year: i16) -> Result<YearFile, Failure> {
    let found = cx.read(move |reader, scope| read(reader, scope, posting, year)).await?;
    found.ok_or(Failure::missing("posting"))
}

/// Refuses those for whom [`load`] has no file, without reading it.
pub async fn must_be_seen(cx: &Cx, posting: PostingId) -> Result<(), Failure> {
    let found = cx.read(move |reader, scope| of_whole(reader, scope, posting)).await?;
    found.map(|_| ()).ok_or(Failure::missing("posting"))
}

/// The posting, if the scope shows all that belongs to it.
fn of_whole(reader: &mut Reader, scope: &Scope, id: PostingId) -> StoreResult<Option<Posting>> {
    Ok(store::posting::find(reader, scope, id)?.filter(|posting| scope.sees_all_of(posting)))
}

fn read(reader: &mut Reader, scope: &Scope, id: PostingId, year: i16) -> StoreResult<Option<YearFile>> {
    let Some(posting) = of_whole(reader, scope, id)? else {
        return Ok(None);
    };
    let records = records(reader, scope, id, year)?;
    let ids: Vec<FiledRecordId> = records.iter().map(|(record, _)| record.id).collect();
    let mut addenda: HashMap<FiledRecordId, Vec<Addendum>> = HashMap::new();
    for some in ids.chunks(BATCH as usize) {
        for addendum in store::record_addendum::of(reader, some)? {
            addenda.entry(addendum.record).or_default().push(addendum);
        }
    }
    let evaluations = evaluations(reader, scope, id, year)?;
    let targets: BTreeSet<OrganisationId> = records.iter().map(|(record, _)| record.content.target).collect();
    let found = store::organisation::find_many(reader, scope, &targets.into_iter().collect::<Vec<_>>())?;
    let organisations = found.into_iter().map(|organisation| (organisation.id, organisation)).collect();
    Ok(Some(YearFile { posting, year, records, addenda, evaluations, organisations }))
}

fn records(reader: &mut Reader, scope: &Scope, posting: PostingId, year: i16) -> StoreResult<Vec<Kept>> {
    let filter = store::filed_record::Filter { posting: Some(posting), year: Some(year.into()), ..Default::default() };
    let mut records = Vec::new();
    let mut from = None;
    loop {
        let request = PageRequest { limit: BATCH, direction: Direction::Forward, from, until: None };
        let page = store::filed_record::page(reader, scope, &filter, &request)?;
        from = page.rows.last().map(store::filed_record::mark);
        records.extend(page.rows);
        if !page.has_next {
            break;
        }
    }
    records.sort_by_key(|(record, _)| record.number);
    Ok(records)
}

type Seen = (Evaluation, Cycle, Sight);

fn evaluations(reader: &mut Reader, scope: &Scope, posting: PostingId, year: i16) -> StoreResult<Vec<Seen>> {
    let found = store::evaluation::of_posting(reader, scope, posting)?;
    let ids: Vec<CycleId> = found.iter().map(|(evaluation, _)| evaluation.cycle).collect();
    let cycles = store::cycle::find_many(reader, scope, &ids)?;
    let seen = |(evaluation, _): (Evaluation, _)| {
        let cycle = cycles.iter().find(|cycle| cycle.id == evaluation.cycle && cycle.year == year)?.clone();
        let sight = scope.sight(&evaluation)?;
        Some((evaluation, cycle, sight))
    };
    Ok(found.into_iter().filter_map(seen).collect())
}
