//! The directives of a document: `@skip` and `@include`, on selections only.

use async_graphql::parser::types::Directive;
use async_graphql::{Positioned, Value};

use super::GuardError;
use super::cost::Cost;
use super::fault::Fault;

/// The cost of the directives of one selection; refuses what `@skip` and `@include` cannot be.
///
/// The check stands here and not with validation, so that it holds for every selection alike.
pub(super) fn on_selection(directives: &[Positioned<Directive>]) -> Result<Cost, GuardError> {
    let mut cost = Cost::default();
    for (index, directive) in directives.iter().enumerate() {
        known(directive)?;
        let name = &directive.node.name.node;
        let repeated = directives[..index].iter().any(|other| other.node.name.node == *name);
        if repeated || !has_one_condition(&directive.node) {
            return Err(Fault::BadDirective.at(directive.pos));
        }
        cost.directives += 1;
        cost.variable_uses += 1;
    }
    Ok(cost)
}

/// No directive is known for operations, fragment definitions and variables.
pub(super) fn on_definition(directives: &[Positioned<Directive>]) -> Result<(), GuardError> {
    match directives.first() {
        None => Ok(()),
        Some(directive) => {
            known(directive)?;
            Err(Fault::MisplacedDirective.at(directive.pos))
        }
    }
}

fn known(directive: &Positioned<Directive>) -> Result<(), GuardError> {
    match directive.node.name.node.as_str() {
        "skip" | "include" => Ok(()),
        _ => Err(Fault::UnknownDirective.at(directive.pos)),
    }
}

fn has_one_condition(directive: &Directive) -> bool {
    let [(name, value)] = directive.arguments.as_slice() else {
        return false;
    };
    // A variable stands for the truth value that it will have; a list around it does not.
    let condition = value.node.clone().into_const_with(|_| Ok::<_, ()>(Value::Boolean(true)));
    name.node == "if" && matches!(condition, Ok(Value::Boolean(_)))
}
