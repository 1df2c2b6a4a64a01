//! The schema as a product: printed, described, and in step with the policy.

use std::{collections::BTreeSet, fs};

use async_graphql::parser::{
    parse_schema,
    types::{TypeDefinition, TypeKind, TypeSystemDefinition},
};
use park_portal::{graphql::sdl, policy::Action};
use strum::IntoEnumIterator;

use crate::world::client;

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

/// What people do without a mutation.
const OVER_HTTP: [Action; 2] = [Action::UploadReceive, Action::ExportDownload];

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
    let actions: BTreeSet<String> = Action::iter().filter(|action| !OVER_HTTP.contains(action)).map(Action::mutation).collect();
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

#[test]
fn every_field_with_a_connection_takes_the_four_arguments() {
    let expected = ["after: String", "before: String", "first: Int", "last: Int"];
    let mut seen = 0;
    for definition in types() {
        let fields = match definition.kind {
            TypeKind::Object(object) => object.fields,
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => continue,
        };
        for field in fields {
            let place = format!("{}.{}", definition.name.node, field.node.name.node);
            let ty = field.node.ty.node.to_string();
            if !ty.trim_end_matches('!').ends_with("Connection") {
                continue;
            }
            seen += 1;
            assert!(ty.ends_with('!'), "{place}: an empty list is no null");
            let arguments: BTreeSet<String> = field
                .node
                .arguments
                .iter()
                .map(|argument| format!("{}: {}", argument.node.name.node, argument.node.ty.node))
                .collect();
            for wanted in expected {
                assert!(arguments.contains(wanted), "{place} lacks {wanted}: {arguments:?}");
            }
        }
    }
    assert!(seen >= 12, "{seen}");
}

#[test]
fn connections_edges_and_pages_are_objects_of_the_usual_form() {
    for definition in types() {
        let name = definition.name.node.to_string();
        let TypeKind::Object(object) = &definition.kind else {
            assert!(!name.ends_with("Connection") && !name.ends_with("Edge") && name != "PageInfo", "{name} is no object");
            continue;
        };
        let fields: Vec<String> =
            object.fields.iter().map(|field| format!("{}: {}", field.node.name.node, field.node.ty.node)).collect();
        let arguments: usize = object.fields.iter().map(|field| field.node.arguments.len()).sum();
        if let Some(node) = name.strip_suffix("Connection") {
            let expected = [
                format!("edges: [{node}Edge!]!"),
                format!("nodes: [{node}!]!"),
                "pageInfo: PageInfo!".to_owned(),
                "totalCount: Int!".to_owned(),
            ];
            assert_eq!((fields.as_slice(), arguments), (&expected[..], 0), "{name}");
        } else if let Some(node) = name.strip_suffix("Edge") {
            assert_eq!((fields, arguments), (vec!["cursor: String!".to_owned(), format!("node: {node}!")], 0), "{name}");
        } else if name == "PageInfo" {
            let expected = ["endCursor: String", "hasNextPage: Boolean!", "hasPreviousPage: Boolean!", "startCursor: String"];
            assert_eq!((fields.as_slice(), arguments), (&expected.map(str::to_owned)[..], 0));
        }
    }
}

#[test]
fn a_stock_tool_understands_the_schema_and_the_introspection_query() {
    // What the tool reads is what the binary prints, by the test above.
    let types = client::schema().types.len();
    assert!(types > 100, "{types}");
    // The tool does not know yet what the query of the newest clients asks of directives and inputs.
    let introspection = include_str!("../../src/graphql/guard/tests/introspection.graphql")
        .replace("directives(includeDeprecated: true)", "directives")
        .replace("isDeprecated\n          deprecationReason\n          locations", "locations")
        .replace("      isOneOf\n", "");
    assert_eq!(client::fault(&introspection), None);
    assert!(client::fault("{ demands { nodes { nonsense } } }").is_some(), "the tool looks at fields");
}

/// What stands between single quotes in the shell blocks of a page and looks like a document. A
/// variable of the shell inside it stands for an id.
fn documents_of(page: &str) -> Vec<String> {
    let mut text = page.to_owned();
    for (start, _) in page.match_indices("'\"$").chain(page.match_indices("'$")) {
        let end = page[start + 1..].find('\'').map(|end| start + end + 2);
        let inside = end.map(|end| &page[start..end]).filter(|inside| inside.len() < 24 && !inside.contains(' '));
        if let Some(inside) = inside {
            text = text.replace(inside, "x");
        }
    }
    let quoted = text.split("```sh").skip(1).filter_map(|block| block.split("```").next()).flat_map(|block| block.split('\''));
    let is_document = |part: &&str| {
        let part = part.trim_start();
        part.starts_with("{ ") || part.starts_with("mutation") || part.starts_with("query")
    };
    quoted.filter(is_document).map(|part| part.replace("\\\"", "\"")).collect()
}

#[test]
fn a_stock_tool_understands_what_the_readme_sends_and_both_languages_send_the_same() {
    let documents = documents_of(include_str!("../../README.md"));
    assert!(documents.len() >= 3, "{documents:?}");
    for document in &documents {
        assert_eq!(client::fault(document), None, "{document}");
    }
    assert_eq!(documents_of(include_str!("../../README.zh-CN.md")), documents);
}

#[test]
fn a_stock_tool_understands_the_documents_that_tests_share() {
    for document in [crate::world::steps::DRAFT, crate::world::steps::SUBMIT] {
        assert_eq!(client::fault(document), None, "{document}");
    }
}
