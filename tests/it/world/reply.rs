//! What came back, and short ways to look at it.

use axum::response::Response;
use serde_json::Value;

/// An answer of the server: its JSON, or the part of it that a test asked about.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    /// The payload of the one mutation that was called; null when there is none.
    pub payload: Value,
}

impl Reply {
    /// Reads an answer to its end.
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self { status, body, payload: Value::Null }
    }

    /// The same, looking at one root field.
    pub fn inside(mut self, field: &str) -> Self {
        self.payload = self.body["data"][field].clone();
        self
    }

    /// `OK`, or the code of the first problem or error.
    pub fn code(&self) -> String {
        let problem = &self.payload["problems"][0]["code"];
        let error = &self.body["errors"][0]["extensions"]["code"];
        let code = problem.as_str().or(error.as_str());
        code.unwrap_or(if self.body["errors"].is_null() { "OK" } else { "NO_CODE" }).to_owned()
    }

    /// `CODE at input.field` of each problem.
    pub fn problems(&self) -> Vec<String> {
        let problems = self.payload["problems"].as_array().cloned().unwrap_or_default();
        let text = |problem: &Value| {
            let path: Vec<&str> = problem["path"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            format!("{} at {}", problem["code"].as_str().unwrap_or_default(), path.join("."))
        };
        problems.iter().map(text).collect()
    }

    /// The value at a JSON pointer of `data`, e.g. `/demand/id`.
    pub fn data(&self, pointer: &str) -> &Value {
        self.body["data"].pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Where the first problem lies in the input; empty without one.
    pub fn problem_path(&self) -> String {
        let path = self.payload["problems"][0]["path"].as_array().map(Vec::as_slice).unwrap_or_default();
        path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    }

    /// The value at a JSON pointer of the payload; fails the test when the answer was a refusal.
    pub fn done(&self, pointer: &str) -> &Value {
        assert_eq!(self.code(), "OK", "{}", self.body);
        self.payload.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The same as a text.
    pub fn text(&self, pointer: &str) -> String {
        self.done(pointer).as_str().unwrap_or_default().to_owned()
    }
}
