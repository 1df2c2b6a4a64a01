//! What people do with branches: propose, revise, give back, approve, activate, let rest, hand over;
//! cover and uncover; convert, merge, dissolve.

mod covering;
mod ending;
mod facts;

use std::collections::BTreeSet;

pub use covering::{cover, uncover};
pub use ending::{convert, dissolve, merge};
use facts::{At, active_organisations, facts, findings, references};

use super::{Cx, Failure, Scene, failure::unless_unique};
use crate::{
    domain::{
        branch::{Branch, BranchError, Kind, State, Terms, Warning},
        branch_rules::{RuleBreak, Stage},
        rules::RuleCode,
    },
    kernel::{
        id::{BranchId, PlaceId},
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, StoreError, Tx, audit::Effect},
};

/// Proposes a branch for a place. Rules that it breaks refuse it; what it must cover is looked at
/// when it is decided on.
pub async fn propose(cx: &Cx, kind: Kind, place: PlaceId, terms: Terms) -> Result<Branch, Failure> {
    cx.write(Action::BranchPropose, move |cx, tx| {
        let place = store::place::find(tx, &cx.actor.scope(), place)?.ok_or(Failure::missing("place"))?;
        let permit = cx.permit(Action::BranchPropose, &Subject::of_district(place.district.clone()).at(vec![place.id]))?;
        references(cx, tx, &terms)?;
        let branch = Branch {
            id: cx.new_id(),
            district: place.district,
            version: Version::FIRST,
            kind,
            place: place.id,
            terms: terms.clone(),
            term_months: match kind {
                Kind::Hub | Kind::Property => Some(cx.rules.get(RuleCode::BranchTerm)),
                Kind::Custody => None,
            },
            state: State::Proposed,
            warnings: BTreeSet::new(),
            decision: None,
            proposed_by: cx.actor.account,
            created_at: cx.now,
        };
        let facts = facts(cx, tx, &branch, &branch.terms.covers)?;
        let branch = branch.warned(findings(&facts, Stage::Proposed, At::Terms { place: "place" })?);
        store::branch::insert(tx, &branch).map_err(name_taken)?;
        let effect = described(Effect::made(branch.id, branch.status().name()), &branch);
        cx.record(tx, permit, &[effect], branch)
    })
    .await
}

/// Changes a proposal that is not decided on; one that was given back stands again.
pub async fn revise(cx: &Cx, id: BranchId, expected: Version, terms: Terms) -> Result<Branch, Failure> {
    cx.write(Action::BranchRevise, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchRevise, &before)?;
        let after = before.clone().revise(terms.clone())?;
        cx.expect(before.version, expected)?;
        references(cx, tx, &terms)?;
        let facts = facts(cx, tx, &after, &after.terms.covers)?;
        let after = after.warned(findings(&facts, Stage::Proposed, At::Terms { place: "branch" })?);
        store::branch::save(tx, &after, expected).map_err(name_taken)?;
        cx.record(tx, permit, &[described(moved(&before, &after), &after)], after)
    })
    .await
}

