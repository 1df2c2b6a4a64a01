//! What a schema says about its types, as far as the shape of an answer depends on it.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, FieldDefinition, OperationType, SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_schema};
use async_graphql::{Name, Positioned};

#[derive(Debug, Default)]
pub(super) struct Types {
    fields: HashMap<Name, HashMap<Name, Type>>,
    /// For each object type the interfaces and unions that it belongs to.
    abstractions: HashMap<Name, HashSet<Name>>,
    roots: Roots,
}

#[derive(Debug, Default)]
struct Roots {
    query: Option<Name>,
    mutation: Option<Name>,
    subscription: Option<Name>,
}

impl Types {
    pub fn of_sdl(sdl: &str) -> Result<Self, Error> {
        let mut types = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => types.roots = Roots::of(schema.node),
                TypeSystemDefinition::Type(definition) => types.add(definition.node),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(types)
    }

    pub fn root(&self, operation: OperationType) -> Option<&str> {
        match operation {
            OperationType::Query => self.roots.query.as_deref(),
            OperationType::Mutation => self.roots.mutation.as_deref(),
            OperationType::Subscription => self.roots.subscription.as_deref(),
        }
    }

    pub fn field(&self, parent: Option<&str>, field: &str) -> Option<&Type> {
        self.fields.get(parent?)?.get(field)
    }

    /// Whether an object of this type meets a type condition; a type unknown here may meet any.
    pub fn meets(&self, object: &str, condition: &str) -> bool {
        object == condition || self.abstractions.get(object).is_none_or(|known| known.contains(condition))
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node;
        match definition.kind {
            TypeKind::Object(object) => {
                let interfaces = object.implements.into_iter().map(|interface| interface.node);
                self.abstractions.entry(name.clone()).or_default().extend(interfaces);
                self.add_fields(name, object.fields);
            }
            TypeKind::Interface(interface) => self.add_fields(name, interface.fields),
            TypeKind::Union(union) => {
                for member in union.members {
                    self.abstractions.entry(member.node).or_default().insert(name.clone());
                }
            }
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => {}
        }
    }

    fn add_fields(&mut self, name: Name, fields: Vec<Positioned<FieldDefinition>>) {
        let typed = fields.into_iter().map(|field| (field.node.name.node, field.node.ty.node));
        self.fields.entry(name).or_default().extend(typed);
    }
}

impl Roots {
    fn of(schema: SchemaDefinition) -> Self {
        let name = |root: Option<Positioned<Name>>| root.map(|name| name.node);
        Self { query: name(schema.query), mutation: name(schema.mutation), subscription: name(schema.subscription) }
    }
}

/// The name of a type without its lists and marks.
pub(super) fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}
