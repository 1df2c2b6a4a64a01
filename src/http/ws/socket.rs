//! One socket: what comes in, what goes out, and how it ends.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_graphql::Value;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    sync::{Notify, Semaphore, SemaphorePermit, mpsc},
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{
    Endpoint,
    operation::{self, Operation},
    sockets::Seat,
};
use crate::{
    http::{Params, session::Presented},
    kernel::{id::SessionId, lang::Lang},
    ops,
};

/// How long a client may take to say who it is.
const INIT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one message may take to go out.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Messages that wait to go out; what makes more of them waits itself.
const WAITING_MESSAGES: usize = 2;
/// Operations of a socket that are executed at a time; the others wait for their turn, so that a client
/// that does not read costs us no more than a few answers.
const TURNS: usize = 2;
/// Operations of a socket at a time.
const MOST_OPERATIONS: usize = 100;
/// The longest id of an operation, in bytes.
const LONGEST_ID: usize = 256;

/// Who opens a socket.
pub(super) struct Guest {
    /// The token that came with the upgrade, if any.
    pub(super) presented: Option<Presented>,
    pub(super) client: String,
    pub(super) lang: Lang,
}

/// Why a socket is closed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Close(u16, &'static str);

const GOING_AWAY: Close = Close(1001, "Going away");
const INVALID: Close = Close(4400, "Invalid message");
const UNAUTHORIZED: Close = Close(4401, "Unauthorized");
const FORBIDDEN: Close = Close(4403, "Forbidden");
const PROTOCOL: Close = Close(4406, "Subprotocol not acceptable");
const INIT_TIMED_OUT: Close = Close(4408, "Connection initialisation timeout");
const DUPLICATE: Close = Close(4409, "Subscriber already exists");
const TOO_SLOW: Close = Close(4413, "Too slow");
const TOO_MANY_INITS: Close = Close(4429, "Too many initialisation requests");
const TOO_MANY_SOCKETS: Close = Close(4430, "Too many sockets");

/// Where operations of a socket send what they have to say.
#[derive(Clone)]
pub(super) struct Outlet {
    messages: mpsc::Sender<String>,
    slow: Arc<Notify>,
    turns: Arc<Semaphore>,
}

impl Outlet {
    /// Waits until an answer may be made. The turn ends once what is returned is dropped.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.turns.acquire().await.ok()
    }

    /// Sends a message. While the client does not read, whoever sends waits, so that nothing piles up.
    pub(super) async fn send(&self, message: String) {
        if self.messages.send_timeout(message, WRITE_TIMEOUT / 2).await.is_err() {
            self.slow.notify_one();
        }
    }
}

/// Who a socket belongs to, once it has said so.
#[derive(Clone)]
pub(super) struct Signed {
    pub(super) presented: Presented,
    pub(super) session: SessionId,
}

/// Tells a client of another protocol that this is not it.
pub(super) async fn turn_away(mut socket: WebSocket) {
    drop(timeout(WRITE_TIMEOUT, socket.send(frame(PROTOCOL))).await);
}

/// Serves a socket to its end.
pub(super) async fn run(socket: WebSocket, endpoint: Endpoint, guest: Guest, seat: Seat) {
    let (sink, stream) = socket.split();
    let (messages, waiting) = mpsc::channel(WAITING_MESSAGES);
    let (close, closing) = mpsc::channel(1);
    let writer = tokio::spawn(write(sink, waiting, closing));
    let outlet = Outlet { messages, slow: Arc::default(), turns: Arc::new(Semaphore::new(TURNS)) };
    let session = Session {
        endpoint: Arc::new(endpoint),
        guest: Arc::new(guest),
        outlet,
        signed: None,
        running: HashMap::new(),
        tasks: JoinSet::new(),
    };
    if let Some(why) = session.serve(stream, &seat, &writer).await {
        // The writer is gone when the client is.
        let _ = close.send(why).await;
    }
    drop(close);
    let abort = writer.abort_handle();
    if timeout(WRITE_TIMEOUT, writer).await.is_err() {
        abort.abort();
    }
}

fn frame(Close(code, reason): Close) -> Message {
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}

/// Writes what is sent, until the socket is to be closed or the client does not read.
async fn write(mut sink: SplitSink<WebSocket, Message>, mut waiting: mpsc::Receiver<String>, mut closing: mpsc::Receiver<Close>) {
    loop {
        let (message, is_last) = tokio::select! {
            biased;
            why = closing.recv() => match why {
                Some(why) => (frame(why), true),
                None => break,
            },
            message = waiting.recv() => match message {
                Some(text) => (Message::Text(text.into()), false),
                None => break,
            },
        };
        match timeout(WRITE_TIMEOUT, sink.send(message)).await {
            Ok(Ok(())) if !is_last => {}
            Ok(_) | Err(_) => break,
        }
    }
    drop(timeout(WRITE_TIMEOUT, sink.close()).await);
}

