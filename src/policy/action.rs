//! Everything a person can do, by the name it has everywhere.

use strum::{EnumIter, EnumString, IntoStaticStr};

/// One thing people do. `claim.consent` in the audit log is `claimConsent` in the API and
/// `ops::claim::consent` in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, EnumString, IntoStaticStr)]
pub enum Action {
    #[strum(serialize = "account.create")]
    AccountCreate,
    #[strum(serialize = "account.suspend")]
    AccountSuspend,
    #[strum(serialize = "account.resume")]
    AccountResume,
    #[strum(serialize = "account.end")]
    AccountEnd,
    #[strum(serialize = "account.password_reset")]
    AccountPasswordReset,
    #[strum(serialize = "grant.propose")]
    GrantPropose,
    #[strum(serialize = "grant.approve")]
    GrantApprove,
    #[strum(serialize = "grant.suspend")]
    GrantSuspend,
    #[strum(serialize = "grant.resume")]
    GrantResume,
    #[strum(serialize = "grant.end")]
    GrantEnd,
    #[strum(serialize = "session.create")]
    SessionCreate,
    #[strum(serialize = "session.end")]
    SessionEnd,
    #[strum(serialize = "session.revoke")]
    SessionRevoke,
    #[strum(serialize = "session.revoke_all")]
    SessionRevokeAll,
    #[strum(serialize = "password.change")]
    PasswordChange,
    #[strum(serialize = "district.backstop_set")]
    DistrictBackstopSet,
    #[strum(serialize = "calendar.import")]
    CalendarImport,
    #[strum(serialize = "rule_change.propose")]
    RuleChangePropose,
    #[strum(serialize = "rule_change.approve")]
    RuleChangeApprove,
    #[strum(serialize = "rule_change.reject")]
    RuleChangeReject,
    #[strum(serialize = "rule_change.withdraw")]
    RuleChangeWithdraw,
    #[strum(serialize = "snapshot.take")]
    SnapshotTake,
    #[strum(serialize = "zone.create")]
    ZoneCreate,
    #[strum(serialize = "place.create")]
    PlaceCreate,
    #[strum(serialize = "place.open")]
    PlaceOpen,
    #[strum(serialize = "place.close")]
    PlaceClose,
    #[strum(serialize = "category.create")]
    CategoryCreate,
    #[strum(serialize = "category.duty_unit_set")]
    CategoryDutyUnitSet,
    #[strum(serialize = "organisation.create")]
    OrganisationCreate,
    #[strum(serialize = "organisation.update")]
    OrganisationUpdate,
    #[strum(serialize = "organisation.suspend")]
    OrganisationSuspend,
    #[strum(serialize = "organisation.resume")]
    OrganisationResume,
    #[strum(serialize = "organisation.close")]
    OrganisationClose,
    #[strum(serialize = "tenancy.start")]
    TenancyStart,
    #[strum(serialize = "tenancy.end")]
    TenancyEnd,
    #[strum(serialize = "contact_point.create")]
    ContactPointCreate,
    #[strum(serialize = "contact_point.update")]
    ContactPointUpdate,
    /// Over HTTP, not a mutation.
    #[strum(serialize = "upload.receive")]
    UploadReceive,
    #[strum(serialize = "export.create")]
    ExportCreate,
    /// Over HTTP and on the command line, not a mutation.
    #[strum(serialize = "export.download")]
    ExportDownload,
    #[strum(serialize = "import.preview")]
    ImportPreview,
    #[strum(serialize = "import.commit")]
    ImportCommit,
    #[strum(serialize = "branch.propose")]
    BranchPropose,
    #[strum(serialize = "branch.revise")]
    BranchRevise,
    #[strum(serialize = "branch.return")]
    BranchReturn,
    #[strum(serialize = "branch.approve")]
    BranchApprove,
    #[strum(serialize = "branch.activate")]
    BranchActivate,
    #[strum(serialize = "branch.suspend")]
    BranchSuspend,
    #[strum(serialize = "branch.resume")]
    BranchResume,
    #[strum(serialize = "branch.convert")]
    BranchConvert,
    #[strum(serialize = "branch.merge")]
    BranchMerge,
    #[strum(serialize = "branch.dissolve")]
    BranchDissolve,
    #[strum(serialize = "branch.cover")]
    BranchCover,
    #[strum(serialize = "branch.uncover")]
    BranchUncover,
    #[strum(serialize = "branch.hand_over")]
    BranchHandOver,
    #[strum(serialize = "demand.draft")]
    DemandDraft,
    #[strum(serialize = "demand.revise")]
    DemandRevise,
    #[strum(serialize = "demand.submit")]
    DemandSubmit,
    #[strum(serialize = "demand.return")]
    DemandReturn,
    #[strum(serialize = "demand.list")]
    DemandList,
    #[strum(serialize = "demand.merge")]
    DemandMerge,
    #[strum(serialize = "demand.withdraw")]
    DemandWithdraw,
    #[strum(serialize = "demand.park")]
    DemandPark,
    #[strum(serialize = "demand.close")]
    DemandClose,
    #[strum(serialize = "demand.object")]
    DemandObject,
    #[strum(serialize = "demand.objection_decide")]
    DemandObjectionDecide,
    #[strum(serialize = "demand.renew")]
    DemandRenew,
    #[strum(serialize = "resource.draft")]
    ResourceDraft,
    #[strum(serialize = "resource.revise")]
    ResourceRevise,
    #[strum(serialize = "resource.list")]
    ResourceList,
    #[strum(serialize = "resource.pause")]
    ResourcePause,
    #[strum(serialize = "resource.resume")]
    ResourceResume,
    #[strum(serialize = "resource.assure")]
    ResourceAssure,
    #[strum(serialize = "resource.capacity_set")]
    ResourceCapacitySet,
    #[strum(serialize = "resource.retire")]
    ResourceRetire,
    #[strum(serialize = "claim.offer")]
    ClaimOffer,
    #[strum(serialize = "claim.request")]
    ClaimRequest,
    #[strum(serialize = "claim.dispatch")]
    ClaimDispatch,
    #[strum(serialize = "claim.dispatch_withdraw")]
    ClaimDispatchWithdraw,
    #[strum(serialize = "claim.object")]
    ClaimObject,
    #[strum(serialize = "claim.objection_decide")]
    ClaimObjectionDecide,
    #[strum(serialize = "claim.consent")]
    ClaimConsent,
    #[strum(serialize = "claim.decline")]
    ClaimDecline,
    #[strum(serialize = "claim.withdraw")]
    ClaimWithdraw,
    #[strum(serialize = "claim.cancel_ask")]
    ClaimCancelAsk,
    #[strum(serialize = "claim.cancel_agree")]
    ClaimCancelAgree,
    #[strum(serialize = "claim.cancel")]
    ClaimCancel,
    #[strum(serialize = "project.contact_log")]
    ProjectContactLog,
    #[strum(serialize = "project.plan_file")]
    ProjectPlanFile,
    #[strum(serialize = "project.start")]
    ProjectStart,
    #[strum(serialize = "milestone.done")]
    MilestoneDone,
    #[strum(serialize = "milestone.waive")]
    MilestoneWaive,
    #[strum(serialize = "project.progress_report")]
    ProjectProgressReport,
    #[strum(serialize = "project.pause_ask")]
    ProjectPauseAsk,
    #[strum(serialize = "project.pause_withdraw")]
    ProjectPauseWithdraw,
    #[strum(serialize = "project.pause_decide")]
    ProjectPauseDecide,
    #[strum(serialize = "project.resume")]
    ProjectResume,
    #[strum(serialize = "project.extension_ask")]
    ProjectExtensionAsk,
    #[strum(serialize = "project.extension_withdraw")]
    ProjectExtensionWithdraw,
    #[strum(serialize = "project.extension_decide")]
    ProjectExtensionDecide,
    #[strum(serialize = "project.deliver")]
    ProjectDeliver,
    #[strum(serialize = "project.confirm")]
    ProjectConfirm,
    #[strum(serialize = "project.call_back_log")]
    ProjectCallBackLog,
    #[strum(serialize = "project.reopen")]
    ProjectReopen,
    #[strum(serialize = "call_back.draw")]
    CallBackDraw,
    #[strum(serialize = "posting.propose")]
    PostingPropose,
    #[strum(serialize = "posting.consent")]
    PostingConsent,
    #[strum(serialize = "posting.decline")]
    PostingDecline,
    #[strum(serialize = "posting.approve")]
    PostingApprove,
    #[strum(serialize = "posting.target_end")]
    PostingTargetEnd,
    #[strum(serialize = "posting.end")]
    PostingEnd,
    #[strum(serialize = "toolkit_item.publish")]
    ToolkitItemPublish,
    #[strum(serialize = "toolkit.issue")]
    ToolkitIssue,
    #[strum(serialize = "toolkit.acknowledge")]
    ToolkitAcknowledge,
    #[strum(serialize = "record.draft")]
    RecordDraft,
    #[strum(serialize = "record.revise")]
    RecordRevise,
    #[strum(serialize = "record.discard")]
    RecordDiscard,
    #[strum(serialize = "record.attach")]
    RecordAttach,
    #[strum(serialize = "record.detach")]
    RecordDetach,
    #[strum(serialize = "record.demand_open")]
    RecordDemandOpen,
    #[strum(serialize = "record.file")]
    RecordFile,
    #[strum(serialize = "record.month_open")]
    RecordMonthOpen,
    #[strum(serialize = "record.verify")]
    RecordVerify,
    #[strum(serialize = "record.dispute")]
    RecordDispute,
    #[strum(serialize = "record.dispute_decide")]
    RecordDisputeDecide,
    #[strum(serialize = "record.add")]
    RecordAdd,
    #[strum(serialize = "cycle.prepare")]
    CyclePrepare,
    #[strum(serialize = "cycle.revise")]
    CycleRevise,
    #[strum(serialize = "cycle.open")]
    CycleOpen,
    #[strum(serialize = "cycle.freeze")]
    CycleFreeze,
    #[strum(serialize = "cycle.publish")]
    CyclePublish,
    #[strum(serialize = "evaluation.answer")]
    EvaluationAnswer,
    #[strum(serialize = "evaluation.score")]
    EvaluationScore,
    #[strum(serialize = "evaluation.waive")]
    EvaluationWaive,
    #[strum(serialize = "evaluation.grade")]
    EvaluationGrade,
    #[strum(serialize = "evaluation.object")]
    EvaluationObject,
    #[strum(serialize = "evaluation.objection_decide")]
    EvaluationObjectionDecide,
}

impl Action {
    /// The name in the audit log: `noun.verb`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The name of the GraphQL mutation: `nounVerb`.
    pub fn mutation(self) -> String {
        let mut name = String::new();
        let mut upper = false;
        for letter in self.name().chars() {
            if letter == '.' || letter == '_' {
                upper = true;
            } else if std::mem::take(&mut upper) {
                name.push(letter.to_ascii_uppercase());
            } else {
                name.push(letter);
            }
        }
        name
    }

    /// Whether the account must have chosen its password itself; otherwise it is what an invited
    /// account can do before.
    pub fn needs_own_password(self) -> bool {
        !matches!(self, Self::PasswordChange | Self::SessionEnd)
    }

    /// Which of the two audit chains of a district the action belongs to.
    pub fn is_security(self) -> bool {
        let (noun, _) = self.name().split_once('.').unwrap_or((self.name(), ""));
        matches!(noun, "account" | "grant" | "session" | "password")
    }
}
