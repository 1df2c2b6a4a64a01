//! One pass over the bytes of JSON, without recursion and before anything parses it.

use super::fault::Bound;
use super::{GuardError, Limits};

/// Refuses JSON with more nesting or more values than allowed; says nothing about its form.
///
/// Up to the first fault of form the count is exact, and no parser reads beyond that fault.
/// `wrapping` is the number of objects around the variables, whose nesting is not theirs.
pub(super) fn scan(raw: &[u8], wrapping: usize, limits: &Limits) -> Result<(), GuardError> {
    let depth = limits.json_depth + wrapping;
    let mut open = 0_usize;
    let mut count = 1_usize;
    let mut rest = raw.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'"' => skip_string(&mut rest),
            b'{' | b'[' => {
                open += 1;
                count += 1;
            }
            b'}' | b']' => open = open.saturating_sub(1),
            b',' => count += 1,
            _ => {}
        }
        if open > depth {
            return Err(Bound::VariableDepth.exceeded(limits.json_depth));
        }
        if count > limits.json_values {
            return Err(Bound::VariableValues.exceeded(limits.json_values));
        }
    }
    Ok(())
}

fn skip_string(rest: &mut std::slice::Iter<'_, u8>) {
    while let Some(&byte) = rest.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                rest.next();
            }
            _ => {}
        }
    }
}
