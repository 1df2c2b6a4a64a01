//! Which rows wait for which step, and by which column a row is tied to whoever may take it.

use super::Noun;
use crate::{
    domain::inbox::Kind,
    policy::{Action, Tie},
};

/// The column that says until when.
#[derive(Clone, Copy)]
pub(super) enum Due {
    At(&'static str),
    /// Until offices close on that day.
    On(&'static str),
    Never,
}

/// Rows that wait for a step.
pub(super) struct Wait {
    pub(super) kind: Kind,
    pub(super) action: Action,
    pub(super) noun: Noun,
    /// Which rows do.
    pub(super) waits: &'static str,
    pub(super) due: Due,
    pub(super) tie: Tie,
    /// The column that ties a row to whoever may take the step; unused for a whole district.
    pub(super) by: &'static str,
}

const fn wait(kind: Kind, action: Action, noun: Noun, waits: &'static str, due: Due, (tie, by): (Tie, &'static str)) -> Wait {
    Wait { kind, action, noun, waits, due, tie, by }
}

const DISTRICT: (Tie, &str) = (Tie::District, "district");
const OWN: (Tie, &str) = (Tie::Own, "organisation");
const PLACE: (Tie, &str) = (Tie::Zone, "place");
const DEMAND_SIDE: (Tie, &str) = (Tie::DemandSide, "demand_organisation");
const PROVIDER: (Tie, &str) = (Tie::ProviderSide, "provider");
const LEAD: (Tie, &str) = (Tie::ProviderSide, "lead");
/// Whoever may claim for the duty unit of the category; a leaf without one has its root's.
const DUTY_UNIT: (Tie, &str) = (
    Tie::ProviderSide,
    "(SELECT coalesce(c.duty_unit, r.duty_unit) FROM category c LEFT JOIN category r ON r.id = c.parent \
     WHERE c.id = demand.category)",
);

/// A target that has not answered.
const ASKED: (Tie, &str) =
    (Tie::Own, "EXISTS (SELECT 1 FROM posting_target t WHERE t.posting = posting.id AND t.status = 'ASKED' AND t.organisation");
/// An enterprise that is asked about an instructor and has not answered.
const NOT_ANSWERED: (Tie, &str) = (
    Tie::Own,
    "EXISTS (SELECT 1 FROM evaluation_asked a WHERE a.evaluation = evaluation.id AND a.answered_at IS NULL AND a.organisation",
);
/// The unit that an instructor comes from.
const UNIT: (Tie, &str) = (Tie::Own, "dispatch_unit");
const POSTING: (Tie, &str) = (Tie::Posting, "posting");

const UNCLAIMED: &str = "status = 'LISTED' AND reminded_at IS NOT NULL AND escalated_at IS NULL AND agreed_quantity = 0 \
    AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.demand = demand.id AND claim.status IN ('PENDING', 'OBJECTED'))";
const ESCALATED: &str = "status = 'LISTED' AND escalated_at IS NOT NULL AND agreed_quantity = 0 \
    AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.demand = demand.id AND claim.status IN ('PENDING', 'OBJECTED'))";
const TO_ASSURE: &str = "((status = 'LISTED' AND reminded > 0) OR status = 'STALE')";
const PAUSE_ASKED: &str = "EXISTS (SELECT 1 FROM project_pause p WHERE p.project = project.id AND p.status = 'ASKED')";
const EXTENSION_ASKED: &str = "EXISTS (SELECT 1 FROM project_extension e WHERE e.project = project.id AND e.status = 'ASKED')";
const CALL_DUE: &str = "EXISTS (SELECT 1 FROM call_back b WHERE b.project = project.id AND b.status = 'DUE')";

/// Everything that can wait. Names and conditions are our own words, never anybody's input.
pub(super) const WAITS: &[Wait] = &[
    wait(
        Kind::ClaimAnswer,
        Action::ClaimConsent,
        Noun::Claim,
        "status = 'PENDING' AND provider_consent_at IS NULL",
        Due::At("respond_by"),
        PROVIDER,
    ),
    // Of a dispatch the provider answers first.
    wait(
        Kind::ClaimAnswer,
        Action::ClaimConsent,
        Noun::Claim,
        "status = 'PENDING' AND demand_consent_at IS NULL AND provider_consent_at IS NOT NULL",
        Due::At("respond_by"),
        DEMAND_SIDE,
    ),
    wait(
        Kind::ClaimCancelAnswer,
        Action::ClaimCancelAgree,
        Noun::Claim,
        "status = 'AGREED' AND cancel_asked_side = 'DEMAND'",
        Due::At("cancel_respond_by"),
        PROVIDER,
    ),
    wait(
        Kind::ClaimCancelAnswer,
        Action::ClaimCancelAgree,
        Noun::Claim,
        "status = 'AGREED' AND cancel_asked_side = 'PROVIDER'",
        Due::At("cancel_respond_by"),
        DEMAND_SIDE,
    ),
    wait(
        Kind::ClaimObjectionDecide,
        Action::ClaimObjectionDecide,
        Noun::Claim,
        "status = 'OBJECTED'",
        Due::At("objection_due_at"),
        DISTRICT,
    ),
    wait(Kind::DemandTriage, Action::DemandList, Noun::Demand, "status = 'SUBMITTED'", Due::At("triage_due_at"), PLACE),
    wait(Kind::DemandTriage, Action::DemandList, Noun::Demand, "status = 'SUBMITTED'", Due::At("triage_due_at"), DISTRICT),
    wait(Kind::DemandClaim, Action::ClaimOffer, Noun::Demand, UNCLAIMED, Due::At("escalate_due_at"), DUTY_UNIT),
    wait(Kind::DemandDispatch, Action::ClaimDispatch, Noun::Demand, ESCALATED, Due::Never, DISTRICT),
    wait(
        Kind::DemandDecide,
        Action::DemandClose,
        Noun::Demand,
        "status = 'LISTED' AND decide_due_at IS NOT NULL",
        Due::At("decide_due_at"),
        DISTRICT,
    ),
    wait(
        Kind::DemandObjectionDecide,
        Action::DemandObjectionDecide,
        Noun::Demand,
        "status = 'CLOSED' AND objected_at IS NOT NULL AND dismissed_at IS NULL",
        Due::At("objection_due_at"),
        DISTRICT,
    ),
    wait(Kind::DemandMend, Action::DemandSubmit, Noun::Demand, "status = 'RETURNED'", Due::Never, OWN),
    wait(Kind::DemandRenew, Action::DemandRenew, Noun::Demand, "status = 'EXPIRED'", Due::On("renew_until"), OWN),
    wait(
        Kind::ProjectContact,
        Action::ProjectContactLog,
        Noun::Project,
        "status = 'PLANNED' AND contacted_at IS NULL",
        Due::At("contact_due_at"),
        LEAD,
    ),
    wait(
        Kind::ProjectPlan,
        Action::ProjectPlanFile,
        Noun::Project,
        "status = 'PLANNED' AND plan_filed_at IS NULL",
        Due::At("plan_due_at"),
        LEAD,
    ),
    wait(
        Kind::ProjectStart,
        Action::ProjectStart,
        Noun::Project,
        "status = 'PLANNED' AND contacted_at IS NOT NULL AND plan_filed_at IS NOT NULL",
        Due::On("due_on"),
        LEAD,
    ),
    wait(
        Kind::ProjectProgress,
        Action::ProjectProgressReport,
        Noun::Project,
        "status = 'ACTIVE'",
        Due::At("progress_due_at"),
        LEAD,
    ),
    wait(Kind::ProjectDeliver, Action::ProjectDeliver, Noun::Project, "status = 'ACTIVE'", Due::On("due_on"), LEAD),
    wait(
        Kind::ProjectConfirm,
        Action::ProjectConfirm,
        Noun::Project,
        "status = 'DELIVERED'",
        Due::At("confirm_due_at"),
        DEMAND_SIDE,
    ),
    wait(
        Kind::ProjectConfirm,
        Action::ProjectConfirm,
        Noun::Project,
        "status = 'UNCONFIRMED'",
        Due::At("close_due_at"),
        DEMAND_SIDE,
    ),
    wait(Kind::ProjectPauseDecide, Action::ProjectPauseDecide, Noun::Project, PAUSE_ASKED, Due::Never, DISTRICT),
    wait(
        Kind::ProjectExtensionDecide,
        Action::ProjectExtensionDecide,
        Noun::Project,
        EXTENSION_ASKED,
        Due::On("due_on"),
        DISTRICT,
    ),
    wait(Kind::ProjectCallBack, Action::ProjectCallBackLog, Noun::Project, CALL_DUE, Due::Never, DISTRICT),
    wait(Kind::ResourceAssure, Action::ResourceAssure, Noun::Resource, TO_ASSURE, Due::On("stale_on"), OWN),
    wait(Kind::ResourceList, Action::ResourceList, Noun::Resource, "status = 'DRAFT'", Due::Never, OWN),
    wait(Kind::BranchMend, Action::BranchRevise, Noun::Branch, "status = 'RETURNED'", Due::Never, PLACE),
    wait(Kind::BranchDecide, Action::BranchApprove, Noun::Branch, "status = 'PROPOSED'", Due::Never, DISTRICT),
    wait(Kind::BranchActivate, Action::BranchActivate, Noun::Branch, "status = 'APPROVED'", Due::Never, DISTRICT),
    // Nobody approves what they have proposed, or what is for themselves.
    wait(
        Kind::GrantApprove,
        Action::GrantApprove,
        Noun::Grant,
        "status = 'PROPOSED' AND account <> $1 AND (proposed_by IS NULL OR proposed_by <> $1)",
        Due::Never,
        DISTRICT,
    ),
    wait(
        Kind::RuleChangeDecide,
        Action::RuleChangeApprove,
        Noun::RuleChange,
        "status = 'PROPOSED' AND proposed_by <> $1",
        Due::Never,
        DISTRICT,
    ),
    wait(Kind::PostingAnswer, Action::PostingConsent, Noun::Posting, "status = 'PROPOSED'", Due::At("consent_due_at"), ASKED),
    // Nobody approves what they have proposed, or their own posting.
    wait(
        Kind::PostingApprove,
        Action::PostingApprove,
        Noun::Posting,
        "status = 'CONSENTED' AND proposed_by <> $1 AND instructor <> $1",
        Due::At("approve_due_at"),
        DISTRICT,
    ),
    wait(
        Kind::ToolkitAcknowledge,
        Action::ToolkitAcknowledge,
        Noun::ToolkitIssue,
        "acknowledged_at IS NULL AND EXISTS (SELECT 1 FROM posting p WHERE p.id = posting AND p.status = 'ACTIVE')",
        Due::At("acknowledge_due_at"),
        POSTING,
    ),
    wait(Kind::RecordVerify, Action::RecordVerify, Noun::FiledRecord, "status = 'FILED'", Due::At("verify_due_at"), OWN),
    wait(
        Kind::RecordDisputeDecide,
        Action::RecordDisputeDecide,
        Noun::FiledRecord,
        "status = 'DISPUTED'",
        Due::At("decide_due_at"),
        UNIT,
    ),
    wait(
        Kind::EvaluationAnswer,
        Action::EvaluationAnswer,
        Noun::Evaluation,
        "status = 'RECORDS_READY'",
        Due::At("answers_end_at"),
        NOT_ANSWERED,
    ),
    wait(Kind::EvaluationScore, Action::EvaluationScore, Noun::Evaluation, "status = 'ENTERPRISE_DONE'", Due::Never, UNIT),
    wait(Kind::EvaluationGrade, Action::EvaluationGrade, Noun::Evaluation, "status = 'UNIT_DONE'", Due::Never, DISTRICT),
    wait(
        Kind::EvaluationObjectionDecide,
        Action::EvaluationObjectionDecide,
        Noun::Evaluation,
        "status = 'OBJECTED'",
        Due::Never,
        DISTRICT,
    ),
];

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_kind_waits_somewhere_and_has_its_place_in_the_order() {
        for kind in Kind::iter() {
            assert!(WAITS.iter().any(|wait| wait.kind == kind), "{}", kind.name());
            assert!((0..64).contains(&kind.rank()), "{}", kind.name());
        }
    }
}
