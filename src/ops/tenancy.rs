//! What people do with tenancies: start, end.

use jiff::civil::Date;

use super::{Cx, Failure, failure::unless_unique};
use crate::{
    domain::tenancy::{Tenancy, TenancyError},
    kernel::{
        id::{OrganisationId, PlaceId, TenancyId},
        problem::{Code, Problem},
        text::Unit,
        version::Version,
    },
    policy::Action,
    store::{self, audit::Effect},
};

/// Lets an organisation sit in a unit of a place from a day on; `days` are the first and, where it
/// is known already, the last one.
pub async fn start(
    cx: &Cx,
    organisation: OrganisationId,
    place: PlaceId,
    unit: Unit,
    (from, to): (Date, Option<Date>),
) -> Result<Tenancy, Failure> {
    cx.write(Action::TenancyStart, move |cx, tx| {
        let scope = cx.actor.scope();
        let organisation = store::organisation::find(tx, &scope, organisation)?.ok_or(Failure::missing("organisation"))?;
        let place = store::place::find(tx, &scope, place)?.ok_or(Failure::missing("place"))?;
        let permit = cx.permit(Action::TenancyStart, &place)?;
        organisation.must_be_active().map_err(|_| Failure::refused_at(Code::OrganisationInactive, "organisation"))?;
        place.must_admit_tenants().map_err(|_| Failure::refused_at(Code::InvalidState, "place"))?;
        let tenancy = Tenancy {
            id: cx.new_id(),
            district: place.district,
            version: Version::FIRST,
            organisation: organisation.id,
            place: place.id,
            unit: unit.clone(),
            from,
            to,
            created_at: cx.now,
        };
        if store::tenancy::overlaps(tx, &tenancy)? {
            return Err(Failure::refused_at(Code::TenancyOverlap, "from"));
        }
        store::tenancy::insert(tx, &tenancy)
            .map_err(|error| unless_unique(error, store::tenancy::ONE_OPEN, Code::TenancyOverlap, "from"))?;
        let effect = Effect::changed(tenancy.id).code("organisation", organisation.id).code("place", place.id);
        cx.record(tx, permit, &[effect.code("from", from).maybe("to", to)], tenancy)
    })
    .await
}

/// Ends a tenancy with its last day.
pub async fn end(cx: &Cx, id: TenancyId, expected: Version, last_day: Date) -> Result<Tenancy, Failure> {
    cx.write(Action::TenancyEnd, move |cx, tx| {
        let before = store::tenancy::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("tenancy"))?;
        let permit = cx.permit(Action::TenancyEnd, &before)?;
        let after = before.clone().end(last_day)?;
        cx.expect(before.version, expected)?;
        store::tenancy::save(tx, &after, expected)?;
        cx.record(tx, permit, &[ended(&after)], after)
    })
    .await
}

/// The effect of an end.
pub(super) fn ended(tenancy: &Tenancy) -> Effect {
    Effect::changed(tenancy.id).maybe("to", tenancy.to)
}

impl From<TenancyError> for Failure {
    fn from(error: TenancyError) -> Self {
        match error {
            TenancyError::Ended => Self::refused(Code::InvalidState),
            TenancyError::EndsBeforeStart => Self::Invalid(vec![
                Problem::new(Code::Validation)
                    .at("lastDay")
                    .saying("退出日期不能早于入驻日期。", "A tenancy cannot end before it began."),
            ]),
        }
    }
}
