use jiff::civil::date;
use strum::IntoEnumIterator;

use super::*;
use crate::domain::organisation::Kind as Lead;

const LEAD: OrganisationId = OrganisationId::from_bytes([1; 16]);

fn organisation(number: u8) -> OrganisationId {
    OrganisationId::from_bytes([number; 16])
}

fn organisations(numbers: std::ops::RangeInclusive<u8>) -> BTreeSet<OrganisationId> {
    numbers.map(organisation).collect()
}

const LIMITS: Limits = Limits {
    members_least: 3,
    members_most: 50,
    units_most: 5,
    committee_needed: 7,
    committee_least: 3,
    committee_most: 7,
    hub_covers_least: 2,
    term_warning_days: 90,
};

/// A hub branch that breaks nothing.
fn hub() -> Facts {
    Facts {
        kind: Kind::Hub,
        form: Form::Branch,
        dominance: Dominance::Complex,
        operator: None,
        lead: LEAD,
        lead_kind: Lead::StreetOffice,
        custodian: None,
        parent: None,
        covers: organisations(10..=11),
        tenants: BTreeSet::new(),
        member_count: 6,
        committee_size: 0,
        term_ends_on: None,
        today: date(2026, 11, 23),
        limits: LIMITS,
    }
}

/// A property branch that breaks nothing.
fn property() -> Facts {
    Facts {
        kind: Kind::Property,
        dominance: Dominance::PropertyLed,
        operator: Some(LEAD),
        lead_kind: Lead::PropertyCompany,
        covers: organisations(10..=10),
        tenants: organisations(10..=10),
        ..hub()
    }
}

/// A custody branch that breaks nothing.
fn custody() -> Facts {
    Facts {
        kind: Kind::Custody,
        form: Form::LiaisonStation,
        dominance: Dominance::EnterpriseLed,
        lead_kind: Lead::Enterprise,
        custodian: Some(Standing { kind: Kind::Hub, status: Status::Active }),
        covers: BTreeSet::from([LEAD]),
        tenants: BTreeSet::from([LEAD]),
        member_count: 2,
        ..hub()
    }
}

fn errors(facts: &Facts) -> Vec<RuleBreak> {
    check(facts, Stage::Working).errors
}

fn warned(facts: &Facts) -> Vec<Warning> {
    check(facts, Stage::Working).warnings.into_iter().collect()
}

#[test]
fn a_branch_that_keeps_every_rule_is_neither_refused_nor_warned_of() {
    for facts in [hub(), property(), custody()] {
        assert_eq!(check(&facts, Stage::Working), Findings::default());
    }
}

#[test]
fn each_type_has_its_places() {
    let fits = |facts: &Facts| -> Vec<Dominance> {
        Dominance::iter().filter(|dominance| errors(&Facts { dominance: *dominance, ..facts.clone() }).is_empty()).collect()
    };
    assert_eq!(fits(&hub()), [Dominance::Complex, Dominance::ParkAdmin]);
    assert_eq!(fits(&property()), [Dominance::PropertyLed]);
    assert_eq!(fits(&custody()), [Dominance::EnterpriseLed]);
    let elsewhere = Facts { dominance: Dominance::EnterpriseLed, ..hub() };
    assert_eq!(errors(&elsewhere), [RuleBreak::Place(Kind::Hub)]);
}

#[test]
fn each_type_has_its_leads() {
    let fits = |facts: &Facts| -> Vec<Lead> {
        Lead::iter().filter(|lead_kind| errors(&Facts { lead_kind: *lead_kind, ..facts.clone() }).is_empty()).collect()
    };
    assert_eq!(fits(&hub()), [Lead::StreetOffice, Lead::ParkCommittee, Lead::Community, Lead::PartyOrgan]);
    assert_eq!(fits(&property()), [Lead::PropertyCompany]);
    assert_eq!(fits(&custody()), [Lead::Enterprise, Lead::SocialOrganisation, Lead::PropertyCompany]);
    let department = Facts { lead_kind: Lead::Department, ..property() };
    assert_eq!(errors(&department), [RuleBreak::LeadKind(Kind::Property)]);
}

#[test]
fn a_property_branch_is_led_by_the_company_that_operates_the_place() {
    assert_eq!(errors(&Facts { operator: None, ..property() }), [RuleBreak::LeadOperates]);
    assert_eq!(errors(&Facts { operator: Some(organisation(9)), ..property() }), [RuleBreak::LeadOperates]);
}

#[test]
fn the_host_of_a_custody_branch_sits_in_the_place() {
    assert_eq!(errors(&Facts { tenants: BTreeSet::new(), ..custody() }), [RuleBreak::HostSits]);
}

