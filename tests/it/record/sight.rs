//! Who sees which records: lists, single records and chains of random worlds against a reference.

use std::collections::BTreeSet;

use park_portal::{
    domain::record::{
        Content, FiledRecord, Kind, Links, Timing,
        chain::Hash,
        standing::{Dispute, Standing, State},
    },
    kernel::{
        id::{FiledRecordId, OrganisationId, PostingId},
        text::Text,
        version::Version,
    },
    store::{self, StoreError},
};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{DISTRICT, Db, World, named, posting::active, rng::Rng, start, steps};

/// Postings with their units and instructors.
const POSTINGS: [(&str, &str, &str); 3] =
    [("instructor", "justice", "instructor"), ("of labour", "labour", "nobody"), ("of justice", "justice", "former")];
const ENTERPRISES: [&str; 3] = ["mill", "bakery", "forge"];
const WATCHERS: [&str; 16] = [
    "instructor",
    "nobody",
    "mill.liaison",
    "bakery.liaison",
    "forge.liaison",
    "justice.reviewer",
    "labour.reviewer",
    "org.reviewer",
    "coordinator",
    "justice.lead",
    "labour.official",
    "circle.steward",
    "sysadmin",
    "secadmin",
    "auditor",
    "neighbour.coordinator",
];

/// A record as far as it decides who sees it.
struct Fact {
    id: FiledRecordId,
    posting: usize,
    target: &'static str,
}

/// The domain model's words, and none of the code's: the own posting's, those about the own enterprise, those of
/// the own dispatch unit, and all of them for who answers for the district.
fn is_seen(login: &str, fact: &Fact) -> bool {
    let (_, unit, instructor) = POSTINGS[fact.posting];
    match login {
        "coordinator" | "org.reviewer" => true,
        "justice.reviewer" => unit == "justice",
        "labour.reviewer" => unit == "labour",
        "instructor" | "nobody" => instructor == login,
        _ => login.strip_suffix(".liaison") == Some(fact.target),
    }
}

fn record(rng: &mut Rng, number: usize, tx: &mut store::Tx) -> Result<Fact, StoreError> {
    let (posting, target) = (rng.below(POSTINGS.len()), rng.pick(&ENTERPRISES));
    let (name, unit, instructor) = POSTINGS[posting];
    let of: PostingId = named(name);
    let district = DISTRICT.parse().expect("a district");
    let (place, previous_hash) = store::filed_record::take_number(tx, &district, of, 2026)?;
    let record = FiledRecord {
        id: named(&format!("record {number}")),
        district: district.clone(),
        posting: of,
        year: 2026,
        number: place,
        ref_no: format!("F-420105-2026-{:04}-{place:04}", 9001 + posting),
        content: Content {
            occurred_on: jiff::civil::date(2026, 11, 23),
            target: named(target),
            kind: Kind::Visit,
            summary: Text::parse(&format!("第{number}次走访")).expect("a summary"),
            links: Links::default(),
        },
        attachments: Vec::new(),
        timing: Timing::InTime,
        opening: None,
        filed_by: named(instructor),
        filed_at: start(),
        previous_hash,
        hash: Hash([0; 32]),
    };
    let record = FiledRecord { hash: store::filed_record::hash_of(&record)?, ..record };
    let dispute = Dispute {
        by: named("mill.liaison"),
        at: start(),
        reason: Text::parse("未曾到访").expect("a reason"),
        decide_due_at: start(),
    };
    let state = match rng.below(4) {
        0 => State::Filed,
        1 => State::Unverified,
        2 => State::Disputed(dispute),
        _ => State::Verified { by: named("mill.liaison"), at: start() },
    };
    let standing = Standing {
        record: record.id,
        district,
        version: Version::FIRST,
        posting: of,
        dispatch_unit: named(unit),
        target: named(target),
        ref_no: record.ref_no.clone(),
        verify_due_at: start(),
        state,
    };
    store::filed_record::insert(tx, &record, &standing, named(&format!("no draft {number}")))?;
    Ok(Fact { id: record.id, posting, target })
}

async fn populated(db: Db, seed: u64) -> Option<(World, Vec<Fact>)> {
    let world = World::new(db).await?;
    {
        let mut conn = world.connection();
        steps::enter_account(&mut conn, DISTRICT, "former", "", "", "");
        steps::enter_account(&mut conn, DISTRICT, "labour.reviewer", "DISPATCH_REVIEWER", "ORGANISATION", "labour");
        steps::enter_grant(&mut conn, DISTRICT, "nobody", "INSTRUCTOR", "POSTING", "of labour");
    }
    let entered = world.app.store.write(move |tx| {
        let mut rng = Rng::new(seed);
        for (number, (name, unit, instructor)) in (9001..).zip(POSTINGS) {
            let served: Vec<OrganisationId> = ENTERPRISES.iter().map(|enterprise| named(enterprise)).collect();
            let posting = active(name, number, instructor, &served);
            store::posting::insert(tx, &park_portal::domain::posting::Posting { dispatch_unit: named(unit), ..posting })?;
        }
        (0..24).map(|number| record(&mut rng, number, tx)).collect::<Result<Vec<_>, StoreError>>()
    });
    let facts = entered.await.expect("records are entered");
    Some((world, facts))
}

#[rstest]
#[tokio::test]
async fn records_are_seen_as_the_reference_says(#[values(Db::Sqlite, Db::Postgres)] db: Db) {
    for seed in 0..u64::try_from(steps::scale(2, 40)).expect("a number") {
        let Some((world, facts)) = populated(db, seed).await else { return };
        for login in WATCHERS {
            let expected: BTreeSet<String> =
                facts.iter().filter(|fact| is_seen(login, fact)).map(|fact| fact.id.to_string()).collect();
            let list = world.run(login, "{ filedRecords(first: 50) { totalCount nodes { id } } }", json!({})).await;
            let nodes = list.data("/filedRecords/nodes").as_array().cloned().unwrap_or_default();
            let listed: BTreeSet<String> = nodes.iter().filter_map(|node| Some(node["id"].as_str()?.to_owned())).collect();
            assert_eq!(
                (&listed, list.data("/filedRecords/totalCount")),
                (&expected, &json!(expected.len())),
                "{login}, seed {seed}"
            );
            for fact in &facts {
                let query = "query($id: ID!) { filedRecord(id: $id) { id } node(id: $id) { id } }";
                let reply = world.run(login, query, json!({ "id": fact.id.to_string() })).await;
                let shown = if is_seen(login, fact) { json!({ "id": fact.id.to_string() }) } else { Value::Null };
                assert_eq!((reply.data("/filedRecord"), reply.data("/node")), (&shown, &shown), "{login}, seed {seed}");
            }
        }
    }
}
