//! `/graphql/ws`: operations over a WebSocket, by the protocol `graphql-transport-ws`.
//!
//! | Close code | Why |
//! |---|---|
//! | 1001 | the server stops |
//! | 4400 | a message that the protocol does not know |
//! | 4401 | not signed in: no token, an operation before the acknowledgement, or a session that has ended |
//! | 4403 | a token that is not valid |
//! | 4406 | another sub-protocol |
//! | 4408 | no `connection_init` in time |
//! | 4409 | an id that is in use |
//! | 4413 | too slow: what was sent was not read |
//! | 4429 | more than one `connection_init` |
//! | 4430 | more sockets than an account may have |

mod operation;
mod socket;
mod sockets;

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, WebSocketUpgrade},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_LANGUAGE, ORIGIN, RETRY_AFTER},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use serde_json::json;

use self::socket::Guest;
pub use self::sockets::Sockets;
use super::{
    Portal,
    portal::client,
    session::{Presented, is_foreign},
};
use crate::{
    graphql::{guard::Guard, shape::Shape},
    kernel::{lang::Lang, problem::Code},
};

/// The name of the protocol.
const PROTOCOL: &str = "graphql-transport-ws";
/// The longest message, in bytes.
const MESSAGE_LIMIT: usize = 1024 * 1024;

/// What stands behind the endpoint.
#[derive(Clone)]
pub struct Endpoint {
    pub portal: Arc<Portal>,
    pub guard: Arc<Guard>,
    pub shape: Arc<Shape>,
}

/// Opens a socket.
pub async fn open(State(endpoint): State<Endpoint>, parts: Parts, upgrade: WebSocketUpgrade) -> Response {
    let headers = &parts.headers;
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = wanted.map_or(Lang::default(), Lang::from_accept_language);
    // A browser sends its cookie with every upgrade, whatever page asks for it.
    if headers.contains_key(ORIGIN) && is_foreign(headers) {
        return refuse(StatusCode::FORBIDDEN, Code::Forbidden, lang);
    }
    let Some(seat) = Sockets::enter(&endpoint.portal.sockets) else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded, lang);
    };
    let guest = Guest { presented: Presented::of(headers), client: client(headers, &parts.extensions), lang };
    let offered = offers(headers);
    let upgrade = upgrade.max_message_size(MESSAGE_LIMIT).max_frame_size(MESSAGE_LIMIT).protocols([PROTOCOL]);
    upgrade.on_upgrade(move |socket| async move {
        if offered {
            socket::run(socket, endpoint, guest, seat).await;
        } else {
            socket::turn_away(socket).await;
        }
    })
}

fn offers(headers: &HeaderMap) -> bool {
    let offered = headers.get_all("sec-websocket-protocol").iter().filter_map(|value| value.to_str().ok());
    offered.flat_map(|line| line.split(',')).any(|name| name.trim() == PROTOCOL)
}

fn refuse(status: StatusCode, code: Code, lang: Lang) -> Response {
    let error = json!({ "message": code.message().text(lang), "extensions": { "code": code.name() } });
    let mut response = (status, Json(json!({ "errors": [error] }))).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
