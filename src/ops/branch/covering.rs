//! Which organisations a branch covers: one more, one fewer, and how coverages start and end.

use super::{
    At, Branch, BranchId, Code, Cx, Effect, Failure, Problem, RuleBreak, Scene, Tx, Version, active_organisations, facts,
    facts::findings_about, find, moved,
};
use crate::{
    domain::branch_coverage::BranchCoverage,
    kernel::{calendar::shanghai_date, id::OrganisationId},
    policy::Action,
    store,
};

/// The states of a coverage in the audit log.
const CURRENT: &str = "CURRENT";
/// See [`CURRENT`].
const ENDED: &str = "ENDED";

/// Covers one organisation more, from today on.
pub async fn cover(cx: &Cx, id: BranchId, expected: Version, organisation: OrganisationId) -> Result<Branch, Failure> {
    cx.write(Action::BranchCover, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchCover, &before)?;
        let after = before.clone().change_covers()?;
        cx.expect(before.version, expected)?;
        active_organisations(cx, tx, &[organisation], "organisation")?;
        // Of the rules about covering only the reach can be broken by covering more, and only by this one.
        let alone = facts(cx, tx, &after, &[organisation])?;
        findings_about(&alone, At::One("organisation"), |broken| broken == RuleBreak::CustodyReach)?;
        let started = start(cx, tx, &after, &[organisation], "organisation")?;
        let after = warned(cx, tx, after)?;
        store::branch::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(started);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Stops covering an organisation, today being its last day; the branch must keep what it cannot be without.
pub async fn uncover(cx: &Cx, id: BranchId, expected: Version, organisation: OrganisationId) -> Result<Branch, Failure> {
    cx.write(Action::BranchUncover, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::BranchUncover, &before)?;
        let after = before.clone().change_covers()?;
        cx.expect(before.version, expected)?;
        let current = store::branch_coverage::current(tx, id)?;
        let ending: Vec<BranchCoverage> =
            current.iter().filter(|coverage| coverage.organisation == organisation).cloned().collect();
        if ending.is_empty() {
            return Err(Failure::missing("organisation"));
        }
        let rest: Vec<OrganisationId> =
            current.iter().map(|coverage| coverage.organisation).filter(|covered| *covered != organisation).collect();
        let facts = facts(cx, tx, &after, &rest)?;
        let after = after.warned(findings_about(&facts, At::One("organisation"), is_minimum)?);
        let ended = end(cx, tx, &ending)?;
        store::branch::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(ended);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// Starts coverages today. An organisation that a branch covers already is refused at `field`.
///
/// Of two branches that want the same organisation at the same moment, one gets it and the other
/// `ALREADY_COVERED`: the index on coverages that go on decides.
pub(super) fn start(
    cx: &Scene,
    tx: &mut Tx,
    branch: &Branch,
    organisations: &[OrganisationId],
    field: &'static str,
) -> Result<Vec<Effect>, Failure> {
    let covered: Vec<OrganisationId> = store::branch_coverage::covered(tx, organisations)?.into_iter().collect();
    if !covered.is_empty() {
        let names = store::organisation::find_many(tx, &cx.actor.scope(), &covered)?;
        let problems = names.iter().map(|organisation| already_covered(organisation.profile.name.as_str(), field));
        return Err(Failure::RefusedFor(problems.collect()));
    }
    let mut effects = Vec::new();
    for organisation in organisations {
        let coverage = BranchCoverage {
            id: cx.new_id(),
            district: branch.district.clone(),
            branch: branch.id,
            organisation: *organisation,
            from: shanghai_date(cx.now),
            to: None,
            created_at: cx.now,
        };
        store::branch_coverage::insert(tx, &coverage).map_err(|error| {
            crate::ops::failure::unless_unique(error, store::branch_coverage::ONE_CURRENT, Code::AlreadyCovered, field)
        })?;
        let effect = Effect::made(coverage.id, CURRENT).code("branch", coverage.branch);
        effects.push(effect.code("organisation", coverage.organisation).code("from", coverage.from));
    }
    Ok(effects)
}

/// Ends coverages; today is their last day.
pub(super) fn end(cx: &Scene, tx: &mut Tx, coverages: &[BranchCoverage]) -> Result<Vec<Effect>, Failure> {
    let today = shanghai_date(cx.now);
    let mut effects = Vec::new();
    for coverage in coverages {
        store::branch_coverage::end(tx, coverage.id, today)?;
        let effect = Effect::moved(coverage.id, CURRENT, ENDED).code("branch", coverage.branch);
        effects.push(effect.code("organisation", coverage.organisation).code("to", today));
    }
    Ok(effects)
}

/// The same branch with what is to be warned of now that it covers more.
fn warned(cx: &Scene, tx: &mut Tx, branch: Branch) -> Result<Branch, Failure> {
    let covers = super::facts::covers_of(tx, &branch)?;
    let facts = facts(cx, tx, &branch, &covers)?;
    Ok(branch.warned(findings_about(&facts, At::One("organisation"), |_| false)?))
}

fn is_minimum(broken: RuleBreak) -> bool {
    matches!(broken, RuleBreak::HubCovers { .. } | RuleBreak::PropertyCovers | RuleBreak::CustodyCovers)
}

fn already_covered(name: &str, field: &str) -> Problem {
    Problem::new(Code::AlreadyCovered)
        .at(field)
        .saying(format!("“{name}”已由其他党组织覆盖。"), format!("\"{name}\" is already covered by a branch."))
}
