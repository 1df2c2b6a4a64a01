//! One row of each list, cell by cell in the order of its headings.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::{cell::Out, words};
use crate::{
    domain::{
        contact_point::ContactPoint,
        demand::Demand,
        project::Project,
        rates::{Rate, Rates},
        reach::{Coverage, Part},
        resource::Resource,
    },
    kernel::{
        id::{ContactPointId, OrganisationId, PlaceId},
        text::Tag,
    },
    ops::export::Names,
};

pub(super) fn demand(demand: &Demand, names: &Names) -> Vec<Out> {
    let terms = &demand.terms;
    let organisation = names.organisations.get(&demand.organisation);
    vec![
        Out::maybe(demand.ref_no.as_ref().map(ToString::to_string)),
        organisation_name(names, demand.organisation),
        Out::maybe(organisation.and_then(|organisation| organisation.profile.uscc.as_ref()).map(ToString::to_string)),
        place(names, demand.place),
        Out::maybe(names.categories.get(&terms.category).map(|category| category.name.as_str())),
        Out::text(terms.title.as_str()),
        Out::text(terms.detail.as_str()),
        Out::Number(terms.quantity.get().into()),
        Out::text(terms.unit.as_str()),
        Out::text(span(terms.desired_from, terms.desired_to)),
        Out::text(words::urgency(terms.urgency)),
        Out::maybe(terms.urgency_reason.as_ref().map(|reason| reason.as_str())),
        Out::text(words::recommended(terms.visibility)),
        tags(&terms.tags),
        contact(names, terms.contact),
        Out::text(words::demand(demand.state.status())),
        Out::Number(demand.agreed.into()),
        Out::moment(demand.submitted_at),
        Out::moment(demand.listed_at),
    ]
}

pub(super) fn resource(resource: &Resource, names: &Names) -> Vec<Out> {
    let terms = &resource.terms;
    let documents: Vec<&str> = terms.required_documents.iter().map(|document| document.as_str()).collect();
    vec![
        Out::maybe(resource.ref_no.as_ref().map(ToString::to_string)),
        organisation_name(names, resource.organisation),
        Out::text(terms.unit.as_str()),
        Out::text(terms.title.as_str()),
        Out::text(terms.detail.as_str()),
        Out::maybe(names.categories.get(&terms.category).map(|category| category.name.as_str())),
        Out::text(words::recommended(terms.mode)),
        Out::text(coverage(&terms.coverage, names)),
        Out::text(words::capacity(terms.capacity.get(), terms.per)),
        Out::text(span(Some(terms.valid_from), terms.valid_to)),
        Out::text(words::recommended(terms.fee)),
        Out::text(documents.join("、")),
        tags(&terms.tags),
        contact(names, terms.contact),
        Out::text(words::resource(resource.state.status())),
        Out::day(resource.assured_on()),
        Out::moment(resource.listed_at),
    ]
}

pub(super) fn project(project: &Project, names: &Names) -> Vec<Out> {
    let confirmation = project.confirmation();
    vec![
        Out::text(project.ref_no.to_string()),
        Out::text(project.title.as_str()),
        Out::maybe(names.demands.get(&project.demand).and_then(|demand| demand.ref_no.as_ref()).map(ToString::to_string)),
        organisation_name(names, project.demand_organisation),
        organisation_name(names, project.lead),
        place(names, project.place),
        Out::text(words::project(project.status())),
        Out::Day(project.due_on),
        Out::Day(project.original_due_on),
        Out::moment(project.contact.as_ref().map(|contact| contact.at)),
        Out::moment(project.plan.as_ref().map(|plan| plan.at)),
        Out::moment(project.delivery().map(|delivery| delivery.at)),
        Out::moment(confirmation.map(|confirmation| confirmation.at)),
        Out::maybe(confirmation.map(|confirmation| words::solved(confirmation.solved))),
        confirmation.map_or(Out::Empty, |confirmation| Out::Number(confirmation.satisfaction.into())),
        Out::Number(project.reopen_count.into()),
        Out::moment(project.closed_at),
    ]
}

/// The rates of one organisation; below `least` cases a rate says nothing.
pub(super) fn rates(name: &str, rates: &Rates, least: u32) -> Vec<Out> {
    let mut cells = vec![Out::text(name)];
    for rate in [rates.response, rates.resolution, rates.satisfaction, rates.answered, rates.claimed, rates.stale] {
        let Rate { numerator, denominator } = rate;
        cells.push(Out::Number(numerator.into()));
        cells.push(Out::Number(denominator.into()));
        cells.push(rate.permille(least).map_or(Out::text("样本不足"), |permille| Out::Number(permille.into())));
    }
    cells
}

/// A frozen line as it was hashed: codes stay codes, and moments are in UTC.
pub(super) fn canonical(line: &str) -> Vec<Out> {
    let cells: Vec<Value> = serde_json::from_str(line).unwrap_or_else(|_| vec![Value::String(line.to_owned())]);
    let cell = |value: Value| match value {
        Value::Null => Out::Empty,
        Value::Number(number) => number.as_i64().map_or_else(|| Out::text(number.to_string()), Out::Number),
        Value::String(text) => read(&text),
        other @ (Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Out::text(other.to_string()),
    };
    cells.into_iter().map(cell).collect()
}

/// Days and moments of a frozen line become such cells.
fn read(text: &str) -> Out {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return Out::Day(day);
    }
    match text.parse::<Timestamp>() {
        Ok(at) if text.ends_with('Z') => Out::moment(Some(at)),
        _ => Out::text(text),
    }
}

fn organisation_name(names: &Names, id: OrganisationId) -> Out {
    Out::maybe(names.organisations.get(&id).map(|organisation| organisation.profile.name.as_str()))
}

fn place(names: &Names, id: PlaceId) -> Out {
    Out::maybe(names.places.get(&id).map(|place| place.name.as_str()))
}

fn tags(tags: &[Tag]) -> Out {
    Out::text(tags.iter().map(Tag::as_str).collect::<Vec<_>>().join("、"))
}

/// The post, and of its phone what everybody may see.
fn contact(names: &Names, id: Option<ContactPointId>) -> Out {
    let written = |contact: &ContactPoint| format!("{} {}", contact.post, contact.phone.masked);
    Out::maybe(id.and_then(|id| names.contacts.get(&id)).map(written))
}

fn coverage(coverage: &Coverage, names: &Names) -> String {
    let part = |part: &Part| match part {
        Part::Zone(zone) => names.zones.get(zone).map(|zone| zone.name.to_string()),
        Part::Place(place) => names.places.get(place).map(|place| place.name.to_string()),
        Part::Street(street) => names.streets.get(street.as_str()).map(ToString::to_string),
    };
    match coverage {
        Coverage::District => "全区".to_owned(),
        Coverage::Parts(parts) => parts.iter().filter_map(part).collect::<Vec<_>>().join("、"),
    }
}

/// As an import reads it: `2026-12-01至2026-12-31`, `2026-12-01起`, `2026-12-31前`.
fn span(from: Option<Date>, to: Option<Date>) -> String {
    match (from, to) {
        (None, None) => String::new(),
        (Some(from), None) => format!("{from}起"),
        (None, Some(to)) => format!("{to}前"),
        (Some(from), Some(to)) => format!("{from}至{to}"),
    }
}
