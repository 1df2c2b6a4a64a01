//! What people do with organisations: enter, correct, suspend, resume, close.

use super::{Cx, Failure, Scene, failure::unless_unique, tenancy::ended};
use crate::{
    domain::organisation::{Kind, Organisation, OrganisationError, Profile, State},
    kernel::{
        calendar::shanghai_date,
        id::OrganisationId,
        problem::{Code, Problem},
        text::Reason,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, StoreError, Tx, audit::Effect, ended::Ended},
};

/// Enters an organisation.
pub async fn create(cx: &Cx, kind: Kind, profile: Profile) -> Result<Organisation, Failure> {
    cx.write(Action::OrganisationCreate, move |cx, tx| {
        find_parent(cx, tx, &profile)?;
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::OrganisationCreate, &Subject::of_district(district.clone()))?;
        Organisation::check(kind, &profile)?;
        let organisation = Organisation {
            id: cx.new_id(),
            district,
            version: Version::FIRST,
            kind,
            profile: profile.clone(),
            state: State::Active,
            created_at: cx.now,
        };
        store::organisation::insert(tx, &organisation).map_err(duplicate)?;
        let effect = facts(Effect::made(organisation.id, organisation.status().into()), &organisation.profile);
        cx.record(tx, permit, &[effect.code("kind", <&str>::from(kind))], organisation)
    })
    .await
}

/// Corrects what is known of an organisation; the profile is replaced as a whole.
pub async fn update(cx: &Cx, id: OrganisationId, expected: Version, profile: Profile) -> Result<Organisation, Failure> {
    cx.write(Action::OrganisationUpdate, move |cx, tx| {
        let before = find(cx, tx, id)?;
        find_parent(cx, tx, &profile)?;
        let permit = cx.permit(Action::OrganisationUpdate, &before)?;
        let after = before.clone().update(profile.clone())?;
        cx.expect(before.version, expected)?;
        if let Some(parent) = profile.parent
            && store::organisation::is_below(tx, parent, id)?
        {
            return Err(OrganisationError::ParentCycle.into());
        }
        store::organisation::save(tx, &after, expected).map_err(duplicate)?;
        let effect = facts(Effect::changed(after.id), &after.profile);
        let effect = effect.flag("renamed", before.profile.name != after.profile.name);
        cx.record(tx, permit, &[effect.flag("uscc_changed", before.profile.uscc != after.profile.uscc)], after)
    })
    .await
}

/// Keeps an organisation from taking part for a time. What it has listed and agreed stays.
pub async fn suspend(cx: &Cx, id: OrganisationId, expected: Version, reason: Reason) -> Result<Organisation, Failure> {
    cx.write(Action::OrganisationSuspend, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::OrganisationSuspend, &before)?;
        let after = before.clone().suspend(reason.clone())?;
        cx.expect(before.version, expected)?;
        store::organisation::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Lets a suspended organisation take part again.
pub async fn resume(cx: &Cx, id: OrganisationId, expected: Version) -> Result<Organisation, Failure> {
    cx.write(Action::OrganisationResume, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::OrganisationResume, &before)?;
        let after = before.clone().resume()?;
        cx.expect(before.version, expected)?;
        store::organisation::save(tx, &after, expected)?;
        cx.record(tx, permit, &[moved(&before, &after)], after)
    })
    .await
}

/// Ends an organisation for good, and in the same transaction everything of it that waits for
/// somebody: its pending claims end, its demands without an agreed claim are withdrawn, its
/// resources retired, its open tenancies ended, each with the same reason.
///
/// What is agreed goes on: an agreed claim with its project, and the demand it is on, stay as they
/// are, for the other side relies on them; whoever wants them ended cancels the claim.
pub async fn close(cx: &Cx, id: OrganisationId, expected: Version, reason: Reason) -> Result<Organisation, Failure> {
    cx.write(Action::OrganisationClose, move |cx, tx| {
        let before = find(cx, tx, id)?;
        let permit = cx.permit(Action::OrganisationClose, &before)?;
        let after = before.clone().close(reason.clone())?;
        cx.expect(before.version, expected)?;
        store::organisation::save(tx, &after, expected)?;
        let mut effects = vec![moved(&before, &after)];
        effects.extend(end_what_waits(cx, tx, id, &reason)?);
        cx.record(tx, permit, &effects, after)
    })
    .await
}

