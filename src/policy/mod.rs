//! Who may do what. The whole answer is [`table`]; this file only applies it.
//!
//! Nothing here knows a database or a state machine: *when* a step is possible is the business of
//! [`crate::domain`].

pub mod action;
pub mod actor;
mod sight;
mod span;
pub mod subject;
pub mod table;

pub use action::Action;
pub use actor::{Actor, Covered, Held, Reach, Scope};
pub use sight::Sight;
pub use span::{Span, span};
pub use subject::{Subject, Subjected};
pub use table::Tie;

use crate::domain::claim::Side;
pub use crate::domain::grant::Role;
use crate::kernel::{district::District, id::AccountId};

/// Proof that an actor may take an action on a subject. Only [`permit`] makes one, and a business
/// write cannot commit without one.
#[derive(Debug)]
pub struct Permit {
    action: Action,
    account: AccountId,
    district: District,
    tie: Tie,
}

/// The actor sees the subject but may not do this to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not allowed here", .0.name())]
pub struct Denied(pub Action);

/// Asks the table. The first row that allows decides the tie, in the table's order.
pub fn permit(actor: &Actor, action: Action, subject: &impl Subjected) -> Result<Permit, Denied> {
    permit_by(actor, action, &subject.subject(), |_| true)
}

/// [`permit`] for what either party of a claim may do, with the side on which the actor then acts.
///
/// Whoever acts for both parties acts for the one that is `awaited`. Whoever acts for one of them
/// acts for that one, awaited or not, and it is for the state machine to say that it is not its
/// turn. So *whether* somebody may act never depends on the state, and who may act on neither side is denied first.
pub fn permit_side(actor: &Actor, action: Action, subject: &impl Subjected, awaited: Side) -> Result<(Permit, Side), Denied> {
    let subject = subject.subject();
    let on = |side: Side| permit_by(actor, action, &subject, |tie| tie == Tie::of(side)).map(|permit| (permit, side));
    on(awaited).or_else(|_| on(awaited.other()))
}

fn permit_by(actor: &Actor, action: Action, subject: &Subject, counts: impl Fn(Tie) -> bool) -> Result<Permit, Denied> {
    let tie = table::RULES
        .iter()
        .filter(|rule| rule.action == action && counts(rule.tie))
        .find(|rule| actor.held.iter().any(|held| held.role == rule.role && reaches(actor, held, rule.tie, subject)))
        .map(|rule| rule.tie)
        .ok_or(Denied(action))?;
    Ok(Permit { action, account: actor.account, district: actor.district.clone(), tie })
}

/// The same answer as [`permit`], for `viewerCan…`.
pub fn may(actor: &Actor, action: Action, subject: &impl Subjected) -> bool {
    permit(actor, action, subject).is_ok()
}

/// What every signed-in account may do with its own session and password, whatever its grants.
pub fn permit_self(account: AccountId, district: &District, action: Action) -> Permit {
    Permit { action, account, district: district.clone(), tie: Tie::Own }
}

fn reaches(actor: &Actor, held: &Held, tie: Tie, subject: &Subject) -> bool {
    if subject.district != actor.district {
        return false;
    }
    match (tie, &held.reach) {
        (Tie::Own, Reach::Organisation(id)) => subject.owner == Some(*id),
        (Tie::DemandSide, Reach::Organisation(id)) => subject.demand_side == Some(*id),
        (Tie::ProviderSide, Reach::Organisation(id)) => subject.provider_side == Some(*id),
        // What an instructor does for the organisations that the posting serves.
        (Tie::Own, Reach::Posting { targets, .. }) => subject.owner.is_some_and(|owner| targets.contains(&owner)),
        (Tie::Posting, Reach::Posting { id, .. }) => subject.posting == Some(*id),
        (Tie::Zone, Reach::Places(places)) => subject.places.iter().any(|place| places.contains(place)),
        (Tie::District, Reach::District) => true,
        (Tie::Own | Tie::DemandSide | Tie::ProviderSide | Tie::Posting | Tie::Zone | Tie::District, _) => false,
    }
}

impl Permit {
    /// The action that is allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Who is allowed.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// In which district.
    pub fn district(&self) -> &District {
        &self.district
    }

    /// By which tie to the subject.
    pub fn tie(&self) -> Tie {
        self.tie
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kernel::id::OrganisationId;

    const ENTERPRISE: OrganisationId = OrganisationId::from_bytes([1; 16]);
    const PROVIDER: OrganisationId = OrganisationId::from_bytes([2; 16]);

    fn liaison_of(organisations: &[OrganisationId]) -> Actor {
        let held = organisations.iter().map(|id| Held { role: Role::Liaison, reach: Reach::Organisation(*id) });
        Actor {
            account: AccountId::from_bytes([3; 16]),
            district: "420105".parse().unwrap(),
            today: jiff::civil::date(2026, 11, 23),
            held: held.collect(),
            tenancy_zones: BTreeSet::new(),
            duty_categories: BTreeSet::new(),
            covered: Covered::Nowhere,
        }
    }

    fn side_of(organisations: &[OrganisationId], awaited: Side) -> Option<Side> {
        let subject = Subject::of_district("420105".parse().unwrap()).between(ENTERPRISE, PROVIDER);
        let permit = permit_side(&liaison_of(organisations), Action::ClaimConsent, &subject, awaited);
        permit.ok().map(|(permit, side)| {
            assert_eq!(permit.tie(), Tie::of(side));
            side
        })
    }

    #[test]
    fn whoever_acts_for_both_parties_acts_for_the_awaited_one() {
        for awaited in [Side::Demand, Side::Provider] {
            assert_eq!(side_of(&[ENTERPRISE, PROVIDER], awaited), Some(awaited));
        }
    }

    #[test]
    fn whoever_acts_for_one_party_acts_for_it_awaited_or_not() {
        for awaited in [Side::Demand, Side::Provider] {
            assert_eq!(side_of(&[ENTERPRISE], awaited), Some(Side::Demand));
            assert_eq!(side_of(&[PROVIDER], awaited), Some(Side::Provider));
            assert_eq!(side_of(&[OrganisationId::from_bytes([9; 16])], awaited), None);
        }
    }

    #[test]
    fn a_party_that_has_no_say_is_denied() {
        let subject = Subject::of_district("420105".parse().unwrap()).between(ENTERPRISE, PROVIDER);
        let says = |side| may(&liaison_of(&[ENTERPRISE]), Action::ClaimWithdraw, &subject.clone().only(side));
        assert_eq!((says(Side::Demand), says(Side::Provider)), (true, false));
    }
}
