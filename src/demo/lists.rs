//! What people do with the lists: resources and demands, each in the state that the content asks for.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, ToSpan, civil::Date};

use super::{
    DemoError,
    cast::{Cast, find, parsed},
    data::{self, Content},
    refused,
};
use crate::{
    domain::{
        demand::{self, Demand, Urgency, Visibility},
        grant::Role,
        organisation::SizeBand,
        period::Per,
        place,
        reach::{Coverage, Eligibility, Part, Street},
        resource::{self, Fee, Mode, Resource},
    },
    kernel::{
        calendar::shanghai_date,
        text::{Bounds, Text},
        version::Version,
    },
    ops::{self, App, Cx},
};

/// Everything on the lists, by the keys of the content files.
pub struct Lists {
    pub demands: BTreeMap<String, Demand>,
    pub resources: BTreeMap<String, Resource>,
}

/// Fills both lists, which takes three weeks.
pub async fn act(app: &Arc<App>, cast: &Cast, content: &Content, today: Date) -> Result<Lists, DemoError> {
    let mut lists = Lists { demands: BTreeMap::new(), resources: BTreeMap::new() };
    for wanted in &content.resources {
        app.clock.advance(SignedDuration::from_mins(20));
        let made = resource(app, cast, wanted, today).await?;
        lists.resources.insert(wanted.key.clone(), made);
    }
    // Those that others are merged into have to be on the list first.
    let (merged, others): (Vec<_>, Vec<_>) = content.demands.iter().partition(|demand| demand.merged_into.is_some());
    for wanted in others.into_iter().chain(merged) {
        app.clock.advance(SignedDuration::from_hours(8));
        let made = demand(app, cast, wanted, today, &lists).await?;
        lists.demands.insert(wanted.key.clone(), made);
    }
    Ok(lists)
}

async fn resource(app: &Arc<App>, cast: &Cast, wanted: &data::Resource, today: Date) -> Result<Resource, DemoError> {
    let cx = cast.acting(app, &[Role::Lead, Role::Liaison], &wanted.organisation).await?;
    let organisation = find(&cast.organisations, &wanted.organisation)?;
    let terms = resource_terms(cast, wanted, shanghai_date(app.clock.now()), today)?;
    let told = |step: &str| refused(format!("{step} of resource {}", wanted.key));
    let drafted = ops::resource::draft(&cx, organisation, terms).await.map_err(told("the draft"))?;
    if wanted.target_state == "DRAFT" {
        return Ok(drafted);
    }
    let listed = ops::resource::list(&cx, drafted.id, drafted.version).await.map_err(told("the listing"))?;
    let reason = || text(wanted.reason.as_deref().unwrap_or_default());
    match wanted.target_state.as_str() {
        "PAUSED" => {
            let until = today.saturating_add(wanted.until_offset.unwrap_or(30).days());
            ops::resource::pause(&cx, listed.id, listed.version, reason()?, until).await.map_err(told("the pause"))
        }
        "RETIRED" => ops::resource::retire(&cx, listed.id, listed.version, reason()?).await.map_err(told("the retirement")),
        _ => Ok(listed),
    }
}

fn resource_terms(cast: &Cast, wanted: &data::Resource, begins: Date, today: Date) -> Result<resource::Terms, DemoError> {
    Ok(resource::Terms {
        unit: text(&wanted.unit)?,
        category: find(&cast.categories, &wanted.category)?,
        title: text(&wanted.title)?,
        detail: text(&wanted.detail)?,
        tags: texts(&wanted.tags)?,
        mode: parsed(&wanted.mode, |text| text.parse::<Mode>().ok())?,
        coverage: coverage(cast, &wanted.coverage)?,
        eligibility: eligibility(&wanted.eligibility)?,
        capacity: wanted.capacity.try_into().map_err(|_| DemoError::Content(format!("the capacity of {}", wanted.key)))?,
        per: parsed(&wanted.per, |text| text.parse::<Per>().ok())?,
        valid_from: begins.saturating_add(wanted.valid_from_offset.days()),
        valid_to: wanted.valid_to_offset.map(|days| today.saturating_add(days.days())),
        fee: parsed(&wanted.fee, |text| text.parse::<Fee>().ok())?,
        required_documents: texts(&wanted.required_documents)?,
        contact: cast.contacts.get(&wanted.organisation).copied(),
    })
}

fn coverage(cast: &Cast, wanted: &data::Coverage) -> Result<Coverage, DemoError> {
    if wanted.kind == "DISTRICT" {
        return Ok(Coverage::District);
    }
    let part = |key: &String| {
        Ok(match wanted.kind.as_str() {
            "ZONES" => Part::Zone(find(&cast.zones, key)?),
            "PLACES" => Part::Place(find(&cast.places, key)?),
            _ => Part::Street(parsed(key, |code| Street::try_from(code.to_owned()).ok())?),
        })
    };
    wanted.keys.iter().map(part).collect::<Result<_, DemoError>>().map(Coverage::Parts)
}

