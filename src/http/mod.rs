//! The server's face: routes from top to bottom, and what surrounds every request.

mod export;
mod file;
pub mod graphql;
mod health;
mod negotiate;
mod portal;
mod refusal;
mod request;
mod session;
mod surround;
mod upload;
mod ws;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::from_fn,
    routing::{get, post},
};
pub use portal::{Portal, Settings};
pub use request::{BODY_LIMIT, Params};
use tokio::net::TcpListener;
pub use ws::Sockets;

use crate::graphql::{
    guard::{Guard, Limits},
    sdl,
    shape::Shape,
};

/// The largest file that can be uploaded, in bytes.
pub const UPLOAD_LIMIT: usize = 20 * 1024 * 1024;

/// All routes of the portal.
pub fn router(portal: Portal) -> Router {
    let portal = Arc::new(portal);
    let guard = Arc::new(Guard::new(Limits::default()));
    // The schema prints itself, so what it prints can be read back.
    let shape = Arc::new(Shape::of_sdl(&sdl()).unwrap_or_default());
    let live = ws::Endpoint { portal: Arc::clone(&portal), guard: Arc::clone(&guard), shape: Arc::clone(&shape) };
    let endpoint = graphql::Endpoint { guard, shape, execute: portal::Door(Arc::clone(&portal)) };
    Router::new()
        .route("/uploads", post(upload::receive).layer(DefaultBodyLimit::max(UPLOAD_LIMIT + BODY_LIMIT)))
        .route("/exports", get(export::fetch))
        .route("/files/{id}", get(file::fetch))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(portal)
        .route("/graphql", graphql::route(endpoint))
        .route("/graphql/ws", get(ws::open).with_state(live))
        .route("/schema.graphql", get(|| async { ([("content-type", "application/graphql; charset=utf-8")], sdl()) }))
        .layer(from_fn(surround::every_request))
}

/// Serves until `stop` ends, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