/// The protocol's state.
struct Session {
    endpoint: Arc<Endpoint>,
    guest: Arc<Guest>,
    outlet: Outlet,
    signed: Option<Signed>,
    running: HashMap<String, AbortHandle>,
    tasks: JoinSet<String>,
}

impl Session {
    /// Reads until the client leaves (`None`) or there is a reason to close.
    async fn serve(
        mut self,
        mut stream: SplitStream<WebSocket>,
        seat: &Seat,
        writer: &tokio::task::JoinHandle<()>,
    ) -> Option<Close> {
        let init = sleep(INIT_TIMEOUT);
        tokio::pin!(init);
        let slow = Arc::clone(&self.outlet.slow);
        loop {
            if writer.is_finished() {
                return None;
            }
            let step = tokio::select! {
                message = stream.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(text.as_str(), seat).await,
                    Some(Ok(Message::Binary(_))) => Err(INVALID),
                    // Frames of the transport itself are answered by the transport.
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                },
                () = &mut init, if self.signed.is_none() => Err(INIT_TIMED_OUT),
                () = seat.ended() => Err(UNAUTHORIZED),
                () = seat.stopped() => Err(GOING_AWAY),
                () = slow.notified() => Err(TOO_SLOW),
                Some(ended) = self.tasks.join_next() => {
                    if let Ok(id) = ended {
                        self.running.retain(|known, task| *known != id || !task.is_finished());
                    }
                    Ok(())
                },
            };
            if let Err(why) = step {
                return Some(why);
            }
        }
    }

    async fn hear(&mut self, text: &str, seat: &Seat) -> Result<(), Close> {
        self.endpoint.guard.check_message(text.as_bytes(), 2).map_err(|_| INVALID)?;
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else { return Err(INVALID) };
        let mut take = |name: &str| message.swap_remove(name).unwrap_or_default();
        let (kind, id, payload) = (take("type"), take("id"), take("payload"));
        let Value::String(kind) = kind else { return Err(INVALID) };
        match kind.as_str() {
            "connection_init" => self.init(payload, seat).await,
            "ping" => {
                self.outlet.send(r#"{"type":"pong"}"#.to_owned()).await;
                Ok(())
            }
            "pong" => Ok(()),
            "subscribe" => self.subscribe(read_id(id)?, payload),
            "complete" => {
                if let Some(task) = self.running.remove(&read_id(id)?) {
                    task.abort();
                }
                Ok(())
            }
            _ => Err(INVALID),
        }
    }

    /// The token of the message wins over that of the upgrade.
    async fn init(&mut self, payload: Value, seat: &Seat) -> Result<(), Close> {
        if self.signed.is_some() {
            return Err(TOO_MANY_INITS);
        }
        let given = match &payload {
            Value::Null => None,
            Value::Object(fields) => {
                ["Authorization", "authorization", "token"].into_iter().find_map(|name| match fields.get(name) {
                    Some(Value::String(token)) => Some(Presented::given(token)),
                    _ => None,
                })
            }
            _ => return Err(INVALID),
        };
        let presented = given.or_else(|| self.guest.presented.clone()).ok_or(UNAUTHORIZED)?;
        let app = &self.endpoint.portal.app;
        let resumed = ops::session::resume(app, presented.hash()).await.map_err(|fault| {
            tracing::warn!(error = %fault, "a socket's session could not be read");
            FORBIDDEN
        })?;
        let cx = resumed.ok_or(FORBIDDEN)?;
        let session = cx.session.ok_or(FORBIDDEN)?;
        seat.sign_in(app, cx.actor.account, session).map_err(|_| TOO_MANY_SOCKETS)?;
        self.signed = Some(Signed { presented, session });
        self.outlet.send(r#"{"type":"connection_ack"}"#.to_owned()).await;
        Ok(())
    }

    fn subscribe(&mut self, id: String, payload: Value) -> Result<(), Close> {
        let signed = self.signed.clone().ok_or(UNAUTHORIZED)?;
        if payload == Value::Null {
            return Err(INVALID);
        }
        self.running.retain(|_, task| !task.is_finished());
        if self.running.contains_key(&id) {
            return Err(DUPLICATE);
        }
        let operation = Operation {
            endpoint: Arc::clone(&self.endpoint),
            guest: Arc::clone(&self.guest),
            outlet: self.outlet.clone(),
            signed,
            id: id.clone(),
        };
        let is_one_too_many = self.running.len() >= MOST_OPERATIONS;
        let params = Params::from_payload(payload);
        let ends = id.clone();
        let task = self.tasks.spawn(async move {
            operation::run(operation, params, is_one_too_many).await;
            ends
        });
        self.running.insert(id, task);
        Ok(())
    }
}

fn read_id(id: Value) -> Result<String, Close> {
    match id {
        Value::String(id) if !id.is_empty() && id.len() <= LONGEST_ID => Ok(id),
        _ => Err(INVALID),
    }
}
