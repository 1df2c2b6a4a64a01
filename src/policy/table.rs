//! The permission table: which role may take which action, by which tie to the subject.
//!
//! What is not listed is forbidden. `tests/it/policy.txt` prints the same table for people.

use strum::{EnumIter, IntoStaticStr};

use super::{Action, Role};
use crate::domain::claim::Side;

/// How an actor is connected to what it acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Tie {
    /// It belongs to the actor's organisation (o).
    Own,
    /// The actor's organisation has the demand in it (o).
    DemandSide,
    /// The actor's organisation provides in it (o).
    ProviderSide,
    /// It lies in a zone or place that the actor looks after (z).
    Zone,
    /// It lies in the actor's district (d).
    District,
}

impl Tie {
    /// The tie of whoever acts for one party of a claim.
    pub fn of(side: Side) -> Self {
        match side {
            Side::Demand => Self::DemandSide,
            Side::Provider => Self::ProviderSide,
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub action: Action,
    pub role: Role,
    pub tie: Tie,
}

const fn rule(action: Action, role: Role, tie: Tie) -> Rule {
    Rule { action, role, tie }
}

/// Every allowance there is.
pub const RULES: &[Rule] = &[
    rule(Action::AccountCreate, Role::SystemAdmin, Tie::District),
    rule(Action::AccountSuspend, Role::SystemAdmin, Tie::District),
    rule(Action::AccountResume, Role::SystemAdmin, Tie::District),
    rule(Action::AccountEnd, Role::SystemAdmin, Tie::District),
    rule(Action::AccountPasswordReset, Role::SystemAdmin, Tie::District),
    rule(Action::GrantPropose, Role::SystemAdmin, Tie::District),
    rule(Action::GrantApprove, Role::SecurityAdmin, Tie::District),
    rule(Action::GrantSuspend, Role::SystemAdmin, Tie::District),
    rule(Action::GrantSuspend, Role::SecurityAdmin, Tie::District),
    rule(Action::GrantResume, Role::SecurityAdmin, Tie::District),
    rule(Action::GrantEnd, Role::SystemAdmin, Tie::District),
    rule(Action::GrantEnd, Role::SecurityAdmin, Tie::District),
    rule(Action::ZoneCreate, Role::Coordinator, Tie::District),
    rule(Action::PlaceCreate, Role::Coordinator, Tie::District),
    rule(Action::PlaceOpen, Role::Coordinator, Tie::District),
    rule(Action::PlaceClose, Role::Coordinator, Tie::District),
    rule(Action::CategoryCreate, Role::Coordinator, Tie::District),
    rule(Action::CategoryDutyUnitSet, Role::Coordinator, Tie::District),
    rule(Action::OrganisationCreate, Role::Coordinator, Tie::District),
    rule(Action::OrganisationUpdate, Role::Coordinator, Tie::District),
    rule(Action::OrganisationSuspend, Role::Coordinator, Tie::District),
    rule(Action::OrganisationResume, Role::Coordinator, Tie::District),
    rule(Action::OrganisationClose, Role::Coordinator, Tie::District),
    rule(Action::TenancyStart, Role::Steward, Tie::Zone),
    rule(Action::TenancyStart, Role::Coordinator, Tie::District),
    rule(Action::TenancyEnd, Role::Steward, Tie::Zone),
    rule(Action::TenancyEnd, Role::Coordinator, Tie::District),
    rule(Action::ContactPointCreate, Role::Liaison, Tie::Own),
    rule(Action::ContactPointCreate, Role::Official, Tie::Own),
    rule(Action::ContactPointCreate, Role::Lead, Tie::Own),
    rule(Action::ContactPointCreate, Role::Steward, Tie::Zone),
    rule(Action::ContactPointCreate, Role::Coordinator, Tie::District),
    rule(Action::ContactPointUpdate, Role::Liaison, Tie::Own),
    rule(Action::ContactPointUpdate, Role::Official, Tie::Own),
    rule(Action::ContactPointUpdate, Role::Lead, Tie::Own),
    rule(Action::ContactPointUpdate, Role::Steward, Tie::Zone),
    rule(Action::ContactPointUpdate, Role::Coordinator, Tie::District),
    rule(Action::UploadReceive, Role::Steward, Tie::Zone),
    rule(Action::UploadReceive, Role::Coordinator, Tie::District),
    rule(Action::ImportPreview, Role::Steward, Tie::Zone),
    rule(Action::ImportPreview, Role::Coordinator, Tie::District),
    rule(Action::ImportCommit, Role::Steward, Tie::Zone),
    rule(Action::ImportCommit, Role::Coordinator, Tie::District),
    rule(Action::BranchPropose, Role::Steward, Tie::Zone),
    rule(Action::BranchRevise, Role::Steward, Tie::Zone),
    rule(Action::BranchCover, Role::Steward, Tie::Zone),
    rule(Action::BranchUncover, Role::Steward, Tie::Zone),
    rule(Action::BranchReturn, Role::Coordinator, Tie::District),
    rule(Action::BranchApprove, Role::Coordinator, Tie::District),
    rule(Action::BranchActivate, Role::Coordinator, Tie::District),
    rule(Action::BranchSuspend, Role::Coordinator, Tie::District),
    rule(Action::BranchResume, Role::Coordinator, Tie::District),
    rule(Action::BranchConvert, Role::Coordinator, Tie::District),
    rule(Action::BranchMerge, Role::Coordinator, Tie::District),
    rule(Action::BranchDissolve, Role::Coordinator, Tie::District),
    rule(Action::BranchCover, Role::Coordinator, Tie::District),
    rule(Action::BranchUncover, Role::Coordinator, Tie::District),
    rule(Action::BranchHandOver, Role::Coordinator, Tie::District),
    rule(Action::DemandDraft, Role::Liaison, Tie::Own),
    rule(Action::DemandDraft, Role::Steward, Tie::Zone),
    rule(Action::DemandDraft, Role::Coordinator, Tie::District),
    rule(Action::DemandRevise, Role::Liaison, Tie::Own),
    rule(Action::DemandRevise, Role::Steward, Tie::Zone),
    rule(Action::DemandRevise, Role::Coordinator, Tie::District),
    rule(Action::DemandSubmit, Role::Liaison, Tie::Own),
    rule(Action::DemandSubmit, Role::Steward, Tie::Zone),
    rule(Action::DemandSubmit, Role::Coordinator, Tie::District),
    rule(Action::DemandReturn, Role::Steward, Tie::Zone),
    rule(Action::DemandReturn, Role::Coordinator, Tie::District),
    rule(Action::DemandList, Role::Steward, Tie::Zone),
    rule(Action::DemandList, Role::Coordinator, Tie::District),
    rule(Action::DemandMerge, Role::Steward, Tie::Zone),
    rule(Action::DemandMerge, Role::Coordinator, Tie::District),
    rule(Action::DemandWithdraw, Role::Liaison, Tie::Own),
    rule(Action::ResourceDraft, Role::Liaison, Tie::Own),
    rule(Action::ResourceDraft, Role::Official, Tie::Own),
    rule(Action::ResourceDraft, Role::Lead, Tie::Own),
    rule(Action::ResourceDraft, Role::Steward, Tie::Zone),
    rule(Action::ResourceDraft, Role::Coordinator, Tie::District),
    rule(Action::ResourceRevise, Role::Liaison, Tie::Own),
    rule(Action::ResourceRevise, Role::Official, Tie::Own),
    rule(Action::ResourceRevise, Role::Lead, Tie::Own),
    rule(Action::ResourceRevise, Role::Steward, Tie::Zone),
    rule(Action::ResourceRevise, Role::Coordinator, Tie::District),
    rule(Action::ResourceList, Role::Liaison, Tie::Own),
    rule(Action::ResourceList, Role::Lead, Tie::Own),
    rule(Action::ResourceList, Role::Steward, Tie::Zone),
    rule(Action::ResourceList, Role::Coordinator, Tie::District),
    rule(Action::ResourcePause, Role::Liaison, Tie::Own),
    rule(Action::ResourcePause, Role::Lead, Tie::Own),
    rule(Action::ResourcePause, Role::Steward, Tie::Zone),
    rule(Action::ResourcePause, Role::Coordinator, Tie::District),
    rule(Action::ResourceResume, Role::Liaison, Tie::Own),
    rule(Action::ResourceResume, Role::Lead, Tie::Own),
    rule(Action::ResourceResume, Role::Steward, Tie::Zone),
    rule(Action::ResourceResume, Role::Coordinator, Tie::District),
    rule(Action::ResourceAssure, Role::Liaison, Tie::Own),
    rule(Action::ResourceAssure, Role::Official, Tie::Own),
    rule(Action::ResourceAssure, Role::Lead, Tie::Own),
    rule(Action::ResourceAssure, Role::Steward, Tie::Zone),
    rule(Action::ResourceAssure, Role::Coordinator, Tie::District),
    rule(Action::ResourceCapacitySet, Role::Liaison, Tie::Own),
    rule(Action::ResourceCapacitySet, Role::Lead, Tie::Own),
    rule(Action::ResourceCapacitySet, Role::Steward, Tie::Zone),
    rule(Action::ResourceCapacitySet, Role::Coordinator, Tie::District),
    rule(Action::ResourceRetire, Role::Liaison, Tie::Own),
    rule(Action::ResourceRetire, Role::Lead, Tie::Own),
    rule(Action::ResourceRetire, Role::Steward, Tie::Zone),
    rule(Action::ResourceRetire, Role::Coordinator, Tie::District),
    rule(Action::ClaimOffer, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimOffer, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimOffer, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimRequest, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimConsent, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimConsent, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimConsent, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimConsent, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimDecline, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimDecline, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimDecline, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimDecline, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimWithdraw, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimWithdraw, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimWithdraw, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimWithdraw, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimCancelAsk, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimCancelAsk, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimCancelAsk, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimCancelAsk, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimCancelAgree, Role::Liaison, Tie::DemandSide),
    rule(Action::ClaimCancelAgree, Role::Liaison, Tie::ProviderSide),
    rule(Action::ClaimCancelAgree, Role::Official, Tie::ProviderSide),
    rule(Action::ClaimCancelAgree, Role::Lead, Tie::ProviderSide),
    rule(Action::ClaimCancel, Role::Coordinator, Tie::District),
    rule(Action::ProjectContactLog, Role::Liaison, Tie::ProviderSide),
    rule(Action::ProjectContactLog, Role::Official, Tie::ProviderSide),
    rule(Action::ProjectContactLog, Role::Lead, Tie::ProviderSide),
    rule(Action::ProjectPlanFile, Role::Liaison, Tie::ProviderSide),
    rule(Action::ProjectPlanFile, Role::Official, Tie::ProviderSide),
    rule(Action::ProjectPlanFile, Role::Lead, Tie::ProviderSide),
    rule(Action::ProjectStart, Role::Liaison, Tie::ProviderSide),
    rule(Action::ProjectStart, Role::Official, Tie::ProviderSide),
    rule(Action::ProjectStart, Role::Lead, Tie::ProviderSide),
    rule(Action::MilestoneDone, Role::Liaison, Tie::ProviderSide),
    rule(Action::MilestoneDone, Role::Official, Tie::ProviderSide),
    rule(Action::MilestoneDone, Role::Lead, Tie::ProviderSide),
    rule(Action::MilestoneWaive, Role::Liaison, Tie::ProviderSide),
    rule(Action::MilestoneWaive, Role::Official, Tie::ProviderSide),
    rule(Action::MilestoneWaive, Role::Lead, Tie::ProviderSide),
    rule(Action::ProjectDeliver, Role::Liaison, Tie::ProviderSide),
    rule(Action::ProjectDeliver, Role::Official, Tie::ProviderSide),
    rule(Action::ProjectDeliver, Role::Lead, Tie::ProviderSide),
    rule(Action::ProjectConfirm, Role::Liaison, Tie::DemandSide),
    rule(Action::ProjectReopen, Role::Liaison, Tie::DemandSide),
];
