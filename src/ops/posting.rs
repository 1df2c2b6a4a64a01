//! What people do with postings: propose, consent, decline, approve, end.

use jiff::{Span, civil::Date};

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        account::Login,
        posting::{Approval, Kind, NOBODY_LEFT, Posting, PostingError, State, Target, Warning},
        rules::RuleCode,
    },
    kernel::{
        calendar::shanghai_date,
        id::{OrganisationId, PostingId},
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// What is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub instructor: Login,
    pub dispatch_unit: OrganisationId,
    pub kind: Kind,
    pub from: Date,
    /// The last day; without it the usual term.
    pub to: Option<Date>,
    /// Each once; never empty.
    pub targets: Vec<OrganisationId>,
}

/// Proposes that somebody is posted; each target is asked.
pub async fn propose(cx: &Cx, proposal: Proposal) -> Result<Posting, Failure> {
    cx.write(Action::PostingPropose, move |cx, tx| {
        let unit = store::organisation::find(tx, &cx.actor.scope(), proposal.dispatch_unit)?;
        let unit = unit.ok_or(Failure::missing("dispatchUnit"))?;
        let permit = cx.permit(Action::PostingPropose, &Subject::owned(unit.district.clone(), unit.id))?;
        unit.must_be_active()?;
        let instructor = store::account::living_by_login(tx, &unit.district, &proposal.instructor)?;
        let instructor = instructor.ok_or(Failure::missing("instructor"))?;
        if instructor == cx.actor.account {
            return Err(PostingError::SamePerson.into());
        }
        check_targets(cx, tx, &proposal.targets)?;
        let to = check_term(cx, &proposal)?;
        let posting = Posting {
            id: cx.new_id(),
            version: Version::FIRST,
            number: store::number::next_posting(tx, &unit.district)?,
            district: unit.district,
            instructor,
            dispatch_unit: unit.id,
            kind: proposal.kind,
            from: proposal.from,
            to,
            targets: proposal.targets.iter().copied().map(Target::asked).collect(),
            proposed_by: cx.actor.account,
            proposed_at: cx.now,
            approval: None,
            state: State::Proposed { consent_due_at: cx.workdays(RuleCode::PostingConsent)?.at },
        };
        store::posting::insert(tx, &posting)
            .map_err(|error| super::failure::unless_unique(error, store::posting::ONE_OPEN, Code::AlreadyPosted, "instructor"))?;
        cx.record(tx, permit, &[made(&posting)], posting)
    })
    .await
}

/// A target wants to be served.
pub async fn consent(cx: &Cx, id: PostingId, expected: Version, target: OrganisationId) -> Result<Posting, Failure> {
    answer(cx, Action::PostingConsent, (id, expected), target, None).await
}

/// A target does not want to be served; the others still may.
pub async fn decline(
    cx: &Cx,
    id: PostingId,
    expected: Version,
    target: OrganisationId,
    reason: Reason,
) -> Result<Posting, Failure> {
    answer(cx, Action::PostingDecline, (id, expected), target, Some(reason)).await
}

async fn answer(
    cx: &Cx,
    action: Action,
    (id, expected): (PostingId, Version),
    target: OrganisationId,
    declined: Option<Reason>,
) -> Result<Posting, Failure> {
    cx.write(action, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(action, &Subject::owned(before.district.clone(), target))?;
        let (answer, due) = (Approval { by: cx.actor.account, at: cx.now }, cx.workdays(RuleCode::PostingApprove)?.at);
        let after = match declined.clone() {
            None => before.clone().consent(target, answer, due)?,
            Some(reason) => before.clone().decline(target, answer, reason, due)?,
        };
        cx.expect(before.version, expected)?;
        store::posting::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("target", target)], after)
    })
    .await
}

/// Puts a posting into force; what it warns of must have been acknowledged.
pub async fn approve(cx: &Cx, id: PostingId, expected: Version, acknowledged: Vec<Warning>) -> Result<Posting, Failure> {
    cx.write(Action::PostingApprove, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::PostingApprove, &before)?;
        let after = before.clone().approve(Approval { by: cx.actor.account, at: cx.now })?;
        cx.expect(before.version, expected)?;
        let warnings = before.warnings(cx.rules.get(RuleCode::PostingTargetsMany));
        if warnings.iter().any(|warning| !acknowledged.contains(warning)) {
            return Err(Failure::Refused(Box::new(unacknowledged(&before))));
        }
        store::posting::save(tx, &after, expected)?;
        let effect = moved(&before, &after).number("acknowledged", i64::try_from(warnings.len()).unwrap_or(i64::MAX));
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// One organisation is not served any more.
pub async fn target_end(
    cx: &Cx,
    id: PostingId,
    expected: Version,
    target: OrganisationId,
    reason: Reason,
) -> Result<Posting, Failure> {
    cx.write(Action::PostingTargetEnd, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::PostingTargetEnd, &before)?;
        let due = cx.workdays(RuleCode::PostingApprove)?.at;
        let after = before.clone().end_target(target, cx.now, reason.clone(), due)?;
        cx.expect(before.version, expected)?;
        store::posting::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after).code("target", target)], after)
    })
    .await
}

