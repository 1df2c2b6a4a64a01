//! What people do with places: enter, open, close.

use super::{Cx, Failure, Scene, failure::unless_unique};
use crate::{
    domain::place::{Dominance, Kind, Place, PlaceError, Status},
    kernel::{
        division::DivisionCode,
        id::{OrganisationId, PlaceId, ZoneId},
        problem::{Code, Problem},
        text::Name,
        version::Version,
    },
    policy::{Action, Subject},
    store::{self, Tx, audit::Effect},
};

/// What a new place is.
#[derive(Clone, Debug)]
pub struct NewPlace {
    pub kind: Kind,
    pub name: Name,
    pub dominance: Dominance,
    /// `None`: the zone of the place that it lies inside of, if any.
    pub zone: Option<ZoneId>,
    pub parent: Option<PlaceId>,
    pub division: DivisionCode,
    pub address: Name,
    pub operator: Option<OrganisationId>,
}

/// Enters a place, planned until it is opened.
pub async fn create(cx: &Cx, new: NewPlace) -> Result<Place, Failure> {
    cx.write(Action::PlaceCreate, move |cx, tx| {
        let parent = find_parent(cx, tx, &new)?;
        let district = cx.actor.district.clone();
        let permit = cx.permit(Action::PlaceCreate, &Subject::of_district(district.clone()))?;
        check_division(cx, tx, new.division)?;
        check_operator(cx, tx, new.operator)?;
        let place = Place {
            id: cx.new_id(),
            district,
            version: Version::FIRST,
            kind: new.kind,
            name: new.name.clone(),
            dominance: new.dominance,
            zone: new.zone.or(parent.as_ref().and_then(|parent| parent.zone)),
            parent: new.parent,
            depth: Place::depth_below(parent.as_ref(), new.division.as_str())?,
            division: new.division.to_string(),
            address: new.address.clone(),
            operator: new.operator,
            status: Status::Planned,
            created_at: cx.now,
        };
        store::place::insert(tx, &place)
            .map_err(|error| unless_unique(error, store::place::NAME_UNIQUE, Code::DuplicateName, "name"))?;
        cx.record(tx, permit, &[made(&place)], place)
    })
    .await
}

/// Opens a planned place.
pub async fn open(cx: &Cx, id: PlaceId, expected: Version) -> Result<Place, Failure> {
    step(cx, Action::PlaceOpen, (id, expected), Place::open).await
}

/// Closes a place for good. Who sits in it goes on sitting there until the tenancy ends; new
/// tenancies and new places inside it are refused.
pub async fn close(cx: &Cx, id: PlaceId, expected: Version) -> Result<Place, Failure> {
    step(cx, Action::PlaceClose, (id, expected), Place::close).await
}

async fn step(
    cx: &Cx,
    action: Action,
    (id, expected): (PlaceId, Version),
    transition: fn(Place) -> Result<Place, PlaceError>,
) -> Result<Place, Failure> {
    cx.write(action, move |cx, tx| {
        let before = store::place::find(tx, &cx.actor.scope(), id)?.ok_or(Failure::missing("place"))?;
        let permit = cx.permit(action, &before)?;
        let after = transition(before.clone())?;
        cx.expect(before.version, expected)?;
        store::place::save(tx, &after, expected)?;
        let effect = Effect::moved(after.id, before.status.into(), after.status.into());
        cx.record(tx, permit, &[effect], after)
    })
    .await
}

/// Everything that the new place refers to by id must be there; answers the place around it.
fn find_parent(cx: &Scene, tx: &mut Tx, new: &NewPlace) -> Result<Option<Place>, Failure> {
    let scope = cx.actor.scope();
    if let Some(zone) = new.zone {
        store::zone::find(tx, &scope, zone)?.ok_or(Failure::missing("zone"))?;
    }
    if let Some(operator) = new.operator {
        store::organisation::find(tx, &scope, operator)?.ok_or(Failure::missing("operator"))?;
    }
    match new.parent {
        Some(parent) => Ok(Some(store::place::find(tx, &scope, parent)?.ok_or(Failure::missing("parent"))?)),
        None => Ok(None),
    }
}

fn check_division(cx: &Scene, tx: &mut Tx, code: DivisionCode) -> Result<(), Failure> {
    let found = store::division::find_many(tx, &cx.actor.scope(), &[code])?.pop();
    let division = found.ok_or_else(|| {
        let problem = Problem::new(Code::Validation).at("division");
        Failure::Invalid(vec![problem.saying("本区没有此区划代码。", "The district has no division with this code.")])
    })?;
    Ok(Place::check_division(&division)?)
}

fn check_operator(cx: &Scene, tx: &mut Tx, operator: Option<OrganisationId>) -> Result<(), Failure> {
    let Some(operator) = operator else { return Ok(()) };
    let operator = store::organisation::find(tx, &cx.actor.scope(), operator)?.ok_or(Failure::missing("operator"))?;
    operator.must_be_active().map_err(|_| Failure::refused_at(Code::OrganisationInactive, "operator"))
}

fn made(place: &Place) -> Effect {
    Effect::made(place.id, place.status.into())
        .code("kind", <&str>::from(place.kind))
        .code("dominance", <&str>::from(place.dominance))
        .code("division", &place.division)
        .maybe("zone", place.zone)
        .maybe("parent", place.parent)
        .maybe("operator", place.operator)
}

impl From<PlaceError> for Failure {
    fn from(error: PlaceError) -> Self {
        let tree = |field: &str, zh: &'static str, en: &'static str| {
            Self::Refused(Box::new(Problem::new(Code::PlaceTree).at(field).saying(zh, en)))
        };
        match error {
            PlaceError::TooDeep => tree("parent", "楼宇/园区最多四级。", "The tree of places has at most four levels."),
            PlaceError::OutsideParent => tree(
                "division",
                "下级楼宇/园区应位于上级所在的街道或社区之内。",
                "A place lies in the same or a lower division than the place around it.",
            ),
            PlaceError::ParentClosed => Self::refused_at(Code::InvalidState, "parent"),
            PlaceError::NotInDivision => Self::Invalid(vec![
                Problem::new(Code::Validation)
                    .at("division")
                    .saying("请填写街道或社区的区划代码。", "Name a street or a community, not the whole district."),
            ]),
            PlaceError::WrongState(_) => Self::refused(Code::InvalidState),
        }
    }
}
