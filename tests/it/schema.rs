//! The schema as a product: printed, described, and in step with the policy.

use std::{collections::BTreeSet, fs};

use async_graphql::parser::{
    parse_schema,
    types::{TypeDefinition, TypeKind, TypeSystemDefinition},
};
use park_portal::{graphql::sdl, policy::Action};
use strum::IntoEnumIterator;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");

/// Mutations that every signed-in account may call for itself, and the one that signs it in.
const WITHOUT_POLICY: [&str; 5] = ["passwordChange", "sessionCreate", "sessionEnd", "sessionRevoke", "sessionRevokeAll"];

fn types() -> Vec<TypeDefinition> {
    let document = parse_schema(sdl()).expect("the schema parses");
    document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            _ => None,
        })
        .collect()
}

#[test]
fn the_file_is_what_the_binary_prints() {
    if std::env::var_os("PORTAL_TEST_ACCEPT").is_some() {
        fs::write(FILE, sdl()).expect("the schema is written");
    }
    let file = fs::read_to_string(FILE).unwrap_or_default();
    assert!(file == sdl(), "schema.graphql is not what `park-portal schema` prints; run it and look at the difference");
}

#[test]
fn everything_is_described() {
    let mut silent = BTreeSet::new();
    for definition in types() {
        let name = definition.name.node.as_str();
        if definition.description.is_none() {
            silent.insert(name.to_owned());
        }
        match &definition.kind {
            TypeKind::Object(object) => fields(name, &object.fields, &mut silent),
            TypeKind::Interface(interface) => fields(name, &interface.fields, &mut silent),
            TypeKind::Enum(options) => silent.extend(
                options
                    .values
                    .iter()
                    .filter(|value| value.node.description.is_none())
                    .map(|value| format!("{name}.{}", value.node.value.node)),
            ),
            TypeKind::InputObject(input) => silent.extend(
                input
                    .fields
                    .iter()
                    .filter(|field| field.node.description.is_none())
                    .map(|field| format!("{name}.{}", field.node.name.node)),
            ),
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert_eq!(silent, BTreeSet::new());
}

fn fields(
    owner: &str,
    fields: &[async_graphql::Positioned<async_graphql::parser::types::FieldDefinition>],
    silent: &mut BTreeSet<String>,
) {
    for field in fields {
        let name = field.node.name.node.as_str();
        if field.node.description.is_none() {
            silent.insert(format!("{owner}.{name}"));
        }
        let arguments = field.node.arguments.iter().filter(|argument| argument.node.description.is_none());
        silent.extend(arguments.map(|argument| format!("{owner}.{name}({})", argument.node.name.node)));
    }
}

#[test]
fn every_mutation_is_an_action_of_the_policy_and_the_other_way_round() {
    let mutations: BTreeSet<String> = types()
        .into_iter()
        .filter(|definition| definition.name.node == "Mutation")
        .flat_map(|definition| match definition.kind {
            TypeKind::Object(object) => object.fields,
            _ => Vec::new(),
        })
        .map(|field| field.node.name.node.to_string())
        .collect();
    let actions: BTreeSet<String> =
        Action::iter().filter(|action| *action != Action::UploadReceive).map(Action::mutation).collect();
    assert_eq!(mutations, actions);
    for name in WITHOUT_POLICY {
        assert!(mutations.contains(name), "{name}");
    }
}

#[test]
fn connections_follow_the_relay_specification() {
    let all = types();
    let names_of = |name: &str| -> BTreeSet<String> {
        all.iter()
            .filter(|definition| definition.name.node == name)
            .flat_map(|definition| match &definition.kind {
                TypeKind::Object(object) => {
                    object.fields.iter().map(|field| format!("{}: {}", field.node.name.node, field.node.ty.node)).collect()
                }
                _ => Vec::new(),
            })
            .collect()
    };
    let connections: Vec<&str> =
        all.iter().map(|definition| definition.name.node.as_str()).filter(|name| name.ends_with("Connection")).collect();
    assert!(connections.len() >= 5, "{connections:?}");
    for connection in connections {
        let node = connection.trim_end_matches("Connection");
        let fields = names_of(connection);
        assert!(fields.contains("pageInfo: PageInfo!"), "{connection}");
        assert!(fields.contains(&format!("edges: [{node}Edge!]!")), "{connection}");
        let edge = names_of(&format!("{node}Edge"));
        assert!(edge.contains("cursor: String!") && edge.contains(&format!("node: {node}!")), "{connection}");
    }
    let page_info = names_of("PageInfo");
    for field in ["hasNextPage: Boolean!", "hasPreviousPage: Boolean!", "startCursor: String", "endCursor: String"] {
        assert!(page_info.contains(field), "{field}");
    }
}
