//! Order, nulls and where nulls go, whatever is ready first.

use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, Error, Interface, Object, Schema, SimpleObject, Union, Variables};
use park_portal::graphql::answer;
use park_portal::graphql::guard::{Guard, Limits};
use park_portal::graphql::shape::Shape;
use serde_json::json;

struct Query;
struct Branch;

#[Object]
impl Query {
    /// Ready after so many milliseconds.
    async fn after(&self, ms: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }

    async fn branch(&self) -> Branch {
        Branch
    }

    async fn maybe_branch(&self) -> Option<Branch> {
        Some(Branch)
    }

    async fn no_branch(&self) -> Option<Branch> {
        None
    }

    async fn branches(&self) -> Vec<Branch> {
        vec![Branch, Branch]
    }

    async fn maybe_branches(&self) -> Vec<Option<Branch>> {
        vec![Some(Branch), None]
    }

    async fn numbers(&self) -> Vec<Result<i32, Error>> {
        vec![Ok(1), Err(Error::new("no"))]
    }

    async fn maybe_numbers(&self) -> Option<Vec<Result<i32, Error>>> {
        Some(vec![Ok(1), Err(Error::new("no"))])
    }

    async fn places(&self) -> Vec<Place> {
        let building = Building { id: 1, name: "B".to_owned(), floors: 9 };
        let park = Park { id: 2, name: "P".to_owned(), gates: 4 };
        vec![Place::Building(building), Place::Park(park)]
    }

    async fn found(&self) -> Found {
        Found::Park(Park { id: 2, name: "P".to_owned(), gates: 4 })
    }
}

#[Object]
impl Branch {
    async fn after(&self, ms: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }

    async fn fails(&self) -> Result<Option<i32>, &'static str> {
        Err("no")
    }

    async fn must(&self) -> Result<i32, &'static str> {
        Err("no")
    }

    async fn branch(&self) -> Branch {
        Branch
    }
}

#[derive(Interface)]
#[graphql(field(name = "id", ty = "&i32"), field(name = "name", ty = "&String"))]
enum Place {
    Building(Building),
    Park(Park),
}

#[derive(Union)]
enum Found {
    Park(Park),
}

#[derive(SimpleObject)]
struct Building {
    id: i32,
    name: String,
    floors: i32,
}

#[derive(SimpleObject)]
struct Park {
    id: i32,
    name: String,
    gates: i32,
}

async fn data_with(query: &str, variables: serde_json::Value, typed: bool) -> String {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let shape = if typed { Shape::of_sdl(&schema.sdl()).unwrap() } else { Shape::default() };
    let variables = Variables::from_json(variables);
    let admitted = Guard::new(Limits::default()).admit(query, None).unwrap();
    let outline = shape.outline(&admitted, &variables);

    let mut response = schema.execute(admitted.to_request(variables)).await;
    outline.complete(&mut response);
    response.errors.retain(|error| error.path.is_empty());

    assert_eq!(response.errors, []);
    String::from_utf8(answer::to_json(&response).unwrap()).unwrap()
}

