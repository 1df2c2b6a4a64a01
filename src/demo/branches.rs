//! Branches: proposed by the stewards of their places, decided by the coordinator.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, ToSpan, civil::Date};

use super::{
    DemoError,
    cast::{Cast, find, parsed},
    data::{self, Content},
    lists::text,
    refused,
};
use crate::{
    domain::branch::{Branch, Form, Kind, Terms},
    kernel::id::BranchId,
    ops::{self, App, Cx, Failure},
};

/// Brings every branch to the state that the content asks for, in its order: a branch comes after
/// those that it refers to.
pub async fn act(app: &Arc<App>, cast: &Cast, content: &Content, today: Date) -> Result<(), DemoError> {
    let coordinator = cast.coordinating(app).await?;
    let mut branches = BTreeMap::new();
    for wanted in &content.branches {
        app.clock.advance(SignedDuration::from_mins(40));
        let steward = cast.acting_as(app, steward(cast, content, &wanted.place)?).await?;
        let stage = Stage { cast, wanted, branches: &branches };
        let made = stage.decide(&coordinator, stage.propose(&steward, today).await?).await?;
        branches.insert(wanted.key.clone(), made);
    }
    Ok(())
}

/// The account of the steward in whose scope a place lies.
fn steward(cast: &Cast, content: &Content, place: &str) -> Result<crate::kernel::id::AccountId, DemoError> {
    let place = content.places.iter().find(|known| known.key == place);
    let place = place.ok_or_else(|| DemoError::Content("the place of a branch".to_owned()))?;
    let covers = |grant: &data::Grant| {
        let scope = Some(&grant.scope);
        let above = place.parent.as_ref();
        match grant.scope_kind.as_str() {
            "ZONE" => scope == place.zone.as_ref(),
            _ => scope == Some(&place.key) || (above.is_some() && scope == above),
        }
    };
    let steward =
        content.accounts.iter().find(|account| account.grants.iter().any(|grant| grant.role == "STEWARD" && covers(grant)));
    let steward = steward.ok_or_else(|| DemoError::Content(format!("there is no steward for {}", place.key)))?;
    find(&cast.accounts, &steward.login)
}

/// One branch of the content, and those before it.
struct Stage<'a> {
    cast: &'a Cast,
    wanted: &'a data::Branch,
    branches: &'a BTreeMap<String, Branch>,
}

impl Stage<'_> {
    fn told(&self, step: &str) -> impl FnOnce(Failure) -> DemoError + use<> {
        refused(format!("{step} of branch {}", self.wanted.key))
    }

    fn known(&self, key: &str) -> Result<&Branch, DemoError> {
        self.branches.get(key).ok_or_else(|| DemoError::Content(format!("there is no branch {key} yet")))
    }

    fn id_of(&self, key: Option<&String>) -> Result<Option<BranchId>, DemoError> {
        key.map(|key| self.known(key).map(|branch| branch.id)).transpose()
    }

    fn terms(&self, today: Date) -> Result<Terms, DemoError> {
        let wanted = self.wanted;
        let covers = wanted.covers.iter().map(|key| find(&self.cast.organisations, key));
        Ok(Terms {
            name: text(&wanted.name)?,
            form: parsed(&wanted.form, |text| text.parse::<Form>().ok())?,
            lead: find(&self.cast.organisations, &wanted.lead)?,
            custodian: self.id_of(wanted.custodian.as_ref())?,
            parent: self.id_of(wanted.parent.as_ref())?,
            member_count: wanted.member_count,
            committee_size: wanted.committee_size,
            formed_on: wanted.formed_on_offset.map(|days| today.saturating_add(days.days())),
            covers: covers.collect::<Result<_, DemoError>>()?,
        })
    }

    async fn propose(&self, steward: &Cx, today: Date) -> Result<Branch, DemoError> {
        let kind = parsed(&self.wanted.kind, |text| text.parse::<Kind>().ok())?;
        let place = find(&self.cast.places, &self.wanted.place)?;
        ops::branch::propose(steward, kind, place, self.terms(today)?).await.map_err(self.told("the proposal"))
    }

    async fn decide(&self, cx: &Cx, proposed: Branch) -> Result<Branch, DemoError> {
        match self.wanted.status.as_str() {
            "PROPOSED" => Ok(proposed),
            "RETURNED" => {
                let returned = ops::branch::give_back(cx, proposed.id, proposed.version, self.reason()?).await;
                returned.map_err(self.told("the return"))
            }
            _ => self.activate(cx, self.approve(cx, proposed).await?).await,
        }
    }

    /// Names the warnings only where the content says why they do not stand in the way.
    async fn approve(&self, cx: &Cx, proposed: Branch) -> Result<Branch, DemoError> {
        let named = if self.wanted.warning_ack.is_some() { proposed.warnings } else { BTreeSet::new() };
        ops::branch::approve(cx, proposed.id, proposed.version, named).await.map_err(self.told("the approval"))
    }

    async fn activate(&self, cx: &Cx, approved: Branch) -> Result<Branch, DemoError> {
        if self.wanted.status == "APPROVED" {
            return Ok(approved);
        }
        let active = ops::branch::activate(cx, approved.id, approved.version).await.map_err(self.told("the activation"))?;
        let (id, version) = (active.id, active.version);
        match self.wanted.status.as_str() {
            "ACTIVE" => Ok(active),
            "SUSPENDED" => ops::branch::suspend(cx, id, version, self.reason()?).await.map_err(self.told("the rest")),
            "CONVERTED" => ops::branch::convert(cx, id, version, self.reason()?).await.map_err(self.told("the conversion")),
            "DISSOLVED" => ops::branch::dissolve(cx, id, version, self.reason()?).await.map_err(self.told("the dissolution")),
            "MERGED" => {
                let into = self.known(self.wanted.merged_into.as_deref().unwrap_or_default())?;
                let members = into.terms.member_count + active.terms.member_count;
                ops::branch::merge(cx, id, version, into.id, members).await.map_err(self.told("the merger"))
            }
            other => Err(DemoError::Content(format!("{other:?} is no state of a branch"))),
        }
    }

    fn reason(&self) -> Result<crate::kernel::text::Reason, DemoError> {
        text(self.wanted.reason.as_deref().unwrap_or_default())
    }
}
