//! Postings as tests enter them.

use park_portal::{
    domain::posting::{Approval, Kind, Posting, State, Target, TargetState},
    kernel::{id::OrganisationId, version::Version},
};

use super::{DISTRICT, named, start};

/// An active posting by justice, in force for all of 2026: its id and account are those of the names.
pub fn active(name: &str, number: i32, instructor: &str, served: &[OrganisationId]) -> Posting {
    let answer = Approval { by: named("mill.liaison"), at: start() };
    let target = |organisation: &OrganisationId| Target {
        organisation: *organisation,
        answer: Some(answer),
        state: TargetState::Consented,
    };
    Posting {
        id: named(name),
        district: DISTRICT.parse().expect("a district"),
        version: Version::FIRST,
        number,
        instructor: named(instructor),
        dispatch_unit: named("justice"),
        kind: Kind::Serving,
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 12, 31),
        targets: served.iter().map(target).collect(),
        proposed_by: named("justice.reviewer"),
        proposed_at: start(),
        approval: Some(Approval { by: named("org.reviewer"), at: start() }),
        state: State::Active,
    }
}