async fn data(query: &str) -> String {
    let answer = data_with(query, json!({}), true).await;
    answer.strip_prefix(r#"{"data":"#).and_then(|a| a.strip_suffix('}')).unwrap().to_owned()
}

#[tokio::test]
async fn keys_stand_in_the_order_of_the_document_whichever_is_ready_first() {
    let query = "{c:after(ms:30) branch{b:after(ms:20) a:after(ms:1)} a:after(ms:1)}";
    assert_eq!(data(query).await, r#"{"c":30,"branch":{"b":20,"a":1},"a":1}"#);
}

#[tokio::test]
async fn keys_in_fragments_stand_where_the_fragment_is_spread() {
    let query = "{...F b:after(ms:1)} fragment F on Query {...{c:after(ms:30)} a:after(ms:10)}";
    assert_eq!(data(query).await, r#"{"c":30,"a":10,"b":1}"#);
}

#[tokio::test]
async fn a_key_selected_twice_stands_where_it_is_selected_first() {
    let query = "{branch{b:after(ms:20)} x:after(ms:1) branch{a:after(ms:1) b:after(ms:20)}}";
    assert_eq!(data(query).await, r#"{"branch":{"b":20,"a":1},"x":1}"#);
}

#[tokio::test]
async fn a_place_that_is_skipped_does_not_count() {
    let query = "query($s:Boolean!){a:after(ms:9) @skip(if:$s) b:after(ms:1) a:after(ms:9)}";
    assert_eq!(data_with(query, json!({"s": true}), true).await, r#"{"data":{"b":1,"a":9}}"#);
    assert_eq!(data_with(query, json!({"s": false}), true).await, r#"{"data":{"a":9,"b":1}}"#);
}

#[tokio::test]
async fn keys_under_type_conditions_follow_the_type_of_the_object() {
    let query = "{places{__typename ... on Building{floors name id} ... on Park{id name gates}}}";
    let expected = concat!(
        r#"{"places":[{"__typename":"Building","floors":9,"name":"B","id":1},"#,
        r#"{"__typename":"Park","id":2,"name":"P","gates":4}]}"#
    );
    assert_eq!(data(query).await, expected);
}

#[tokio::test]
async fn interfaces_and_unions_are_type_conditions_as_well() {
    let query = "{found{kind:__typename ... on Found{... on Place{name}} ... on Park{id}}}";
    assert_eq!(data(query).await, r#"{"found":{"kind":"Park","name":"P","id":2}}"#);
}

#[tokio::test]
async fn items_of_a_list_keep_their_order() {
    let query = "{branches{b:after(ms:9) a:after(ms:1)}}";
    assert_eq!(data(query).await, r#"{"branches":[{"b":9,"a":1},{"b":9,"a":1}]}"#);
}

#[tokio::test]
async fn a_field_that_failed_is_null() {
    assert_eq!(data("{branch{fails after(ms:1)}}").await, r#"{"branch":{"fails":null,"after":1}}"#);
    assert_eq!(data("{branch{fails}}").await, r#"{"branch":{"fails":null}}"#);
}

#[tokio::test]
async fn a_failure_that_must_not_be_null_makes_null_of_what_is_around_it() {
    let query = "{x:after(ms:1) maybeBranch{after(ms:1) branch{must}}}";
    assert_eq!(data(query).await, r#"{"x":1,"maybeBranch":null}"#);
    assert_eq!(data("{x:after(ms:1) branch{must}}").await, "null");
}

#[tokio::test]
async fn a_failure_in_a_list_makes_null_of_the_item_or_of_the_list() {
    let query = "{maybeBranches{must after(ms:1)}}";
    assert_eq!(data(query).await, r#"{"maybeBranches":[null,null]}"#);
    assert_eq!(data("{maybeNumbers x:after(ms:1)}").await, r#"{"maybeNumbers":null,"x":1}"#);
    assert_eq!(data("{numbers x:after(ms:1)}").await, "null");
    assert_eq!(data("{branches{must}}").await, "null");
}

#[tokio::test]
async fn what_is_null_without_a_failure_stays_null() {
    let query = "{noBranch{must after(ms:1)} maybeBranches{after(ms:1)}}";
    assert_eq!(data(query).await, r#"{"noBranch":null,"maybeBranches":[{"after":1},null]}"#);
}

#[tokio::test]
async fn an_object_of_which_nothing_is_wanted_is_empty() {
    assert_eq!(data("{branch{fails @skip(if:true)}}").await, r#"{"branch":{}}"#);
    assert_eq!(data("{branch @include(if:false) {fails}}").await, "{}");
}

#[tokio::test]
async fn without_a_schema_the_order_is_kept_and_failures_are_null() {
    let query = "{c:after(ms:9) branch{must b:after(ms:1)}}";
    let expected = r#"{"data":{"c":9,"branch":{"must":null,"b":1}}}"#;
    assert_eq!(data_with(query, json!({}), false).await, expected);
}

#[tokio::test]
async fn introspection_keeps_its_order() {
    let query = "{__type(name:\"Branch\"){name fields{name type{ofType{name} kind}}}}";
    let answer = data(query).await;
    assert!(answer.starts_with(r#"{"__type":{"name":"Branch","fields":[{"name":"after","type":{"#));
    assert!(answer.contains(r#"{"ofType":{"name":"Int"},"kind":"NON_NULL"}"#), "{answer}");
}
