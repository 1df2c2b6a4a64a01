//! Lists from end to end, and inputs with a difference.

use serde_json::{Value, json};

use super::World;

/// Walks a list forward two by two and back again; the same rows must come both ways, each once.
pub async fn walk(world: &World, list: &str, field: &str, more: &str) -> Vec<String> {
    let (mut forward, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "query($at: String) {{ {list}(first: 2, after: $at {more}) {{ nodes {{ {field} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let reply = world.run("mill.liaison", &query, json!({ "at": cursor })).await;
        forward.extend(values(reply.data(&format!("/{list}/nodes")), field));
        cursor = reply.data(&format!("/{list}/pageInfo/endCursor")).clone();
        if reply.data(&format!("/{list}/pageInfo/hasNextPage")) != true {
            break;
        }
    }
    let (mut backward, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "query($at: String) {{ {list}(last: 2, before: $at {more}) {{ nodes {{ {field} }} pageInfo {{ hasPreviousPage startCursor }} }} }}"
        );
        let reply = world.run("mill.liaison", &query, json!({ "at": cursor })).await;
        backward.splice(0..0, values(reply.data(&format!("/{list}/nodes")), field));
        cursor = reply.data(&format!("/{list}/pageInfo/startCursor")).clone();
        if reply.data(&format!("/{list}/pageInfo/hasPreviousPage")) != true {
            break;
        }
    }
    assert_eq!(forward, backward, "{list}");
    forward
}

fn values(nodes: &Value, field: &str) -> Vec<String> {
    nodes.as_array().expect("nodes").iter().map(|node| node[field].as_str().expect("a text").to_owned()).collect()
}

/// The input with some fields changed.
pub fn but(mut input: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        input[name] = value.clone();
    }
    input
}