#[test]
fn a_custody_branch_has_a_custodian_and_no_other_has() {
    assert_eq!(errors(&Facts { custodian: None, ..custody() }), [RuleBreak::CustodianMissing]);
    let custodian = custody().custodian;
    assert_eq!(errors(&Facts { custodian, ..hub() }), [RuleBreak::CustodianUnwanted]);
    assert_eq!(errors(&Facts { custodian, ..property() }), [RuleBreak::CustodianUnwanted]);
}

#[test]
fn a_custodian_is_active_and_not_itself_in_custody() {
    let fits = |custodian| errors(&Facts { custodian: Some(custodian), ..custody() }).is_empty();
    let kinds: Vec<Kind> = Kind::iter().filter(|kind| fits(Standing { kind: *kind, status: Status::Active })).collect();
    assert_eq!(kinds, [Kind::Hub, Kind::Property]);
    let states: Vec<Status> = Status::iter().filter(|status| fits(Standing { kind: Kind::Hub, status: *status })).collect();
    assert_eq!(states, [Status::Active]);
    let resting = Some(Standing { kind: Kind::Hub, status: Status::Suspended });
    assert_eq!(errors(&Facts { custodian: resting, ..custody() }), [RuleBreak::CustodianStanding]);
}

#[test]
fn a_parent_is_active_and_no_station() {
    let with = |kind, status| errors(&Facts { parent: Some(Standing { kind, status }), ..hub() });
    assert_eq!(with(Kind::Property, Status::Active), []);
    assert_eq!(with(Kind::Hub, Status::Approved), [RuleBreak::ParentStanding]);
    assert_eq!(with(Kind::Custody, Status::Active), [RuleBreak::ParentStanding]);
}

#[test]
fn a_custody_branch_is_a_station_and_no_other_is() {
    let fits = |facts: &Facts| -> Vec<Form> {
        Form::iter().filter(|form| errors(&Facts { form: *form, ..facts.clone() }).is_empty()).collect()
    };
    let forms = [Form::Branch, Form::JointBranch, Form::GeneralBranch, Form::Committee];
    assert_eq!(fits(&hub()), forms);
    assert_eq!(fits(&property()), forms);
    assert_eq!(fits(&custody()), [Form::LiaisonStation]);
    assert_eq!(errors(&Facts { form: Form::LiaisonStation, ..hub() }), [RuleBreak::Form(Kind::Hub)]);
}

#[test]
fn a_working_hub_branch_covers_two_organisations() {
    let one = Facts { covers: organisations(10..=10), ..hub() };
    assert_eq!(check(&one, Stage::Working).errors, [RuleBreak::HubCovers { least: 2 }]);
    assert_eq!(check(&one, Stage::Proposed).errors, []);
}

#[test]
fn a_working_property_branch_covers_a_tenant_of_the_place() {
    let strangers = Facts { covers: organisations(20..=29), ..property() };
    assert_eq!(check(&strangers, Stage::Working).errors, [RuleBreak::PropertyCovers]);
    assert_eq!(check(&strangers, Stage::Proposed).errors, []);
    assert_eq!(errors(&Facts { covers: organisations(10..=29), ..property() }), []);
}

#[test]
fn a_working_custody_branch_covers_its_host() {
    let others = Facts { covers: organisations(10..=10), tenants: BTreeSet::from([LEAD, organisation(10)]), ..custody() };
    assert_eq!(check(&others, Stage::Working).errors, [RuleBreak::CustodyCovers]);
    assert_eq!(check(&others, Stage::Proposed).errors, []);
}

#[test]
fn a_custody_branch_covers_nobody_outside_its_place() {
    let covers = BTreeSet::from([LEAD, organisation(10)]);
    let inside = Facts { tenants: covers.clone(), covers: covers.clone(), ..custody() };
    assert_eq!(errors(&inside), []);
    let outside = Facts { covers, ..custody() };
    assert_eq!(check(&outside, Stage::Working).errors, [RuleBreak::CustodyReach]);
    assert_eq!(check(&outside, Stage::Proposed).errors, [RuleBreak::CustodyReach]);
}

#[test]
fn a_branch_has_three_members() {
    assert_eq!(errors(&Facts { member_count: 2, ..hub() }), [RuleBreak::Members { least: 3 }]);
    assert_eq!(errors(&Facts { member_count: 3, ..hub() }), []);
    assert_eq!(errors(&Facts { member_count: 0, form: Form::JointBranch, ..hub() }), []);
}