/// Gives a proposal back to whoever made it.
pub async fn give_back(cx: &Cx, id: BranchId, expected: Version, reason: Reason) -> Result<Branch, Failure> {
    cx.write(Action::BranchReturn, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchReturn, &before)?;
        let after = before.clone().give_back(reason.clone())?;
        store::branch::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Decides for a proposal. Every warning against it must be named; what it is to cover must be
/// enough to activate it, because an approved proposal is not revised any more.
pub async fn approve(cx: &Cx, id: BranchId, expected: Version, acknowledged: BTreeSet<Warning>) -> Result<Branch, Failure> {
    cx.write(Action::BranchApprove, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchApprove, &before)?;
        let after = before.clone().approve(cx.actor.account)?;
        cx.expect(before.version, expected)?;
        let warnings = ready(cx, tx, &after)?;
        let after = after.acknowledge(warnings, &acknowledged)?;
        store::branch::save(tx, &after, expected)?;
        let mut effect = moved(&before, &after);
        for warning in &after.warnings {
            effect = effect.flag(<&str>::from(warning), true);
        }
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Puts an approved branch to work: from today on it covers what was proposed, if nobody else does.
pub async fn activate(cx: &Cx, id: BranchId, expected: Version) -> Result<Branch, Failure> {
    cx.write(Action::BranchActivate, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchActivate, &before)?;
        let after = before.clone().activate()?;
        cx.expect(before.version, expected)?;
        let warnings = ready(cx, tx, &after)?;
        let after = after.warned(warnings);
        store::branch::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(covering::start(cx, tx, &after, &after.terms.covers, "branch")?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Lets a branch rest; it keeps what it covers.
pub async fn suspend(cx: &Cx, id: BranchId, expected: Version, reason: Reason) -> Result<Branch, Failure> {
    cx.write(Action::BranchSuspend, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchSuspend, &before)?;
        let after = before.clone().suspend(reason.clone())?;
        store::branch::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Puts a resting branch to work again.
pub async fn resume(cx: &Cx, id: BranchId, expected: Version) -> Result<Branch, Failure> {
    cx.write(Action::BranchResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchResume, &before)?;
        let after = before.clone().resume()?;
        store::branch::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Puts a custody branch into the care of another branch.
pub async fn hand_over(cx: &Cx, id: BranchId, expected: Version, custodian: BranchId) -> Result<Branch, Failure> {
    cx.write(Action::BranchHandOver, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchHandOver, &before)?;
        store::branch::find(tx, &cx.actor.scope(), custodian)?.ok_or(Failure::missing("custodian"))?;
        let after = before.clone().hand_over(custodian)?;
        cx.expect(before.version, expected)?;
        let covers = facts::covers_of(tx, &after)?;
        let facts = facts(cx, tx, &after, &covers)?;
        let after = after.warned(facts::findings_about(&facts, At::One("custodian"), |broken| {
            matches!(broken, RuleBreak::CustodianUnwanted | RuleBreak::CustodianStanding)
        })?);
        store::branch::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("custodian", custodian)], after)
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: BranchId) -> Result<Branch, Failure> {
    store::branch::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("branch"))
}

/// Looks at every rule before a branch is approved or put to work; answers the warnings.
fn ready(cx: &Scene, tx: &mut Tx, branch: &Branch) -> Result<BTreeSet<Warning>, Failure> {
    let mut organisations = branch.terms.covers.clone();
    organisations.push(branch.terms.lead);
    active_organisations(cx, tx, &organisations, "branch")?;
    let facts = facts(cx, tx, branch, &branch.terms.covers)?;
    findings(&facts, Stage::Working, At::One("branch"))
}

/// The effect of a step.
fn moved(before: &Branch, after: &Branch) -> Effect {
    Effect::moved(after.id, before.status().name(), after.status().name())
}

/// The same with everything that a proposal says, its name aside.
fn described(effect: Effect, branch: &Branch) -> Effect {
    let terms = &branch.terms;
    effect
        .code("kind", <&str>::from(branch.kind))
        .code("form", <&str>::from(terms.form))
        .code("place", branch.place)
        .code("lead", terms.lead)
        .maybe("custodian", terms.custodian)
        .maybe("parent", terms.parent)
        .maybe("formed_on", terms.formed_on)
        .number("member_count", terms.member_count)
        .number("committee_size", terms.committee_size)
        .number("covers", u32::try_from(terms.covers.len()).unwrap_or(u32::MAX))
}

fn name_taken(error: StoreError) -> Failure {
    unless_unique(error, store::branch::NAME_UNIQUE, Code::DuplicateName, "name")
}

impl From<BranchError> for Failure {
    fn from(error: BranchError) -> Self {
        match error {
            BranchError::WrongState(_) => Self::refused(Code::InvalidState),
            BranchError::MergeTarget => Self::refused_at(Code::InvalidState, "into"),
            BranchError::Unacknowledged(warnings) => Self::RefusedFor(warnings.into_iter().map(unacknowledged).collect()),
        }
    }
}

/// Says what the warning is, and how to go on in spite of it.
fn unacknowledged(warning: Warning) -> Problem {
    let (code, message) = (<&str>::from(warning), warning.message());
    Problem::new(Code::WarningsUnacknowledged).at("acknowledgeWarnings").saying(
        format!("{}如仍要批准,请在 acknowledgeWarnings 中确认 {code}。", message.zh),
        format!("{} To approve nevertheless, name {code} in acknowledgeWarnings.", message.en),
    )
}
