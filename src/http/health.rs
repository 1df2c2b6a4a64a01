//! Whether the server lives, and whether it can work.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use super::Portal;

/// The process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and has the schema that this binary expects.
pub async fn ready(State(portal): State<Arc<Portal>>) -> (StatusCode, &'static str) {
    match portal.app.store.read(crate::store::migrate::is_current).await {
        Ok(true) => (StatusCode::OK, "ok\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the database is not migrated\n"),
        Err(fault) => {
            tracing::warn!(error = %fault, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
