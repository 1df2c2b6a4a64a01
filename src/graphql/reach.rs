//! Whom a resource is meant for and where it reaches, in the API.

use std::collections::BTreeSet;

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};
use futures_util::future::try_join_all;

use super::{
    division::{Division, of_code},
    form::Form,
    industry::IndustrySection,
    organisation::SizeBand,
    place::{Place, PlaceKind, PlaceLoader},
    request::load,
    zone::{Zone, ZoneLoader},
};
use crate::{
    domain::reach::{Coverage, Eligibility, MAX_PARTS, Part, Street},
    kernel::problem::{Code, Problem},
};

/// Where a resource reaches, as the API shows it.
pub struct ResourceCoverage<'a>(&'a Coverage);

/// Where a resource reaches (覆盖范围): the whole district, or the parts that are named.
#[Object]
impl ResourceCoverage<'_> {
    /// Whether it reaches the whole district (全区); the lists are empty then.
    async fn whole_district(&self) -> bool {
        matches!(self.0, Coverage::District)
    }

    /// Streets that it reaches (街道).
    #[graphql(complexity = "5 * child_complexity")]
    async fn streets(&self, ctx: &Context<'_>) -> Result<Vec<Division>, Error> {
        let streets = self.parts().filter_map(|part| match part {
            Part::Street(street) => Some(of_code(ctx, street.as_str())),
            Part::Zone(_) | Part::Place(_) => None,
        });
        Ok(try_join_all(streets).await?.into_iter().flatten().collect())
    }

    /// Zones that it reaches (集聚区).
    #[graphql(complexity = "5 * child_complexity")]
    async fn zones(&self, ctx: &Context<'_>) -> Result<Vec<Zone>, Error> {
        let zones = self.parts().filter_map(|part| match part {
            Part::Zone(id) => Some(load::<ZoneLoader>(ctx, *id)),
            Part::Street(_) | Part::Place(_) => None,
        });
        Ok(try_join_all(zones).await?.into_iter().flatten().collect())
    }

    /// Places that it reaches, each with all that lies in it (楼宇 / 园区).
    #[graphql(complexity = "5 * child_complexity")]
    async fn places(&self, ctx: &Context<'_>) -> Result<Vec<Place>, Error> {
        let places = self.parts().filter_map(|part| match part {
            Part::Place(id) => Some(load::<PlaceLoader>(ctx, *id)),
            Part::Street(_) | Part::Zone(_) => None,
        });
        Ok(try_join_all(places).await?.into_iter().flatten().collect())
    }
}

impl<'a> ResourceCoverage<'a> {
    /// What a client sees of a coverage.
    pub fn of(coverage: &'a Coverage) -> Self {
        Self(coverage)
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        match self.0 {
            Coverage::District => None,
            Coverage::Parts(parts) => Some(parts),
        }
        .into_iter()
        .flatten()
    }
}

/// Whom a resource is meant for (适用对象). An empty list means all.
#[derive(SimpleObject)]
pub struct ResourceEligibility {
    /// Sections of GB/T 4754-2017 (行业门类).
    industry_sections: Vec<IndustrySection>,
    /// Sizes of enterprise (企业规模).
    size_bands: Vec<SizeBand>,
    /// Kinds of place (楼宇 / 园区类型).
    place_kinds: Vec<PlaceKind>,
}

impl ResourceEligibility {
    /// What a client sees of an eligibility.
    pub fn of(eligibility: &Eligibility) -> Self {
        Self {
            industry_sections: eligibility.industry_sections.iter().filter_map(|letter| IndustrySection::of(*letter)).collect(),
            size_bands: eligibility.size_bands.iter().map(|band| (*band).into()).collect(),
            place_kinds: eligibility.place_kinds.iter().map(|kind| (*kind).into()).collect(),
        }
    }
}

/// The parts of the district that a resource reaches: at least one, at most 50 in all.
#[derive(InputObject)]
pub struct ResourceCoverageInput {
    /// Codes of streets (街道), nine digits each.
    #[graphql(default)]
    streets: Vec<String>,
    /// Zones (集聚区).
    #[graphql(default)]
    zones: Vec<ID>,
    /// Places, each with all that lies in it (楼宇 / 园区).
    #[graphql(default)]
    places: Vec<ID>,
}

/// Whom a resource is meant for. An empty list means all.
#[derive(InputObject)]
pub struct ResourceEligibilityInput {
    /// Sections of GB/T 4754-2017 (行业门类).
    #[graphql(default)]
    industry_sections: Vec<IndustrySection>,
    /// Sizes of enterprise (企业规模).
    #[graphql(default)]
    size_bands: Vec<SizeBand>,
    /// Kinds of place (楼宇 / 园区类型).
    #[graphql(default)]
    place_kinds: Vec<PlaceKind>,
}

impl ResourceCoverageInput {
    /// Reads the input as the field `coverage`.
    pub fn read(&self, form: &mut Form) -> Option<Coverage> {
        let count = self.streets.len() + self.zones.len() + self.places.len();
        if !(1..=MAX_PARTS).contains(&count) {
            form.note(Problem::new(Code::Validation).at("coverage").saying(
                format!("请填写 1 至 {MAX_PARTS} 个街道、集聚区或楼宇/园区;覆盖全区时请省略此项。"),
                format!("Name 1 to {MAX_PARTS} streets, zones and places; leave it out for the whole district."),
            ));
            return None;
        }
        let streets: Vec<_> = (0..).zip(&self.streets).map(|(place, code)| street(form, place, code)).collect();
        let zones = form.ids("coverage.zones", &self.zones, MAX_PARTS);
        let places = form.ids("coverage.places", &self.places, MAX_PARTS);
        let mut parts: BTreeSet<Part> = streets.into_iter().collect::<Option<_>>()?;
        parts.extend(zones?.into_iter().map(Part::Zone));
        parts.extend(places?.into_iter().map(Part::Place));
        Some(Coverage::Parts(parts))
    }
}

fn street(form: &mut Form, place: usize, code: &str) -> Option<Part> {
    let street = Street::try_from(code.trim().to_owned());
    if street.is_err() {
        let problem = Problem::new(Code::Validation).at(&format!("coverage.streets.{place}"));
        form.note(problem.saying("街道代码为 9 位数字。", "The code of a street has nine digits."));
    }
    street.ok().map(Part::Street)
}

impl ResourceEligibilityInput {
    /// Reads the input; nothing in it can be wrong.
    pub fn read(&self) -> Eligibility {
        Eligibility {
            industry_sections: self.industry_sections.iter().map(|section| section.letter()).collect(),
            size_bands: self.size_bands.iter().map(|band| (*band).into()).collect(),
            place_kinds: self.place_kinds.iter().map(|kind| (*kind).into()).collect(),
        }
    }
}
