//! What coordinators do with the district's numbers: one proposes a change, another decides.

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        rule_change::{RuleChange, RuleChangeError, State},
        rules::{Contradiction, Rule, RuleBasis, RuleCode},
    },
    kernel::{
        id::RuleChangeId,
        problem::{Code, Problem},
        text::{Name, Reason},
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// What is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub code: RuleCode,
    pub value: u32,
    pub basis: RuleBasis,
    pub source: Name,
    pub reason: Reason,
}

/// Proposes another number; nothing changes until another coordinator approves it.
pub async fn propose(cx: &Cx, proposal: Proposal) -> Result<RuleChange, Failure> {
    cx.write(Action::RuleChangePropose, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::RuleChangePropose, &Subject::of_district(district.clone()))?;
        let rule = in_force(cx, tx, proposal.code)?;
        check_value(cx, &rule, proposal.value)?;
        if store::rule_change::open(tx, &district, proposal.code)?.is_some() {
            let problem = Problem::new(Code::InvalidState).at("code");
            let problem =
                problem.saying("该规则已有待批准的修改。", "A change of this rule is waiting for its decision already.");
            return Err(Failure::Refused(Box::new(problem)));
        }
        let change = RuleChange {
            id: cx.new_id(),
            district,
            version: Version::FIRST,
            code: proposal.code,
            old_value: rule.value,
            new_value: proposal.value,
            basis: proposal.basis,
            source: proposal.source.clone(),
            reason: proposal.reason.clone(),
            proposed_by: cx.actor.account,
            proposed_at: cx.now,
            state: State::Proposed,
        };
        store::rule_change::insert(tx, &change)?;
        cx.record(tx, permit, &[facts(Effect::made(change.id, change.status().name()), &change)], change)
    })
    .await
}

/// Puts a proposed number into force. It counts for clocks that start from now on; those that run
/// keep their end.
pub async fn approve(cx: &Cx, id: RuleChangeId, expected: Version) -> Result<RuleChange, Failure> {
    cx.write(Action::RuleChangeApprove, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::RuleChangeApprove, &before)?;
        let after = before.clone().approve(cx.actor.account, cx.now)?;
        cx.expect(before.version, expected)?;
        // Another number may have changed since it was proposed.
        cx.rules.with(after.code, after.new_value)?;
        store::rule_change::save(tx, &after, expected)?;
        store::rule_change::put_into_force(tx, &after)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Turns a proposed number down, with a reason.
pub async fn reject(cx: &Cx, id: RuleChangeId, expected: Version, reason: Reason) -> Result<RuleChange, Failure> {
    cx.write(Action::RuleChangeReject, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::RuleChangeReject, &before)?;
        let after = before.clone().reject(cx.actor.account, cx.now, reason.clone())?;
        cx.expect(before.version, expected)?;
        store::rule_change::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Takes one's own proposal back.
pub async fn withdraw(cx: &Cx, id: RuleChangeId, expected: Version) -> Result<RuleChange, Failure> {
    cx.write(Action::RuleChangeWithdraw, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::RuleChangeWithdraw, &before)?;
        let after = before.clone().withdraw(cx.actor.account)?;
        cx.expect(before.version, expected)?;
        store::rule_change::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: RuleChangeId) -> Result<RuleChange, Failure> {
    store::rule_change::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("ruleChange"))
}

fn in_force(cx: &Scene, tx: &mut Tx, code: RuleCode) -> Result<Rule, Failure> {
    let all = store::rule::all(tx, &cx.actor.district)?;
    all.into_iter().find(|rule| rule.code == code).ok_or(Failure::missing("code"))
}

/// The number must be another one, within the range of its unit, and go with the others.
fn check_value(cx: &Scene, rule: &Rule, value: u32) -> Result<(), Failure> {
    let (least, most) = rule.unit.range();
    let problem = Problem::new(Code::Validation).at("value");
    if value == rule.value {
        let problem = problem.saying("与现行数值相同。", "This is the number in force already.");
        return Err(Failure::Invalid(vec![problem]));
    }
    if !(least..=most).contains(&value) {
        let problem = problem
            .saying(format!("应为 {least} 至 {most} 的整数。"), format!("A whole number from {least} to {most} is expected."));
        return Err(Failure::Invalid(vec![problem]));
    }
    Ok(cx.rules.with(rule.code, value).map(|_| ())?)
}

fn moved(before: &RuleChange, after: &RuleChange) -> Effect {
    facts(Effect::moved(after.id, before.status().name(), after.status().name()), after)
}

fn facts(effect: Effect, change: &RuleChange) -> Effect {
    effect
        .code("code", <&str>::from(change.code))
        .number("old_value", change.old_value)
        .number("new_value", change.new_value)
        .code("basis", <&str>::from(change.basis))
}

impl From<Contradiction> for Failure {
    fn from(Contradiction { less, more }: Contradiction) -> Self {
        let (less, more) = (<&str>::from(less), <&str>::from(more));
        let problem = Problem::new(Code::Validation).at("value");
        Self::Invalid(vec![problem.saying(format!("{less} 不能大于 {more}。"), format!("{less} may not exceed {more}."))])
    }
}

impl From<RuleChangeError> for Failure {
    fn from(error: RuleChangeError) -> Self {
        match error {
            RuleChangeError::WrongState => Self::refused(Code::InvalidState),
            RuleChangeError::OwnProposal => Self::refused(Code::SamePerson),
            RuleChangeError::ForeignProposal => Self::Refused(Box::new(
                Problem::new(Code::InvalidState).saying("只有提议人可以撤回。", "Only whoever proposed it can take it back."),
            )),
        }
    }
}
