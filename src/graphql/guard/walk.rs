//! One walk over a parsed document in which each fragment is entered once.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned};

use super::cost::Cost;
use super::document::{Operation, Variable};
use super::fault::{Bound, Fault, Place};
use super::{GuardError, Limits, directive, introspection, value};

/// The operations of a document that is within the limits, in the order of the document.
pub(super) fn walk(document: &ExecutableDocument, limits: &Limits) -> Result<Vec<Operation>, GuardError> {
    let mut definitions: Vec<_> = document.operations.iter().collect();
    // Maps have no order, but the same document shall be refused for the same reason every time.
    definitions.sort_by_key(|(_, operation)| operation.pos);
    if definitions.len() > limits.operations {
        return Err(Bound::Operations.exceeded(limits.operations));
    }
    let mut walk = Walk { document, limits, fragments: HashMap::new(), total: Cost::default() };
    let operations =
        definitions.into_iter().map(|(name, operation)| walk.operation(name, &operation.node)).collect::<Result<_, _>>()?;
    walk.unused_fragments()?;
    Ok(operations)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    fragments: HashMap<&'a str, Visit>,
    /// Of all operations together: validation looks at each of them, whichever is executed.
    total: Cost,
}

#[derive(Clone, Copy)]
enum Visit {
    /// Its end has not been reached: to meet it again now is a cycle.
    Entered,
    Left(Cost),
}

impl<'a> Walk<'a> {
    fn operation(&mut self, name: Option<&Name>, definition: &'a OperationDefinition) -> Result<Operation, GuardError> {
        directive::on_definition(&definition.directives)?;
        let variables = self.variables(&definition.variable_definitions)?;
        let cost = self.set(&definition.selection_set.node, 1)?;
        if cost.depth > self.limits.depth {
            return Err(Bound::Depth.exceeded(self.limits.depth));
        }
        if cost.roots > self.limits.root_fields {
            return Err(Bound::RootFields.exceeded(self.limits.root_fields));
        }
        self.total = self.total.beside(cost).within(self.limits)?;
        let mut root_fields = Vec::with_capacity(cost.roots);
        self.name_roots(&definition.selection_set.node, &mut root_fields);
        let name = name.cloned();
        let variable_uses = cost.variable_uses;
        Ok(Operation { name, kind: definition.ty, root_fields, variables, variable_uses })
    }

    fn variables(&self, definitions: &[Positioned<VariableDefinition>]) -> Result<Vec<Variable>, GuardError> {
        if definitions.len() > self.limits.variables {
            return Err(Bound::Variables.exceeded(self.limits.variables));
        }
        let mut variables = Vec::with_capacity(definitions.len());
        for definition in definitions {
            directive::on_definition(&definition.node.directives)?;
            let default_value = definition.node.default_value.as_ref();
            variables.push(Variable {
                name: definition.node.name.node.clone(),
                at: Place::from(definition.pos),
                required: default_value.is_none() && !definition.node.var_type.node.nullable,
                default_size: default_value.map_or(0, |default| value::weigh(&default.node)),
            });
        }
        Ok(variables)
    }

    /// `level` counts the selection sets around this one and itself, through fragments: it bounds
    /// the recursion here and of everything that walks the document later.
    fn set(&mut self, set: &'a SelectionSet, level: usize) -> Result<Cost, GuardError> {
        if level > self.limits.nesting {
            return Err(Bound::Nesting.exceeded(self.limits.nesting));
        }
        let mut cost = Cost::default();
        for selection in &set.items {
            cost = cost.beside(self.selection(selection, level)?).within(self.limits)?;
        }
        cost.enclosed().within(self.limits)
    }

    fn selection(&mut self, selection: &'a Positioned<Selection>, level: usize) -> Result<Cost, GuardError> {
        let directives = directive::on_selection(selection.node.directives())?;
        let cost = match &selection.node {
            Selection::Field(field) => self.field(&field.node, field.pos, level)?,
            Selection::FragmentSpread(spread) => self.spread(&spread.node.fragment_name, level)?,
            Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, level + 1)?,
        };
        Ok(cost.beside(directives))
    }

    fn field(&mut self, field: &'a Field, at: Pos, level: usize) -> Result<Cost, GuardError> {
        if field.arguments.len() > self.limits.arguments {
            return Err(Bound::Arguments.exceeded(self.limits.arguments));
        }
        let below = match &field.selection_set.node {
            none if none.items.is_empty() => Cost::default(),
            some => self.set(some, level + 1)?,
        };
        let cost = below.under(field);
        if introspection::begins(&field.name.node) { introspection::judged(cost, at, self.limits) } else { Ok(cost) }
    }

    fn spread(&mut self, name: &'a Positioned<Name>, level: usize) -> Result<Cost, GuardError> {
        let cost = match self.fragments.get(name.node.as_str()) {
            Some(Visit::Entered) => return Err(Fault::FragmentCycle.at(name.pos)),
            Some(Visit::Left(cost)) => *cost,
            None => match self.document.fragments.get(&name.node) {
                Some(fragment) => self.fragment(&name.node, &fragment.node, level + 1)?,
                None => return Err(Fault::UnknownFragment.at(name.pos)),
            },
        };
        // A fragment known from a shallow place may reach too deep from this one.
        if level + cost.nesting > self.limits.nesting {
            return Err(Bound::Nesting.exceeded(self.limits.nesting));
        }
        Ok(cost)
    }

    fn fragment(&mut self, name: &'a str, fragment: &'a FragmentDefinition, level: usize) -> Result<Cost, GuardError> {
        self.fragments.insert(name, Visit::Entered);
        directive::on_definition(&fragment.directives)?;
        let cost = self.set(&fragment.selection_set.node, level)?;
        self.fragments.insert(name, Visit::Left(cost));
        Ok(cost)
    }

    /// Validation walks fragments that nothing spreads as well.
    fn unused_fragments(&mut self) -> Result<(), GuardError> {
        let mut fragments: Vec<_> = self.document.fragments.iter().collect();
        fragments.sort_by_key(|(_, fragment)| fragment.pos);
        for (name, fragment) in fragments {
            if !self.fragments.contains_key(name.as_str()) {
                let cost = self.fragment(name, &fragment.node, 1)?;
                self.total = self.total.beside(cost).within(self.limits)?;
            }
        }
        Ok(())
    }

    /// Called for roots that were counted before, so the names are few and the recursion ends.
    fn name_roots(&self, set: &SelectionSet, names: &mut Vec<Name>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => names.push(field.node.name.node.clone()),
                Selection::InlineFragment(inline) => {
                    self.name_roots(&inline.node.selection_set.node, names);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(f) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.name_roots(&f.node.selection_set.node, names);
                    }
                }
            }
        }
    }
}
