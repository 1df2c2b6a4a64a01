//! A document that was found harmless, and the operation of it that a request chose.

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Name, Request, Variables};

use super::fault::{Bound, Fault, Place};
use super::{GuardError, Limits, value};

/// One operation of an admitted document.
#[derive(Debug, Clone)]
pub struct Admitted {
    checked: Arc<Checked>,
    chosen: usize,
}

/// What the cache keeps.
#[derive(Debug)]
pub(super) struct Checked {
    pub document: ExecutableDocument,
    /// In the order of the document, never empty.
    pub operations: Vec<Operation>,
    pub tokens: usize,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub name: Option<Name>,
    pub kind: OperationType,
    pub root_fields: Vec<Name>,
    pub variables: Vec<Variable>,
    /// Expanded places that use a variable.
    pub variable_uses: usize,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub name: Name,
    pub at: Place,
    /// Neither nullable nor with a default value.
    pub required: bool,
    /// The size of the default value, 0 without one.
    pub default_size: usize,
}

impl Admitted {
    pub(super) fn select(checked: Arc<Checked>, name: Option<&str>) -> Result<Self, GuardError> {
        let chosen = match name.filter(|name| !name.is_empty()) {
            Some(name) => checked.position_of(name).ok_or(GuardError::UnknownOperation)?,
            None if checked.operations.len() == 1 => 0,
            None => return Err(GuardError::OperationNameRequired),
        };
        Ok(Self { checked, chosen })
    }

    /// Whether this is a query, a mutation or a subscription.
    pub fn operation_type(&self) -> OperationType {
        self.operation().kind
    }

    /// `None` for an operation without a name.
    pub fn operation_name(&self) -> Option<&str> {
        self.operation().name.as_deref()
    }

    /// The names of the fields at the root, fragments expanded, in the order of the document; a
    /// field asked for twice stands there twice. Aliases are not considered.
    pub fn root_fields(&self) -> &[Name] {
        &self.operation().root_fields
    }

    pub fn document(&self) -> &ExecutableDocument {
        &self.checked.document
    }

    /// The chosen operation in the document.
    pub fn definition(&self) -> &OperationDefinition {
        let operation = self.operation();
        let mut all = self.checked.document.operations.iter();
        let chosen = all.find(|(name, _)| *name == operation.name.as_ref());
        // The operations were taken from this very document.
        &chosen.expect("an operation of its own document").1.node
    }

    /// A request for the schema that carries the parsed document, so that nothing is parsed twice.
    pub fn to_request(&self, variables: Variables) -> Request {
        let mut request = Request::new("").variables(variables);
        request.operation_name = self.operation_name().map(str::to_owned);
        request.set_parsed_query(self.checked.document.clone());
        request
    }

    pub(super) fn accepts(&self, variables: &Variables, limits: &Limits) -> Result<(), GuardError> {
        let operation = self.operation();
        let mut size = 0;
        for variable in &operation.variables {
            let given = variables.get(&variable.name);
            if variable.required && given.is_none_or(|value| *value == async_graphql::Value::Null) {
                return Err(Fault::VariableRequired.at(variable.at));
            }
            size += given.map_or(variable.default_size, value::weigh);
        }
        if size.saturating_mul(operation.variable_uses) > limits.variable_copies {
            return Err(Bound::VariableCopies.exceeded(limits.variable_copies));
        }
        Ok(())
    }

    fn operation(&self) -> &Operation {
        &self.checked.operations[self.chosen]
    }

    #[cfg(test)]
    pub(super) fn shares_its_document_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.checked, &other.checked)
    }
}

impl Checked {
    fn position_of(&self, name: &str) -> Option<usize> {
        self.operations.iter().position(|operation| operation.name.as_deref() == Some(name))
    }
}
