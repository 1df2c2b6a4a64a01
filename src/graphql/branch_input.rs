//! What changes to branches are given, and what comes of them.

use std::{collections::BTreeSet, marker::PhantomData};

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    branch::Branch,
    branch_words::{BranchForm, BranchKind, BranchNotice, BranchWarning},
    error::Problem,
    form::Form,
    request::Outcome,
    scalar::Date,
};
use crate::{
    domain::branch::{self as domain, MAX_PROPOSED_COVERS, Terms},
    kernel::id::OrganisationId,
};

/// What came of a change to a branch.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "BranchProposePayload", params(BranchProposeInput)),
    concrete(name = "BranchRevisePayload", params(BranchReviseInput)),
    concrete(name = "BranchReturnPayload", params(BranchReturnInput)),
    concrete(name = "BranchApprovePayload", params(BranchApproveInput)),
    concrete(name = "BranchActivatePayload", params(BranchActivateInput)),
    concrete(name = "BranchSuspendPayload", params(BranchSuspendInput)),
    concrete(name = "BranchResumePayload", params(BranchResumeInput)),
    concrete(name = "BranchConvertPayload", params(BranchConvertInput)),
    concrete(name = "BranchMergePayload", params(BranchMergeInput)),
    concrete(name = "BranchDissolvePayload", params(BranchDissolveInput)),
    concrete(name = "BranchCoverPayload", params(BranchCoverInput)),
    concrete(name = "BranchUncoverPayload", params(BranchUncoverInput)),
    concrete(name = "BranchHandOverPayload", params(BranchHandOverInput))
)]
pub struct BranchPayload<I: Send + Sync> {
    /// The branch as it is now; null when there are problems.
    branch: Option<Branch>,
    /// What the person should know although it was done; empty when there are problems.
    warnings: Vec<BranchNotice>,
    /// Why it was refused; empty when it was done.
    problems: Vec<Problem>,
    #[graphql(skip)]
    input: PhantomData<I>,
}

impl<I: Send + Sync> From<Outcome<domain::Branch>> for BranchPayload<I> {
    fn from(outcome: Outcome<domain::Branch>) -> Self {
        let (branch, problems) = match outcome {
            Ok(branch) => (Some(branch), Vec::new()),
            Err(problems) => (None, problems.into_iter().map(Problem).collect()),
        };
        let warnings = branch.iter().flat_map(|branch| &branch.warnings).copied().map(BranchNotice).collect();
        Self { branch: branch.map(Branch::of), warnings, problems, input: PhantomData }
    }
}

/// What a proposal says of a branch.
#[derive(InputObject)]
pub struct BranchTermsInput {
    /// What it is called, 1–120 characters, unique in the district.
    name: String,
    /// How it is organised (组织形式).
    form: BranchForm,
    /// The organisation that leads it (牵头单位); of a custody branch its host.
    lead: ID,
    /// The branch that has it in its care (托管党组织); for custody branches, and only for them.
    custodian: Option<ID>,
    /// The branch above it (上级党组织).
    parent: Option<ID>,
    /// How many members it has (党员人数), 0–100,000.
    member_count: i64,
    /// Seats of its committee (支委人数); 0 when there is none.
    #[graphql(default)]
    committee_size: i64,
    /// The day it was formed (成立日期), not in the future.
    formed_on: Option<Date>,
    /// The organisations to cover from its activation on (拟覆盖单位), at most 200.
    #[graphql(default)]
    covers: Vec<ID>,
}

/// The most members that anybody will ever type.
pub const MAX_MEMBERS: u32 = 100_000;
/// A committee may be any size that a rule can then refuse with its name.
const MAX_COMMITTEE: u32 = 1_000;

impl BranchTermsInput {
    /// Reads the terms; `None` when the form has noted why not.
    pub(super) fn read(self, form: &mut Form) -> Option<Terms> {
        let name = form.text("name", &self.name);
        let lead = form.id("lead", &self.lead);
        let custodian = form.optional_id("custodian", self.custodian.as_ref());
        let parent = form.optional_id("parent", self.parent.as_ref());
        let member_count = form.number("memberCount", self.member_count, 0, MAX_MEMBERS);
        let committee_size = form.number("committeeSize", self.committee_size, 0, MAX_COMMITTEE);
        let covers = form.ids("covers", &self.covers, MAX_PROPOSED_COVERS);
        Some(Terms {
            name: name?,
            form: self.form.into(),
            lead: lead?,
            custodian: custodian?,
            parent: parent?,
            member_count: member_count?,
            committee_size: committee_size?,
            formed_on: self.formed_on.map(|day| day.0),
            covers: each_once(covers?),
        })
    }
}

/// Naming an organisation twice means it once.
fn each_once(organisations: Vec<OrganisationId>) -> Vec<OrganisationId> {
    let mut seen = BTreeSet::new();
    organisations.into_iter().filter(|organisation| seen.insert(*organisation)).collect()
}

/// Proposes a branch.
#[derive(InputObject)]
pub struct BranchProposeInput {
    /// Of which type.
    pub(super) kind: BranchKind,
    /// The building or park it belongs to.
    pub(super) place: ID,
    #[graphql(flatten)]
    pub(super) terms: BranchTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Changes a proposal that is not decided on; all that was said of it is replaced.
#[derive(InputObject)]
pub struct BranchReviseInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    #[graphql(flatten)]
    pub(super) terms: BranchTermsInput,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Gives a proposal back.
#[derive(InputObject)]
pub struct BranchReturnInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Why, 2–500 characters.
    pub(super) reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Approves a proposal.
#[derive(InputObject)]
pub struct BranchApproveInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// The warnings that the approver knows of; every one that stands must be named.
    #[graphql(default)]
    pub(super) acknowledge_warnings: Vec<BranchWarning>,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Puts an approved branch to work.
#[derive(InputObject)]
pub struct BranchActivateInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Lets a branch rest.
#[derive(InputObject)]
pub struct BranchSuspendInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Why, 2–500 characters.
    pub(super) reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Puts a resting branch to work again.
#[derive(InputObject)]
pub struct BranchResumeInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Ends a branch whose place another form takes.
#[derive(InputObject)]
pub struct BranchConvertInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Why, 2–500 characters.
    pub(super) reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Merges a branch into another one.
#[derive(InputObject)]
pub struct BranchMergeInput {
    /// The branch that ends.
    pub(super) branch: ID,
    /// The version of it that the client has seen.
    pub(super) expected_version: i32,
    /// The active branch that goes on.
    pub(super) into: ID,
    /// How many members the branch that goes on has then, 0–100,000.
    pub(super) member_count: i64,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Ends a branch for good.
#[derive(InputObject)]
pub struct BranchDissolveInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// Why, 2–500 characters.
    pub(super) reason: String,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Covers one organisation more.
#[derive(InputObject)]
pub struct BranchCoverInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// The organisation to cover from today on.
    pub(super) organisation: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Covers one organisation fewer.
#[derive(InputObject)]
pub struct BranchUncoverInput {
    /// The branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// The organisation; today is the last day it is covered.
    pub(super) organisation: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}

/// Hands a custody branch over to another custodian.
#[derive(InputObject)]
pub struct BranchHandOverInput {
    /// The custody branch.
    pub(super) branch: ID,
    /// The version that the client has seen.
    pub(super) expected_version: i32,
    /// The branch that has it in its care from now on.
    pub(super) custodian: ID,
    /// Makes a repetition answer the first outcome, for 24 hours.
    pub(super) idempotency_key: Option<String>,
}