#[test]
fn a_committee_has_three_to_seven_seats_or_there_is_none() {
    let fitting: Vec<u32> = (0..=10).filter(|size| errors(&Facts { committee_size: *size, ..hub() }).is_empty()).collect();
    assert_eq!(fitting, [0, 3, 4, 5, 6, 7]);
    assert_eq!(errors(&Facts { committee_size: 8, ..hub() }), [RuleBreak::Committee { least: 3, most: 7 }]);
}

#[test]
fn a_joint_branch_of_more_than_five_units_is_warned_of() {
    let joint = Facts { form: Form::JointBranch, ..hub() };
    assert_eq!(warned(&Facts { covers: organisations(10..=14), ..joint.clone() }), []);
    assert_eq!(warned(&Facts { covers: organisations(10..=15), ..joint }), [Warning::ManyUnits]);
    assert_eq!(warned(&Facts { covers: organisations(10..=15), ..hub() }), []);
}

#[test]
fn more_than_fifty_members_are_warned_of_in_branches_and_joint_branches() {
    let with = |form, member_count| warned(&Facts { form, member_count, committee_size: 5, ..hub() });
    assert_eq!(with(Form::Branch, 50), []);
    assert_eq!(with(Form::Branch, 51), [Warning::ManyMembers]);
    assert_eq!(with(Form::JointBranch, 51), [Warning::ManyMembers]);
    assert_eq!(with(Form::GeneralBranch, 51), []);
    assert_eq!(with(Form::Committee, 101), []);
}

#[test]
fn seven_members_without_a_committee_are_warned_of_in_branches_and_joint_branches() {
    let with = |form, member_count, committee_size| warned(&Facts { form, member_count, committee_size, ..hub() });
    assert_eq!(with(Form::Branch, 6, 0), []);
    assert_eq!(with(Form::Branch, 7, 0), [Warning::NoCommittee]);
    assert_eq!(with(Form::JointBranch, 7, 0), [Warning::NoCommittee]);
    assert_eq!(with(Form::JointBranch, 7, 3), []);
    assert_eq!(with(Form::GeneralBranch, 7, 0), []);
}

#[test]
fn a_station_of_three_members_may_become_a_branch() {
    assert_eq!(warned(&Facts { member_count: 2, ..custody() }), []);
    assert_eq!(warned(&Facts { member_count: 3, ..custody() }), [Warning::EligibleForBranch]);
}

#[test]
fn the_end_of_a_term_is_warned_of_ninety_days_before_and_from_then_on() {
    let with = |term_ends_on| warned(&Facts { term_ends_on: Some(term_ends_on), ..hub() });
    assert_eq!(with(date(2027, 2, 22)), []);
    assert_eq!(with(date(2027, 2, 21)), [Warning::TermEnding]);
    assert_eq!(with(date(2026, 11, 1)), [Warning::TermEnding]);
}

#[test]
fn every_broken_rule_is_told_at_once() {
    let facts = Facts {
        dominance: Dominance::PropertyLed,
        lead_kind: Lead::Enterprise,
        custodian: Some(Standing { kind: Kind::Hub, status: Status::Active }),
        form: Form::LiaisonStation,
        committee_size: 1,
        covers: BTreeSet::new(),
        ..hub()
    };
    let fields: Vec<&str> = errors(&facts).into_iter().map(RuleBreak::field).collect();
    assert_eq!(fields, ["place", "lead", "custodian", "form", "committeeSize", "covers"]);
}

#[test]
fn every_rule_and_warning_speaks_both_languages() {
    let kinds = Kind::iter().flat_map(|kind| [RuleBreak::Place(kind), RuleBreak::LeadKind(kind), RuleBreak::Form(kind)]);
    let rules = [
        RuleBreak::LeadOperates,
        RuleBreak::HostSits,
        RuleBreak::CustodianMissing,
        RuleBreak::CustodianUnwanted,
        RuleBreak::CustodianStanding,
        RuleBreak::ParentStanding,
        RuleBreak::HubCovers { least: 2 },
        RuleBreak::PropertyCovers,
        RuleBreak::CustodyCovers,
        RuleBreak::CustodyReach,
        RuleBreak::Members { least: 3 },
        RuleBreak::Committee { least: 3, most: 7 },
    ];
    let said = kinds.chain(rules).map(RuleBreak::message).chain(Warning::iter().map(Warning::message));
    for message in said {
        assert!(message.zh.ends_with('。'), "{message:?}");
        assert!(message.en.ends_with('.') && message.en.is_ascii(), "{message:?}");
    }
}
