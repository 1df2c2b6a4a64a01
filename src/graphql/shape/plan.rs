//! The keys of an answer in the order of its document.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type};
use async_graphql::{Name, Positioned, Value, Variables};

use super::types::{Types, innermost};

/// What one selection set, or several for one key, make of an object.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// In order; a key stands here once for each place that selects it.
    pub fields: Vec<PlannedField<'a>>,
    /// Whether nothing is selected below, as in scalars.
    pub is_leaf: bool,
    /// What is below each key, whichever place selects it.
    below: HashMap<&'a str, Self>,
    typename_key: Option<&'a str>,
}

#[derive(Debug)]
pub(super) struct PlannedField<'a> {
    pub key: &'a str,
    /// Unknown for introspection and where no schema is known.
    pub ty: Option<&'a Type>,
    name: &'a str,
    /// An object that has the field meets all of these.
    conditions: Vec<&'a str>,
    asked: Option<Asked<'a>>,
}

/// The truth values that `@skip` and `@include` depend on.
#[derive(Debug, Default)]
pub(super) struct Conditions(HashMap<Name, bool>);

/// A selection set with the type it is asked of, as far as the document tells.
type Asked<'a> = (&'a SelectionSet, Option<&'a str>);

impl<'a> Plan<'a> {
    /// Documents that the guard admitted are small enough to be planned for each request.
    pub fn of(
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
        conditions: &Conditions,
        types: &'a Types,
    ) -> Self {
        let planner = Planner { document, conditions, types };
        planner.plan(&[(&operation.selection_set.node, types.root(operation.ty))])
    }

    pub fn below(&self, key: &str) -> &Self {
        // Every planned field has its entry.
        &self.below[key]
    }

    /// The type that an object says it has, if it was asked.
    pub fn runtime_type<'v>(&self, object: &'v IndexMap<Name, Value>) -> Option<&'v str> {
        match object.get(self.typename_key?) {
            Some(Value::String(name)) => Some(name),
            _ => None,
        }
    }
}

impl PlannedField<'_> {
    /// Whether every object of the set has the field.
    fn is_certain(&self) -> bool {
        self.conditions.is_empty()
    }

    pub fn applies(&self, runtime_type: &str, types: &Types) -> bool {
        self.conditions.iter().all(|condition| types.meets(runtime_type, condition))
    }
}

impl Conditions {
    pub fn of(operation: &OperationDefinition, variables: &Variables) -> Self {
        let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
        let truth = |value: &Value| match value {
            Value::Boolean(truth) => Some(*truth),
            _ => None,
        };
        Self(
            definitions
                .filter_map(|definition| {
                    let name = &definition.name.node;
                    let value = variables.get(name).or(definition.default_value())?;
                    Some((name.clone(), truth(value)?))
                })
                .collect(),
        )
    }

    fn include(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| match directive.node.name.node.as_str() {
            "skip" => !self.holds(&directive.node),
            "include" => self.holds(&directive.node),
            _ => true,
        })
    }

    fn holds(&self, directive: &Directive) -> bool {
        let value = directive.get_argument("if").map(|value| value.node.clone());
        let known = |name: Name| self.0.get(&name).map(|truth| Value::Boolean(*truth)).ok_or(());
        let value = value.map(|value| value.into_const_with(known));
        matches!(value, Some(Ok(Value::Boolean(true))))
    }
}

struct Planner<'a, 'c> {
    document: &'a ExecutableDocument,
    conditions: &'c Conditions,
    types: &'a Types,
}

impl<'a> Planner<'a, '_> {
    fn plan(&self, sets: &[Asked<'a>]) -> Plan<'a> {
        let mut fields = Vec::new();
        for (set, parent) in sets {
            self.collect(set, *parent, &[], &mut fields);
        }
        let typename = fields.iter().find(|field| field.name == "__typename" && field.is_certain());
        let mut asked: HashMap<&str, Vec<Asked<'a>>> = HashMap::new();
        for field in &fields {
            asked.entry(field.key).or_default().extend(field.asked);
        }
        Plan {
            is_leaf: sets.is_empty(),
            typename_key: typename.map(|field| field.key),
            below: asked.into_iter().map(|(key, sets)| (key, self.plan(&sets))).collect(),
            fields,
        }
    }

    fn collect(
        &self,
        set: &'a SelectionSet,
        parent: Option<&'a str>,
        conditions: &[&'a str],
        fields: &mut Vec<PlannedField<'a>>,
    ) {
        let wanted = |item: &&Positioned<Selection>| self.conditions.include(item.node.directives());
        for selection in set.items.iter().filter(wanted) {
            let (condition, set) = match &selection.node {
                Selection::Field(field) => {
                    fields.push(self.field(&field.node, parent, conditions));
                    continue;
                }
                Selection::InlineFragment(inline) => (inline.node.type_condition.as_ref(), &inline.node.selection_set),
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node) {
                    Some(found) => (Some(&found.node.type_condition), &found.node.selection_set),
                    None => continue,
                },
            };
            let condition = condition.map(|condition| condition.node.on.node.as_str());
            // A condition that every object here meets says nothing about its type.
            let narrower = condition.filter(|_| condition != parent);
            let conditions: Vec<_> = conditions.iter().copied().chain(narrower).collect();
            self.collect(&set.node, condition.or(parent), &conditions, fields);
        }
    }

    fn field(&self, field: &'a Field, parent: Option<&'a str>, conditions: &[&'a str]) -> PlannedField<'a> {
        let ty = self.types.field(parent, &field.name.node);
        let set = &field.selection_set.node;
        let asked = (!set.items.is_empty()).then(|| (set, ty.map(innermost)));
        PlannedField { key: &field.response_key().node, ty, name: &field.name.node, conditions: conditions.to_vec(), asked }
    }
}
