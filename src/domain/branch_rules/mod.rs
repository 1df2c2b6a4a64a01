//! Which branch may exist in which place: every rule of `domain.md` §4 as an error or a warning.
//!
//! [`check`] is pure: it is given all facts and answers all findings. Errors refuse a step; warnings
//! are told and acknowledged. The numbers are those of the district ([`Limits`]).

mod messages;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};

use super::{
    branch::{Form, Kind, Status, Warning},
    organisation,
    place::Dominance,
    rules::{RuleCode, Rules},
};
use crate::kernel::id::OrganisationId;

/// What the rules depend on.
#[derive(Clone, Debug)]
pub struct Facts {
    pub kind: Kind,
    pub form: Form,
    pub dominance: Dominance,
    /// Who operates the place.
    pub operator: Option<OrganisationId>,
    pub lead: OrganisationId,
    pub lead_kind: organisation::Kind,
    pub custodian: Option<Standing>,
    pub parent: Option<Standing>,
    /// The organisations it covers, or is to cover.
    pub covers: BTreeSet<OrganisationId>,
    /// Those of the lead and the covered that sit in the place, or inside it, today.
    pub tenants: BTreeSet<OrganisationId>,
    pub member_count: u32,
    pub committee_size: u32,
    pub term_ends_on: Option<Date>,
    pub today: Date,
    pub limits: Limits,
}

/// What matters about another branch that this one refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub kind: Kind,
    pub status: Status,
}

/// Whether the branch is only being proposed or is to work with what it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Proposed,
    /// What it must cover is looked at as well.
    Working,
}

/// The numbers of the district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The fewest members of a branch.
    pub members_least: u32,
    /// The most members that a branch usually has.
    pub members_most: u32,
    /// The most units that a joint branch usually has.
    pub units_most: u32,
    /// From how many members on a branch usually has a committee.
    pub committee_needed: u32,
    pub committee_least: u32,
    pub committee_most: u32,
    /// The fewest organisations that a hub branch covers.
    pub hub_covers_least: u32,
    /// Days before the end of a term from which it is warned of.
    pub term_warning_days: u32,
}

/// Everything that [`check`] has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    pub errors: Vec<RuleBreak>,
    pub warnings: BTreeSet<Warning>,
}

/// A rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleBreak {
    /// Each type has its places: hub in a complex or a park with an administration, property where
    /// the property company dominates, custody where one enterprise does. Source: the district's
    /// three types (枢纽型, 物业型, 托管型).
    Place(Kind),
    /// Who may lead: hub a street office, park committee, community or party organ; property the
    /// property company; custody the host enterprise. Source: as [`Self::Place`].
    LeadKind(Kind),
    /// A property branch is led by the company that operates the place. Source: as [`Self::Place`].
    LeadOperates,
    /// The host of a custody branch sits in the place. Source: as [`Self::Place`].
    HostSits,
    /// A custody branch has a custodian. Source: as [`Self::Place`].
    CustodianMissing,
    /// Only a custody branch has a custodian. Source: as [`Self::Place`].
    CustodianUnwanted,
    /// The custodian is an active branch that is not itself in custody. Source: as [`Self::Place`].
    CustodianStanding,
    /// The parent is an active branch and no liaison station. Source: our own choice; a branch below
    /// one that does not work would hang in the air.
    ParentStanding,
    /// A custody branch is a liaison station; the others are not. Source: as [`Self::Place`].
    Form(Kind),
    /// A hub branch covers several organisations. Source: as [`Self::Place`].
    HubCovers { least: u32 },
    /// A property branch covers a tenant of the place. Source: as [`Self::Place`].
    PropertyCovers,
    /// A custody branch covers its host. Source: as [`Self::Place`].
    CustodyCovers,
    /// What else a custody branch covers sits in the place, too. Source: as [`Self::Place`].
    CustodyReach,
    /// A branch has three members at least. Source: 中国共产党支部工作条例(试行), on setting up branches.
    Members { least: u32 },
    /// A committee has three to seven seats, if there is one. Source: as [`Self::Members`], on committees.
    Committee { least: u32, most: u32 },
}

/// Looks at every rule.
pub fn check(facts: &Facts, stage: Stage) -> Findings {
    let mut errors = Vec::new();
    errors.extend(place(facts));
    errors.extend(lead(facts));
    errors.extend(custodian(facts));
    errors.extend(facts.parent.filter(|parent| !parent.is_fit()).map(|_| RuleBreak::ParentStanding));
    errors.extend(form(facts));
    errors.extend(numbers(facts));
    if stage == Stage::Working {
        errors.extend(least_covers(facts));
    }
    errors.extend(reach(facts));
    Findings { errors, warnings: warnings(facts) }
}

fn place(facts: &Facts) -> Option<RuleBreak> {
    let fits = match facts.kind {
        Kind::Hub => matches!(facts.dominance, Dominance::Complex | Dominance::ParkAdmin),
        Kind::Property => facts.dominance == Dominance::PropertyLed,
        Kind::Custody => facts.dominance == Dominance::EnterpriseLed,
    };
    (!fits).then_some(RuleBreak::Place(facts.kind))
}

