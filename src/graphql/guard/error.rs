//! Why a request was refused before the schema saw it, in words that never repeat the request.

use super::fault::{Bound, Fault, Place};
use crate::kernel::lang::Lang;

/// A refusal by the guard. Display is the English message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// More than the bound, which is the number.
    #[error("{}", bound.english(*limit))]
    Exceeds { bound: Bound, limit: usize },
    /// Something in one place of the document.
    #[error("{} (line {}, column {})", fault.english(), at.line, at.column)]
    Faulty { fault: Fault, at: Place },
    #[error("The document has no operation.")]
    NoOperation,
    #[error("The document has no operation of this name.")]
    UnknownOperation,
    #[error("The document has several operations; operationName must name one.")]
    OperationNameRequired,
}

impl GuardError {
    /// The stable code that clients may rely on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exceeds { bound, .. } => bound.code(),
            Self::Faulty { fault, .. } => fault.code(),
            Self::NoOperation => "NO_OPERATION",
            Self::UnknownOperation => "UNKNOWN_OPERATION",
            Self::OperationNameRequired => "OPERATION_NAME_REQUIRED",
        }
    }

    /// The message for a person.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }

    /// Where in the document the fault is, if it is in one place.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Faulty { at, .. } => Some(*at),
            Self::Exceeds { .. } | Self::NoOperation | Self::UnknownOperation | Self::OperationNameRequired => None,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Exceeds { bound, limit } => bound.chinese(*limit),
            Self::Faulty { fault, at } => {
                format!("{}(第 {} 行第 {} 列)", fault.chinese(), at.line, at.column)
            }
            Self::NoOperation => "查询文档中没有操作。".to_owned(),
            Self::UnknownOperation => "查询文档中没有该名称的操作。".to_owned(),
            Self::OperationNameRequired => "查询文档有多个操作,请用 operationName 指定其中一个。".to_owned(),
        }
    }
}
