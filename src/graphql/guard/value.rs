//! How much there is in argument and variable values.

use std::convert::Infallible;

use async_graphql::Value;
use async_graphql::parser::types::Field;

use super::cost::Cost;

/// Strings count once more for every so many bytes.
const BYTES_PER_VALUE: usize = 64;

/// What the arguments of a field add to its cost; a variable counts as one value.
pub(super) fn of_arguments(field: &Field) -> Cost {
    let mut cost = Cost::default();
    for (_, value) in &field.arguments {
        let Ok(literal) = value.node.clone().into_const_with(|_| {
            cost.variable_uses += 1;
            Ok::<_, Infallible>(Value::Null)
        });
        cost.values += weigh(&literal);
    }
    cost
}

/// Recursion is safe here: every literal passed the scan of its brackets, every JSON value its own.
pub(super) fn weigh(value: &Value) -> usize {
    match value {
        Value::Null | Value::Number(_) | Value::Boolean(_) => 1,
        Value::Enum(name) => 1 + name.len() / BYTES_PER_VALUE,
        Value::String(text) => 1 + text.len() / BYTES_PER_VALUE,
        Value::Binary(bytes) => 1 + bytes.len() / BYTES_PER_VALUE,
        Value::List(items) => 1 + items.iter().map(weigh).sum::<usize>(),
        Value::Object(fields) => {
            let key = |name: &str| name.len() / BYTES_PER_VALUE;
            1 + fields.iter().map(|(name, value)| key(name) + weigh(value)).sum::<usize>()
        }
    }
}
