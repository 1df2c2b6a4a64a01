//! How far an action reaches: for whole lists what [`super::permit`] answers for one object.

use std::collections::BTreeSet;

use super::{Action, Actor, Reach, Tie, table};
use crate::kernel::id::{OrganisationId, PlaceId};

/// To what an actor may do something by one tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Nothing,
    /// What is tied to one of these organisations.
    Organisations(Vec<OrganisationId>),
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
                .filter_map(|reach| match reach {
                    Reach::Organisation(id) => Some(*id),
                    Reach::Places(_) | Reach::District => None,
                })
                .collect();
            if organisations.is_empty() { Span::Nothing } else { Span::Organisations(organisations.into_iter().collect()) }
        }
        Tie::Zone => {
            let places: BTreeSet<PlaceId> = held()
                .filter_map(|reach| match reach {
                    Reach::Places(places) => Some(places),
                    Reach::Organisation(_) | Reach::District => None,
                })
                .flatten()
                .copied()
                .collect();
            if places.is_empty() { Span::Nothing } else { Span::Places(places.into_iter().collect()) }
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