/// What is odd about an organisation without keeping it from being saved.
pub fn warnings(organisation: &Organisation) -> Vec<Problem> {
    let odd = organisation.profile.uscc.as_ref().and_then(|code| code.inner_code_warning());
    let warning = odd.map(|odd| {
        Problem::new(Code::UsccInnerCode).at("profile.uscc").saying(
            format!("统一社会信用代码第 17 位(组织机构代码校验位)为“{}”,应为“{}”,请核对。", odd.found, odd.expected),
            format!(
                "Character 17 (the check of the organisation code inside) is {}, and {} is expected; have a second look.",
                odd.found, odd.expected
            ),
        )
    });
    warning.into_iter().collect()
}

fn end_what_waits(cx: &Scene, tx: &mut Tx, id: OrganisationId, reason: &Reason) -> Result<Vec<Effect>, Failure> {
    use store::organisation_close::{end_claims, retire_resources, withdraw_demands};
    let mut effects = Vec::new();
    for Ended { id, from } in end_claims(tx, id, reason, cx.now)? {
        effects.push(Effect::moved(id, &from, "ENDED"));
    }
    for Ended { id, from } in withdraw_demands(tx, id, reason, cx.now)? {
        effects.push(Effect::moved(id, &from, "CLOSED").code("outcome", "WITHDRAWN"));
    }
    for Ended { id, from } in retire_resources(tx, id, reason)? {
        effects.push(Effect::moved(id, &from, "RETIRED"));
    }
    effects.extend(super::posting::end_with_organisation(cx, tx, id, reason)?);
    let today = shanghai_date(cx.now);
    for open in store::tenancy_list::open_of(tx, id)? {
        let (expected, last_day) = (open.version, today.max(open.from));
        let tenancy = open.end(last_day)?;
        store::tenancy::save(tx, &tenancy, expected)?;
        effects.push(ended(&tenancy));
    }
    Ok(effects)
}

fn find(cx: &Scene, tx: &mut Tx, id: OrganisationId) -> Result<Organisation, Failure> {
    store::organisation::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("organisation"))
}

fn find_parent(cx: &Scene, tx: &mut Tx, profile: &Profile) -> Result<(), Failure> {
    if let Some(parent) = profile.parent {
        store::organisation::find(tx, &cx.actor.scope(), parent)?.ok_or(Failure::missing("profile.parent"))?;
    }
    Ok(())
}

fn moved(before: &Organisation, after: &Organisation) -> Effect {
    Effect::moved(after.id, before.status().into(), after.status().into())
}

/// Enums and ids of a profile; names and codes stay out of the log.
fn facts(effect: Effect, profile: &Profile) -> Effect {
    effect
        .maybe("industry_section", profile.industry.as_ref().map(|industry| industry.section))
        .maybe("size_band", profile.size_band.map(<&str>::from))
        .maybe("parent", profile.parent)
}

fn duplicate(error: StoreError) -> Failure {
    let (name, columns) = store::organisation::USCC_UNIQUE;
    if error.is_unique(name, columns) {
        Failure::refused_at(Code::DuplicateUscc, "profile.uscc")
    } else {
        unless_unique(error, store::organisation::NAME_UNIQUE, Code::DuplicateName, "profile.name")
    }
}

impl From<OrganisationError> for Failure {
    fn from(error: OrganisationError) -> Self {
        let invalid = |field: &str, zh: &'static str, en: &'static str| {
            Self::Invalid(vec![Problem::new(Code::Validation).at(field).saying(zh, en)])
        };
        match error {
            OrganisationError::Inactive => Self::refused(Code::OrganisationInactive),
            OrganisationError::WrongState(_) => Self::refused(Code::InvalidState),
            OrganisationError::UsccRequired => invalid(
                "profile.uscc",
                "此类单位必须填写统一社会信用代码。",
                "This kind of organisation needs a unified social credit code.",
            ),
            OrganisationError::ParentCycle => {
                invalid("profile.parent", "上级单位不能是本单位或其下级。", "An organisation cannot lie below itself.")
            }
        }
    }
}
