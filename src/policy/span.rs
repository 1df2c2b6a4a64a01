//! How far an action reaches: for whole lists what [`super::permit`] answers for one object.

use std::collections::BTreeSet;

use super::{Action, Actor, Reach, Tie, table};
use crate::kernel::id::{OrganisationId, PlaceId, PostingId};

/// To what an actor may do something by one tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Nothing,
    /// What is tied to one of these organisations.
    Organisations(Vec<OrganisationId>),
    /// What is about one of these postings.
    Postings(Vec<PostingId>),
    /// What lies at one of these places.
    Places(Vec<PlaceId>),
    /// Everything in the actor's district.
    District,
}

/// What the table lets an actor do this to by this tie.
pub fn span(actor: &Actor, action: Action, tie: Tie) -> Span {
    let roles = || table::RULES.iter().filter(|rule| rule.action == action && rule.tie == tie).map(|rule| rule.role);
    let held = || actor.held.iter().filter(|held| roles().any(|role| role == held.role)).map(|held| &held.reach);
    match tie {
        Tie::Own | Tie::DemandSide | Tie::ProviderSide => {
            let organisations: BTreeSet<OrganisationId> = held()
                .flat_map(|reach| match reach {
                    Reach::Organisation(id) => BTreeSet::from([*id]),
                    Reach::Posting { targets, .. } => targets.clone(),
                    Reach::Places(_) | Reach::District => BTreeSet::new(),
                })
                .collect();
            if organisations.is_empty() { Span::Nothing } else { Span::Organisations(organisations.into_iter().collect()) }
        }
        Tie::Zone => {
            let places: BTreeSet<PlaceId> = held()
                .filter_map(|reach| match reach {
                    Reach::Places(places) => Some(places),
                    Reach::Organisation(_) | Reach::Posting { .. } | Reach::District => None,
                })
                .flatten()
                .copied()
                .collect();
            if places.is_empty() { Span::Nothing } else { Span::Places(places.into_iter().collect()) }
        }
        Tie::Posting => {
            let postings: BTreeSet<PostingId> = held()
                .filter_map(|reach| match reach {
                    Reach::Posting { id, .. } => Some(*id),
                    Reach::Organisation(_) | Reach::Places(_) | Reach::District => None,
                })
                .collect();
            if postings.is_empty() { Span::Nothing } else { Span::Postings(postings.into_iter().collect()) }
        }
        Tie::District => {
            if held().any(|reach| *reach == Reach::District) {
                Span::District
            } else {
                Span::Nothing
            }
        }
    }
}
