//! What administrators do with grants: propose, approve, suspend, resume, end.

use jiff::civil::Date;

use super::{Cx, Failure, Scene};
use crate::{
    domain::{
        grant::{Grant, GrantError, GrantScope, Role, Status},
        organisation::Organisation,
    },
    kernel::{
        calendar::shanghai_date,
        id::{AccountId, GrantId},
        problem::{Code, Problem},
        version::Version,
    },
    policy::Action,
    store::{self, Tx, audit::Effect},
};

/// What is proposed.
#[derive(Clone, Copy, Debug)]
pub struct Proposal {
    pub account: AccountId,
    pub role: Role,
    pub scope: GrantScope,
    pub from: Date,
    pub to: Option<Date>,
}

/// Proposes a grant; it gives no right until somebody else approves it.
pub async fn propose(cx: &Cx, proposal: Proposal) -> Result<Grant, Failure> {
    cx.write(Action::GrantPropose, move |cx, tx| {
        let account = store::account::find(tx, &cx.actor.scope(), proposal.account)?.ok_or(Failure::missing("account"))?;
        let organisation = find_scope(cx, tx, proposal.account, proposal.scope)?;
        let permit = cx.permit(Action::GrantPropose, &account)?;
        account.must_not_be_ended()?;
        let grant = Grant {
            id: cx.new_id(),
            district: account.district,
            version: Version::FIRST,
            account: account.id,
            role: proposal.role,
            scope: proposal.scope,
            from: proposal.from,
            to: proposal.to,
            status: Status::Proposed,
            proposed_by: Some(cx.actor.account),
            approved_by: None,
            created_at: cx.now,
        };
        grant.must_not_be_of(cx.actor.account)?;
        check_fit(cx, tx, &grant, organisation.as_ref())?;
        store::grant::insert(tx, &grant)?;
        cx.record(tx, permit, &[made(&grant)], grant)
    })
    .await
}

/// Puts a proposal into force.
pub async fn approve(cx: &Cx, id: GrantId, expected: Version) -> Result<Grant, Failure> {
    cx.write(Action::GrantApprove, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::GrantApprove, &before)?;
        let after = before.clone().approve(cx.actor.account)?;
        cx.expect(before.version, expected)?;
        store::grant::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Takes a right away for a time.
pub async fn suspend(cx: &Cx, id: GrantId, expected: Version) -> Result<Grant, Failure> {
    cx.write(Action::GrantSuspend, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::GrantSuspend, &before)?;
        let after = before.clone().suspend()?;
        cx.expect(before.version, expected)?;
        store::grant::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Gives a suspended right back.
pub async fn resume(cx: &Cx, id: GrantId, expected: Version) -> Result<Grant, Failure> {
    cx.write(Action::GrantResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::GrantResume, &before)?;
        let after = before.clone().resume(cx.actor.account)?;
        cx.expect(before.version, expected)?;
        store::grant::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Ends a grant for good, or turns a proposal down.
pub async fn end(cx: &Cx, id: GrantId, expected: Version) -> Result<Grant, Failure> {
    cx.write(Action::GrantEnd, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::GrantEnd, &before)?;
        let after = before.clone().end()?;
        cx.expect(before.version, expected)?;
        store::grant::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

fn find(cx: &Scene, tx: &mut Tx, id: GrantId) -> Result<Grant, Failure> {
    store::grant::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("grant"))
}

/// What the scope names must be seen; answers the organisation if it is one.
fn find_scope(cx: &Scene, tx: &mut Tx, account: AccountId, scope: GrantScope) -> Result<Option<Organisation>, Failure> {
    let sight = cx.actor.scope();
    let seen = match scope {
        GrantScope::District => true,
        GrantScope::Zone(id) => store::zone::find(tx, &sight, id)?.is_some(),
        GrantScope::Place(id) => store::place::find(tx, &sight, id)?.is_some(),
        GrantScope::Posting(id) => {
            // Whoever administers sees what is in force only.
            let posting = store::posting::find(tx, &sight, id)?.ok_or(Failure::missing("scope"))?;
            if posting.instructor != account {
                return Err(GrantError::ForeignPosting.into());
            }
            true
        }
        GrantScope::Organisation(id) => {
            let found = store::organisation::find(tx, &sight, id)?;
            return found.map(Some).ok_or(Failure::missing("scope"));
        }
    };
    if seen { Ok(None) } else { Err(Failure::missing("scope")) }
}

/// Whether role, scope, days and the account's other roles go together.
fn check_fit(cx: &Scene, tx: &mut Tx, grant: &Grant, organisation: Option<&Organisation>) -> Result<(), Failure> {
    grant.role.suits(grant.scope.kind())?;
    if let Some(organisation) = organisation {
        grant.role.suits_organisation(organisation.kind)?;
        organisation.must_be_active()?;
    }
    let today = shanghai_date(cx.now);
    let is_over = |to: Option<Date>| to.is_some_and(|to| to < today);
    if is_over(grant.to) {
        let problem = Problem::new(Code::Validation).at("to").saying("结束日期不能早于今天。", "The end cannot lie in the past.");
        return Err(Failure::Invalid(vec![problem]));
    }
    let mut others = store::grant::open_of(tx, grant.account)?;
    others.retain(|other| !is_over(other.to));
    let roles: Vec<Role> = others.iter().map(|other| other.role).collect();
    Ok(grant.role.beside(&roles)?)
}

/// The effect of a new grant, with all that its right follows from.
pub(super) fn made(grant: &Grant) -> Effect {
    Effect::made(grant.id, grant.status.name())
        .code("account", grant.account)
        .code("role", grant.role.name())
        .code("scope_kind", <&str>::from(grant.scope.kind()))
        .maybe("scope", grant.scope.id())
        .code("from", grant.from)
        .maybe("to", grant.to)
}

/// The effect of a step.
pub(super) fn moved(before: &Grant, after: &Grant) -> Effect {
    Effect::moved(after.id, before.status.name(), after.status.name())
}

impl From<GrantError> for Failure {
    fn from(error: GrantError) -> Self {
        let scope = Problem::new(Code::GrantScope).at("scope");
        let role = Problem::new(Code::GrantScope).at("role");
        Self::Refused(Box::new(match error {
            GrantError::WrongState(_) => Problem::new(Code::InvalidState),
            GrantError::OwnProposal => Problem::new(Code::SamePerson),
            GrantError::OwnGrant => Problem::new(Code::SamePerson)
                .saying("不能为自己提议、批准或恢复授权。", "Nobody proposes, approves or resumes a grant of their own."),
            GrantError::ScopeKind(_) => scope,
            GrantError::OrganisationKind(_) => scope.saying(
                "企业联络员的授权范围应为企业,部门经办、负责人与选派单位考核员的授权范围应为部门单位。",
                "Liaisons are of enterprises; officials, leads and dispatch reviewers of departments.",
            ),
            GrantError::ForeignPosting => scope.saying("该选派不属于此账号。", "The posting is that of another instructor."),
            GrantError::AuditorAlone => role.saying("审计员不得兼任其他角色。", "An auditor holds no other role."),
            GrantError::AdminsApart => {
                role.saying("系统管理员与安全管理员不得为同一人。", "The system and the security administrator are two persons.")
            }
            GrantError::AdminsOnly => role.saying("管理员不得兼任业务角色。", "An administrator holds no business role."),
        }))
    }
}
