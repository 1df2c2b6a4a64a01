//! The one error of this floor.

use crate::{
    kernel::problem::{Code, Problem},
    policy::Denied,
    store::{Faulty, StoreError},
};

/// Why something that a person wanted did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Absent or hidden: nobody can tell which.
    #[error("not found")]
    NotFound { field: Option<&'static str> },
    /// Seen, but not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A step that is not possible now: a state, a version, a counter, an invariant.
    #[error("refused: {}", .0.code.name())]
    Refused(Box<Problem>),
    /// The same for several reasons at once; the first one stands in the audit log.
    #[error("refused for {} reasons", .0.len())]
    RefusedFor(Vec<Problem>),
    /// The input itself is not acceptable; every fault that was found.
    #[error("invalid input")]
    Invalid(Vec<Problem>),
    /// The first answer to an idempotency key was this refusal.
    #[error("refused before")]
    Replayed(Vec<Problem>),
    /// Not signed in (any more).
    #[error("not signed in")]
    Unauthenticated,
    /// The account has to choose a new password before anything else.
    #[error("password change required")]
    PasswordChangeRequired,
    /// Our own fault, or the database's.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::refused(Code::StaleVersion),
            other => Self::Store(other),
        }
    }
}

impl Faulty for Failure {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict))
    }
}

impl Failure {
    /// A refusal with the usual message of its code.
    pub fn refused(code: Code) -> Self {
        Self::Refused(Box::new(Problem::new(code)))
    }

    /// A refusal about one field of the input.
    pub fn refused_at(code: Code, field: &str) -> Self {
        Self::Refused(Box::new(Problem::new(code).at(field)))
    }

    /// The object that a field of the input names is absent or hidden.
    pub fn missing(field: &'static str) -> Self {
        Self::NotFound { field: Some(field) }
    }

    /// What a person is told, where a person can be told anything.
    pub fn problems(&self) -> Option<Vec<Problem>> {
        match self {
            Self::NotFound { field } => {
                let problem = Problem::new(Code::NotFound);
                Some(vec![match field {
                    Some(field) => problem.at(field),
                    None => problem,
                }])
            }
            Self::Refused(problem) => Some(vec![(**problem).clone()]),
            Self::RefusedFor(problems) | Self::Invalid(problems) | Self::Replayed(problems) => Some(problems.clone()),
            Self::Denied(_) | Self::Unauthenticated | Self::PasswordChangeRequired | Self::Store(_) => None,
        }
    }

    /// The code under which a refusal by scope, policy or state stands in the audit log; `None` for
    /// what is not a refusal of that sort.
    pub fn audited_as(&self) -> Option<Code> {
        match self {
            Self::NotFound { .. } => Some(Code::NotFound),
            Self::Denied(_) => Some(Code::Forbidden),
            Self::Refused(problem) => Some(problem.code),
            Self::RefusedFor(problems) => problems.first().map(|problem| problem.code),
            Self::Invalid(_) | Self::Replayed(_) | Self::Unauthenticated | Self::PasswordChangeRequired | Self::Store(_) => None,
        }
    }
}

/// Turns the violation of a unique constraint into a refusal, and leaves every other fault alone.
pub fn unless_unique(error: StoreError, (constraint, columns): (&str, &str), code: Code, field: &str) -> Failure {
    if error.is_unique(constraint, columns) { Failure::refused_at(code, field) } else { Failure::from(error) }
}
