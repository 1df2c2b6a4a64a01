//! The audit log in the API: for the auditor alone.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Error, ID, InputObject, Object};

use super::{
    form::Form,
    loader::Load,
    page::{Connection, Listed, PageArguments, page_cost, print},
    request::{Request, or_error},
    scalar::DateTime,
};
use crate::{
    kernel::{
        digest::hex,
        id::AuditLineId,
        problem::{Code, Problem},
    },
    ops::Failure,
    policy::Scope,
    store::{Reader, StoreResult, audit, audit_list as rows},
};

/// A line as the API shows it.
#[derive(Clone)]
pub struct AuditEntry(pub audit::Line);

/// One line of the audit log (审计日志): what was done or refused, by whom, to what. It never
/// carries free text, phone numbers or secrets.
#[Object]
impl AuditEntry {
    /// The opaque id, `aud_…`.
    pub async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// Its place in its chain, from 1, without gaps.
    async fn number(&self) -> i64 {
        self.0.number
    }

    /// Which of the two chains of the district it belongs to.
    async fn stream(&self) -> AuditStream {
        if self.0.stream == "SECURITY" { AuditStream::Security } else { AuditStream::Business }
    }

    /// When it was written.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// The account that acted, `acc_…`; null for the system itself.
    async fn account(&self) -> Option<ID> {
        self.0.account.map(|account| ID(account.to_string()))
    }

    /// What was done, e.g. `claim.consent` for the mutation `claimConsent`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// `OK`, or the code of the refusal.
    async fn outcome(&self) -> &str {
        &self.0.outcome
    }

    /// What it changed, as JSON: a list of objects with `object`, `from`, `to` and `facts`.
    async fn effects(&self) -> &str {
        &self.0.effects
    }

    /// The SHA-256 of the line and its predecessor, in hexadecimal.
    async fn hash(&self) -> String {
        hex(&self.0.hash)
    }
}

/// A chain of the audit log.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum AuditStream {
    /// Lists, claims, projects and the registry (业务).
    Business,
    /// Accounts, grants and sessions (安全).
    Security,
}

/// Narrows the audit log; every field that is given must match.
#[derive(InputObject, Default)]
pub struct AuditFilter {
    /// Of one chain only.
    stream: Option<AuditStream>,
    /// Any of these actions, e.g. `claim.consent`; at most 20.
    actions: Option<Vec<String>>,
    /// Any of these outcomes: `OK` or codes of refusals; at most 20.
    outcomes: Option<Vec<String>>,
    /// Written at or after this moment.
    from: Option<DateTime>,
    /// Written before this moment.
    before: Option<DateTime>,
}

impl AuditFilter {
    fn read(self) -> Result<rows::Filter, Failure> {
        const LIMIT: usize = 20;
        let mut form = Form::default();
        let (actions, outcomes) = (self.actions.unwrap_or_default(), self.outcomes.unwrap_or_default());
        for (field, values) in [("actions", &actions), ("outcomes", &outcomes)] {
            let readable = |value: &String| value.len() <= 60 && value.bytes().all(|byte| byte.is_ascii_graphic());
            if !values.iter().all(readable) {
                form.note(Problem::new(Code::Validation).at(field));
            }
            if values.len() > LIMIT {
                form.note(Problem::new(Code::Validation).at(field).saying("最多 20 项。", "At most 20 are allowed."));
            }
        }
        if !form.is_clean() {
            return Err(form.refuse());
        }
        let stream = self.stream.map(|stream| match stream {
            AuditStream::Business => "BUSINESS",
            AuditStream::Security => "SECURITY",
        });
        Ok(rows::Filter { stream, actions, outcomes, from: self.from.map(|at| at.0), before: self.before.map(|at| at.0) })
    }
}

/// A verdict as the API shows it.
pub struct AuditVerdict(audit::Verdict);

/// What verifying one chain of the audit log came to.
#[Object]
impl AuditVerdict {
    /// The chain: `BUSINESS` or `SECURITY`.
    async fn stream(&self) -> &str {
        self.0.stream
    }

    /// Lines that were read and found whole, up to the first fault.
    async fn lines(&self) -> i64 {
        self.0.lines
    }

    /// Whether the whole chain holds.
    async fn is_whole(&self) -> bool {
        self.0.broken.is_none()
    }

    /// The number at which it first does not hold; null when it does.
    async fn broken_at(&self) -> Option<i64> {
        self.0.broken.as_ref().map(|at| at.number)
    }

    /// What is wrong there: `MISSING`, `ALTERED`, `UNLINKED` or `HEAD_DIFFERS`; null when nothing is.
    async fn fault(&self) -> Option<&'static str> {
        self.0.broken.as_ref().map(|at| at.fault.into())
    }
}

impl Listed for AuditEntry {
    type Filter = rows::Filter;

    async fn total(ctx: &Context<'_>, filter: &rows::Filter) -> Result<i64, Error> {
        let filter = filter.clone();
        let cx = Request::of(ctx).cx()?;
        or_error(ctx, cx.read(move |reader, scope| rows::count(reader, scope, &filter)).await)
    }
}

/// Queries of the auditor.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit log of the district, newest first. Empty for everybody but the auditor.
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Rows from the start of the list, 1–100; 20 if neither is given.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end of the list, 1–100.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "Narrows the list.")] filter: Option<AuditFilter>,
    ) -> Result<Connection<AuditEntry>, Error> {
        let cx = Request::of(ctx).cx()?;
        let filter = or_error(ctx, filter.unwrap_or_default().read())?;
        let list = print("auditEntries", &filter, &());
        let request = PageArguments { first, after, last, before }.read(ctx, list)?;
        let narrowed = filter.clone();
        let page = cx.read(move |reader, scope| rows::page(reader, scope, &narrowed, &request)).await;
        Ok(Connection::new(or_error(ctx, page)?, filter, list, rows::mark, AuditEntry))
    }

    /// Verifies both chains of the district from end to end. Null for everybody but the auditor.
    #[graphql(complexity = "200")]
    async fn audit_verify(&self, ctx: &Context<'_>) -> Result<Option<Vec<AuditVerdict>>, Error> {
        let cx = Request::of(ctx).cx()?;
        let verdicts =
            cx.read(|reader, scope| scope.audited_district().map(|district| audit::verify(reader, district)).transpose());
        let verdicts = or_error(ctx, verdicts.await)?;
        Ok(verdicts.map(|verdicts| verdicts.into_iter().map(AuditVerdict).collect()))
    }
}

/// Reads lines by id.
pub struct AuditEntryLoader;

impl Load for AuditEntryLoader {
    type Key = AuditLineId;
    type Value = AuditEntry;
    fn read(reader: &mut Reader, scope: &Scope, keys: &[AuditLineId]) -> StoreResult<HashMap<AuditLineId, AuditEntry>> {
        let found = rows::find_many(reader, scope, keys)?;
        Ok(found.into_iter().map(|line| (line.id, AuditEntry(line))).collect())
    }
}
