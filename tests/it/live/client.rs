//! A client of `graphql-transport-ws` that is not ours, on a server on a free port of the loopback.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use park_portal::http::{Portal, Settings, Sockets, router, serve};
use serde_json::{Value, json};
use tokio::{net::TcpListener, net::TcpStream, sync::oneshot, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, protocol::CloseFrame},
};

use crate::world::{World, token};

/// How long a message may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server of a world's application.
pub struct Served {
    pub address: SocketAddr,
    pub sockets: Arc<Sockets>,
    stop: Option<oneshot::Sender<()>>,
}

/// How many sockets a server lets in.
#[derive(Clone, Copy)]
pub struct Room {
    pub all: usize,
    pub of_account: usize,
}

pub const PLENTY: Room = Room { all: 5000, of_account: 5000 };

/// Serves a world.
pub async fn served(world: &World, room: Room) -> Served {
    let settings = Settings {
        execution_timeout: Duration::from_secs(30),
        export_slots: 2,
        sockets: room.all,
        sockets_of_account: room.of_account,
        insecure_cookies: false,
        introspection_for_all: false,
    };
    let portal = Portal::new(Arc::clone(&world.app), settings);
    let sockets = Arc::clone(&portal.sockets);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(serve(listener, router(portal), async move {
        drop(stopped.await);
    }));
    Served { address, sockets, stop: Some(stop) }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.sockets.stop();
        drop(self.stop.take());
    }
}

/// An open socket.
pub struct Client {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a socket brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    Closed(u16),
    Nothing,
}

impl Client {
    /// Connects with the headers that are given, and says nothing yet.
    pub async fn connect(served: &Served, headers: &[(&'static str, &str)]) -> Self {
        Self::try_connect(served, headers).await.unwrap()
    }

    /// The same with a server that is a process of its own.
    pub async fn raw(address: SocketAddr) -> Self {
        Self::to(address, &[PROTOCOL]).await.unwrap()
    }

    pub async fn try_connect(served: &Served, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        Self::to(served.address, headers).await
    }

    async fn to(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Connects as an account.
    pub async fn of(served: &Served, login: &str) -> Self {
        let mut client = Self::connect(served, &[PROTOCOL]).await;
        client
            .say(json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {}", token(login)) } }))
            .await;
        assert_eq!(client.hear().await, Heard::Message(json!({ "type": "connection_ack" })));
        client
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::Text(text.into())).await.unwrap();
    }

    /// Starts an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }

    /// The next message or the end.
    pub async fn hear(&mut self) -> Heard {
        self.hear_within(PATIENCE).await
    }

    pub async fn hear_within(&mut self, patience: Duration) -> Heard {
        loop {
            match timeout(patience, self.socket.next()).await {
                Err(_) => return Heard::Nothing,
                Ok(Some(Ok(Message::Text(text)))) => return Heard::Message(serde_json::from_str(text.as_str()).unwrap()),
                Ok(Some(Ok(Message::Close(Some(CloseFrame { code, .. }))))) => return Heard::Closed(code.into()),
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => {}
                Ok(other) => panic!("{other:?}"),
            }
        }
    }

    /// The payload's data of the next message of an operation.
    pub async fn data(&mut self, id: &str) -> Value {
        match self.hear().await {
            Heard::Message(message) => {
                assert_eq!((&message["id"], &message["type"]), (&json!(id), &json!("next")), "{message}");
                assert!(message["payload"]["errors"].is_null(), "{message}");
                message["payload"]["data"].clone()
            }
            other => panic!("{other:?}"),
        }
    }

    /// That everything that was sent so far has been answered: a ping comes back, and nothing before it.
    pub async fn is_quiet(&mut self) {
        self.say(json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await, Heard::Message(json!({ "type": "pong" })));
    }
}

pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");