/// Ends a posting, or takes a proposal back.
pub async fn end(cx: &Cx, id: PostingId, expected: Version, reason: Reason) -> Result<Posting, Failure> {
    cx.write(Action::PostingEnd, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::PostingEnd, &before)?;
        let after = before.clone().end(cx.now, Some(cx.actor.account), reason.clone())?;
        cx.expect(before.version, expected)?;
        store::posting::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Ends what an organisation that closes sends out, and its part in what serves it.
pub(super) fn end_with_organisation(
    cx: &Scene,
    tx: &mut Tx,
    organisation: OrganisationId,
    reason: &Reason,
) -> Result<Vec<Effect>, Failure> {
    let due = cx.workdays(RuleCode::PostingApprove)?.at;
    let mut effects = Vec::new();
    for before in store::posting::open_of_organisation(tx, organisation)? {
        let after = if before.dispatch_unit == organisation {
            before.clone().end(cx.now, Some(cx.actor.account), reason.clone())?
        } else {
            before.clone().end_target(organisation, cx.now, reason.clone(), due)?
        };
        store::posting::save(tx, &after, before.version)?;
        effects.push(moved(&before, &after).code("target", organisation));
    }
    Ok(effects)
}

fn find(cx: &Scene, tx: &mut Tx, id: PostingId) -> Result<Posting, Failure> {
    store::posting::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("posting"))
}

/// Active enterprises, each once and not too many.
fn check_targets(cx: &Scene, tx: &mut Tx, targets: &[OrganisationId]) -> Result<(), Failure> {
    let most = cx.rules.get(RuleCode::PostingTargetsMost);
    let distinct: std::collections::BTreeSet<_> = targets.iter().collect();
    if targets.is_empty() || targets.len() > most as usize || distinct.len() < targets.len() {
        return Err(Failure::Invalid(vec![Problem::new(Code::Validation).at("targets").saying(
            format!("服务对象应为 1 至 {most} 个不同的单位。"),
            format!("1 to {most} organisations are named, each once."),
        )]));
    }
    for (place, id) in targets.iter().enumerate() {
        let field = format!("targets.{place}");
        let target = store::organisation::find(tx, &cx.actor.scope(), *id)?.ok_or(Failure::missing("targets"))?;
        if !target.kind.is_enterprise() {
            let problem = Problem::new(Code::Validation).at(&field);
            let problem = problem.saying("服务对象应为企业或社会组织。", "An enterprise or a social organisation is served.");
            return Err(Failure::Invalid(vec![problem]));
        }
        target.must_be_active()?;
    }
    Ok(())
}

/// The last day: that which was asked for, at most the usual term after the first.
fn check_term(cx: &Scene, proposal: &Proposal) -> Result<Date, Failure> {
    let months = cx.rules.get(RuleCode::PostingTerm);
    let usual = proposal.from.saturating_add(Span::new().months(i64::from(months))).yesterday().unwrap_or(proposal.from);
    let to = proposal.to.unwrap_or(usual);
    if to < proposal.from || to > usual || to < shanghai_date(cx.now) {
        return Err(Failure::Invalid(vec![Problem::new(Code::Validation).at("to").saying(
            format!("选派结束日期应在开始日期之后、不早于今天,且任期不超过 {months} 个月。"),
            format!("A posting ends after it begins, not in the past, and within {months} months."),
        )]));
    }
    Ok(to)
}

fn unacknowledged(posting: &Posting) -> Problem {
    let count = posting.targets.len();
    Problem::new(Code::WarningsUnacknowledged).at("acknowledgedWarnings").saying(
        format!("该选派有 {count} 个服务对象,请确认 MANY_TARGETS。"),
        format!("The posting serves {count} organisations; acknowledge MANY_TARGETS."),
    )
}

/// The effect of a new posting, with all that its right and its records follow from.
fn made(posting: &Posting) -> Effect {
    let effect = Effect::made(posting.id, posting.status().name())
        .number("number", posting.number)
        .code("instructor", posting.instructor)
        .code("dispatch_unit", posting.dispatch_unit)
        .code("kind", <&str>::from(posting.kind))
        .code("from", posting.from)
        .code("to", posting.to);
    let targets: Vec<String> = posting.targets.iter().map(|target| target.organisation.to_string()).collect();
    effect.code("targets", targets.join(" "))
}

/// The effect of a step.
pub(super) fn moved(before: &Posting, after: &Posting) -> Effect {
    let effect = Effect::moved(after.id, before.status().name(), after.status().name());
    match &after.state {
        State::Consented { approve_due_at } if before.state != after.state => effect.code("approve_due_at", approve_due_at),
        State::Ended { reason, .. } => effect.flag("nobody_left", reason.as_str() == NOBODY_LEFT),
        State::Proposed { .. } | State::Consented { .. } | State::Active => effect,
    }
}

impl From<PostingError> for Failure {
    fn from(error: PostingError) -> Self {
        match error {
            PostingError::WrongState(_) | PostingError::NotDue => Self::refused(Code::InvalidState),
            PostingError::AlreadyAnswered => Self::refused(Code::AlreadyConsented),
            PostingError::NoTarget => Self::missing("target"),
            PostingError::SamePerson => Self::refused(Code::SamePerson),
        }
    }
}