fn eligibility(wanted: &data::Eligibility) -> Result<Eligibility, DemoError> {
    let kinds = wanted.place_kinds.iter().map(|kind| parsed(kind, |text| text.parse::<place::Kind>().ok()));
    let bands = wanted.size_bands.iter().map(|band| parsed(band, |text| text.parse::<SizeBand>().ok()));
    Ok(Eligibility {
        industry_sections: wanted.industry_sections.iter().filter_map(|section| section.chars().next()).collect(),
        size_bands: bands.collect::<Result<_, DemoError>>()?,
        place_kinds: kinds.collect::<Result<_, DemoError>>()?,
    })
}

async fn demand(app: &Arc<App>, cast: &Cast, wanted: &data::Demand, today: Date, lists: &Lists) -> Result<Demand, DemoError> {
    let liaison = cast.acting(app, &[Role::Liaison], &wanted.organisation).await?;
    let coordinator = cast.coordinating(app).await?;
    let organisation = find(&cast.organisations, &wanted.organisation)?;
    let place = find(&cast.places, &wanted.place)?;
    let told = |step: &str| refused(format!("{step} of demand {}", wanted.key));
    let drafted =
        ops::demand::draft(&liaison, organisation, place, demand_terms(cast, wanted, today)?).await.map_err(told("the draft"))?;
    if wanted.target_state == "DRAFT" {
        return Ok(drafted);
    }
    let similar: Vec<_> =
        lists.demands.values().filter(|other| other.organisation == organisation).map(|other| other.id).collect();
    let submitted = ops::demand::submit(&liaison, drafted.id, drafted.version, similar).await.map_err(told("the submission"))?;
    triage(&coordinator, &liaison, wanted, submitted, lists).await
}

async fn triage(
    coordinator: &Cx,
    liaison: &Cx,
    wanted: &data::Demand,
    demand: Demand,
    lists: &Lists,
) -> Result<Demand, DemoError> {
    let told = |step: &str| refused(format!("{step} of demand {}", wanted.key));
    let (id, version): (_, Version) = (demand.id, demand.version);
    let reason = || text(wanted.reason.as_deref().unwrap_or_default());
    match wanted.target_state.as_str() {
        "SUBMITTED" => Ok(demand),
        "RETURNED" => ops::demand::give_back(coordinator, id, version, reason()?).await.map_err(told("the return")),
        "WITHDRAWN" if !wanted.after_claims => {
            ops::demand::withdraw(liaison, id, version, reason()?).await.map_err(told("the withdrawal"))
        }
        "MERGED" => {
            let target = wanted.merged_into.as_deref().and_then(|key| lists.demands.get(key));
            let target = target.ok_or_else(|| DemoError::Content(format!("the target of {}", wanted.key)))?;
            ops::demand::merge(coordinator, id, version, target.id).await.map_err(told("the merger"))
        }
        _ => ops::demand::list(coordinator, id, version).await.map_err(told("the listing")),
    }
}

fn demand_terms(cast: &Cast, wanted: &data::Demand, today: Date) -> Result<demand::Terms, DemoError> {
    let from_today = |days: Option<i64>| days.map(|days| today.saturating_add(days.days()));
    Ok(demand::Terms {
        category: find(&cast.categories, &wanted.category)?,
        title: text(&wanted.title)?,
        detail: text(&wanted.detail)?,
        tags: texts(&wanted.tags)?,
        quantity: wanted.quantity.try_into().map_err(|_| DemoError::Content(format!("the quantity of {}", wanted.key)))?,
        unit: text(&wanted.unit)?,
        urgency: parsed(&wanted.urgency, |text| text.parse::<Urgency>().ok())?,
        urgency_reason: wanted.urgency_reason.as_deref().map(text).transpose()?,
        desired_from: from_today(wanted.desired_from),
        desired_to: from_today(wanted.desired_to),
        visibility: parsed(&wanted.visibility, |text| text.parse::<Visibility>().ok())?,
        contact: cast.contacts.get(&wanted.organisation).copied(),
    })
}

pub(super) fn text<B: Bounds>(written: &str) -> Result<Text<B>, DemoError> {
    parsed(written, |written| Text::parse(written).ok())
}

fn texts<B: Bounds>(written: &[String]) -> Result<Vec<Text<B>>, DemoError> {
    written.iter().map(|written| text(written)).collect()
}
