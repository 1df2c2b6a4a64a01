//! What the rules about branches depend on, read in the transaction of a step.

use std::collections::BTreeSet;

use crate::{
    domain::{
        branch::{Branch, Status, Terms, Warning},
        branch_rules::{Facts, Findings, Limits, RuleBreak, Stage, check},
    },
    kernel::{
        calendar::shanghai_date,
        id::OrganisationId,
        problem::{Code, Problem},
    },
    ops::{Failure, Scene},
    store::{self, Tx},
};

/// Where in the input a broken rule is told.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// At the field of the terms that it is about; what is about the place, at this one.
    Terms { place: &'static str },
    /// At this field, because the input has no other about the branch.
    One(&'static str),
}

/// Everything that the rules depend on, with the organisations that it covers or is to cover.
pub(super) fn facts(cx: &Scene, tx: &mut Tx, branch: &Branch, covers: &[OrganisationId]) -> Result<Facts, Failure> {
    let scope = cx.actor.scope();
    let today = shanghai_date(cx.now);
    let terms = &branch.terms;
    let place = store::place::find(tx, &scope, branch.place)?.ok_or(Failure::missing("place"))?;
    let lead = store::organisation::find(tx, &scope, terms.lead)?.ok_or(Failure::missing("lead"))?;
    let places = store::coverage_report::places_inside(tx, &scope, place.id)?;
    let mut asked: Vec<OrganisationId> = covers.to_vec();
    asked.push(lead.id);
    Ok(Facts {
        kind: branch.kind,
        form: terms.form,
        dominance: place.dominance,
        operator: place.operator,
        lead: lead.id,
        lead_kind: lead.kind,
        custodian: terms.custodian.map(|id| store::branch::standing(tx, id)).transpose()?,
        parent: terms.parent.map(|id| store::branch::standing(tx, id)).transpose()?,
        covers: covers.iter().copied().collect(),
        tenants: store::branch_coverage::tenants(tx, &places, &asked, today)?,
        member_count: terms.member_count,
        committee_size: terms.committee_size,
        term_ends_on: branch.term_ends_on(),
        today,
        limits: Limits::of(&cx.rules),
    })
}

/// The warnings; a broken rule refuses the step.
pub(super) fn findings(facts: &Facts, stage: Stage, at: At) -> Result<BTreeSet<Warning>, Failure> {
    told(check(facts, stage), at, |_| true)
}

/// The same where a step is about some rules only: it is not refused for what was broken before it
/// and by others, e.g. by a tenant who moved out.
pub(super) fn findings_about(facts: &Facts, at: At, about: impl Fn(RuleBreak) -> bool) -> Result<BTreeSet<Warning>, Failure> {
    told(check(facts, Stage::Working), at, about)
}

fn told(findings: Findings, at: At, about: impl Fn(RuleBreak) -> bool) -> Result<BTreeSet<Warning>, Failure> {
    let broken: Vec<Problem> =
        findings.errors.into_iter().filter(|broken| about(*broken)).map(|broken| problem(broken, at)).collect();
    if broken.is_empty() { Ok(findings.warnings) } else { Err(Failure::RefusedFor(broken)) }
}

fn problem(broken: RuleBreak, at: At) -> Problem {
    let message = broken.message();
    let field = match (at, broken.field()) {
        (At::Terms { place }, "place") => place,
        (At::Terms { .. }, field) | (At::One(field), _) => field,
    };
    Problem::new(Code::BranchRule).at(field).saying(message.zh, message.en)
}

/// What a branch covers if it works, or is to cover.
pub(super) fn covers_of(tx: &mut Tx, branch: &Branch) -> Result<Vec<OrganisationId>, Failure> {
    match branch.status() {
        Status::Proposed | Status::Returned | Status::Approved => Ok(branch.terms.covers.clone()),
        Status::Active | Status::Suspended | Status::Converted | Status::Merged | Status::Dissolved => {
            let current = store::branch_coverage::current(tx, branch.id)?;
            Ok(current.into_iter().map(|coverage| coverage.organisation).collect())
        }
    }
}

/// What a proposal refers to must be there, and its organisations must be active.
pub(super) fn references(cx: &Scene, tx: &mut Tx, terms: &Terms) -> Result<(), Failure> {
    let scope = cx.actor.scope();
    for (field, id) in [("custodian", terms.custodian), ("parent", terms.parent)] {
        if let Some(id) = id {
            store::branch::find(tx, &scope, id)?.ok_or(Failure::missing(field))?;
        }
    }
    active_organisations(cx, tx, &[terms.lead], "lead")?;
    active_organisations(cx, tx, &terms.covers, "covers")?;
    if terms.formed_on.is_some_and(|day| day > shanghai_date(cx.now)) {
        let problem = Problem::new(Code::Validation).at("formedOn");
        return Err(Failure::Invalid(vec![
            problem.saying("成立日期不能晚于今天。", "The day it was formed cannot lie in the future."),
        ]));
    }
    Ok(())
}

/// The organisations must be there and active.
pub(super) fn active_organisations(cx: &Scene, tx: &mut Tx, ids: &[OrganisationId], field: &'static str) -> Result<(), Failure> {
    let found = store::organisation::find_many(tx, &cx.actor.scope(), ids)?;
    if ids.iter().any(|id| !found.iter().any(|organisation| organisation.id == *id)) {
        return Err(Failure::missing(field));
    }
    if found.iter().any(|organisation| organisation.must_be_active().is_err()) {
        return Err(Failure::refused_at(Code::OrganisationInactive, field));
    }
    Ok(())
}
