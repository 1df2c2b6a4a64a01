//! What people do with zones.

use super::{Cx, Failure, failure::unless_unique};
use crate::{
    domain::zone::{Kind, Zone},
    kernel::{problem::Code, text::Name, version::Version},
    policy::{Action, Subject},
    store::{self, audit::Effect},
};

/// Enters a zone.
pub async fn create(cx: &Cx, code: String, name: Name, kind: Kind) -> Result<Zone, Failure> {
    cx.write(Action::ZoneCreate, move |cx, tx| {
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::ZoneCreate, &Subject::of_district(district.clone()))?;
        let zone = Zone {
            id: cx.new_id(),
            district,
            version: Version::FIRST,
            code: code.clone(),
            name: name.clone(),
            kind,
            created_at: cx.now,
        };
        store::zone::insert(tx, &zone).map_err(|error| {
            if error.is_unique(store::zone::CODE_UNIQUE.0, store::zone::CODE_UNIQUE.1) {
                Failure::refused_at(Code::DuplicateName, "code")
            } else {
                unless_unique(error, store::zone::NAME_UNIQUE, Code::DuplicateName, "name")
            }
        })?;
        cx.record(tx, permit, &[Effect::changed(zone.id).code("kind", <&str>::from(kind))], zone)
    })
    .await
}