fn lead(facts: &Facts) -> Option<RuleBreak> {
    use organisation::Kind as Lead;
    let may_lead = match facts.kind {
        Kind::Hub => {
            matches!(facts.lead_kind, Lead::StreetOffice | Lead::ParkCommittee | Lead::Community | Lead::PartyOrgan)
        }
        Kind::Property => facts.lead_kind == Lead::PropertyCompany,
        Kind::Custody => facts.lead_kind.is_enterprise(),
    };
    if !may_lead {
        return Some(RuleBreak::LeadKind(facts.kind));
    }
    match facts.kind {
        Kind::Hub => None,
        Kind::Property => (facts.operator != Some(facts.lead)).then_some(RuleBreak::LeadOperates),
        Kind::Custody => (!facts.tenants.contains(&facts.lead)).then_some(RuleBreak::HostSits),
    }
}

fn custodian(facts: &Facts) -> Option<RuleBreak> {
    match (facts.kind, facts.custodian) {
        (Kind::Hub | Kind::Property, None) => None,
        (Kind::Hub | Kind::Property, Some(_)) => Some(RuleBreak::CustodianUnwanted),
        (Kind::Custody, None) => Some(RuleBreak::CustodianMissing),
        (Kind::Custody, Some(custodian)) => (!custodian.is_fit()).then_some(RuleBreak::CustodianStanding),
    }
}

fn form(facts: &Facts) -> Option<RuleBreak> {
    let is_station = facts.form == Form::LiaisonStation;
    (is_station != (facts.kind == Kind::Custody)).then_some(RuleBreak::Form(facts.kind))
}

fn numbers(facts: &Facts) -> impl Iterator<Item = RuleBreak> {
    let Limits { members_least, committee_least, committee_most, .. } = facts.limits;
    let members =
        (facts.form == Form::Branch && facts.member_count < members_least).then_some(RuleBreak::Members { least: members_least });
    let committee = (facts.committee_size > 0 && !(committee_least..=committee_most).contains(&facts.committee_size))
        .then_some(RuleBreak::Committee { least: committee_least, most: committee_most });
    members.into_iter().chain(committee)
}

fn least_covers(facts: &Facts) -> Option<RuleBreak> {
    match facts.kind {
        Kind::Hub => {
            let least = facts.limits.hub_covers_least;
            (facts.covers.len() < least as usize).then_some(RuleBreak::HubCovers { least })
        }
        Kind::Property => facts.covers.is_disjoint(&facts.tenants).then_some(RuleBreak::PropertyCovers),
        Kind::Custody => (!facts.covers.contains(&facts.lead)).then_some(RuleBreak::CustodyCovers),
    }
}

fn reach(facts: &Facts) -> Option<RuleBreak> {
    match facts.kind {
        Kind::Hub | Kind::Property => None,
        Kind::Custody => {
            let outside = facts.covers.difference(&facts.tenants).any(|organisation| *organisation != facts.lead);
            outside.then_some(RuleBreak::CustodyReach)
        }
    }
}

/// Units, members and committee: 中国共产党支部工作条例(试行) for branches and joint branches, which are
/// branches of several units; general branches and committees are larger by nature.
fn warnings(facts: &Facts) -> BTreeSet<Warning> {
    let limits = &facts.limits;
    let is_branch = matches!(facts.form, Form::Branch | Form::JointBranch);
    let term_ends = facts.term_ends_on.is_some_and(|end| {
        let warned_from = end.checked_sub(i64::from(limits.term_warning_days).days()).unwrap_or(Date::MIN);
        facts.today >= warned_from
    });
    let found = [
        (Warning::ManyUnits, facts.form == Form::JointBranch && facts.covers.len() > limits.units_most as usize),
        (Warning::ManyMembers, is_branch && facts.member_count > limits.members_most),
        (Warning::NoCommittee, is_branch && facts.member_count >= limits.committee_needed && facts.committee_size == 0),
        (Warning::EligibleForBranch, facts.kind == Kind::Custody && facts.member_count >= limits.members_least),
        (Warning::TermEnding, term_ends),
    ];
    found.into_iter().filter_map(|(warning, is_found)| is_found.then_some(warning)).collect()
}

impl Standing {
    /// Whether other branches may lean on it.
    fn is_fit(self) -> bool {
        self.status == Status::Active && self.kind != Kind::Custody
    }
}

impl Limits {
    /// The numbers in force.
    pub fn of(rules: &Rules) -> Self {
        Self {
            members_least: rules.get(RuleCode::BranchMembersLeast),
            members_most: rules.get(RuleCode::BranchMembersMost),
            units_most: rules.get(RuleCode::JointBranchUnitsMost),
            committee_needed: rules.get(RuleCode::CommitteeNeeded),
            committee_least: rules.get(RuleCode::CommitteeLeast),
            committee_most: rules.get(RuleCode::CommitteeMost),
            hub_covers_least: rules.get(RuleCode::HubCoversLeast),
            term_warning_days: rules.get(RuleCode::BranchTermWarning),
        }
    }
}

impl RuleBreak {
    /// The field of a proposal that it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::Place(_) => "place",
            Self::LeadKind(_) | Self::LeadOperates | Self::HostSits => "lead",
            Self::CustodianMissing | Self::CustodianUnwanted | Self::CustodianStanding => "custodian",
            Self::ParentStanding => "parent",
            Self::Form(_) => "form",
            Self::HubCovers { .. } | Self::PropertyCovers | Self::CustodyCovers | Self::CustodyReach => "covers",
            Self::Members { .. } => "memberCount",
            Self::Committee { .. } => "committeeSize",
        }
    }
}
