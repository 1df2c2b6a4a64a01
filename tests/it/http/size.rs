//! Bodies that are too large, over a real connection.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LIMIT: usize = 256 * 1024;

/// Status line, and the body after the headers.
async fn exchange(address: SocketAddr, head: &str, body: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may answer and close before it has read all.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.lines().next().unwrap_or("").to_owned(), body.to_owned())
}

fn head(framing: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\n{framing}\r\n\r\n"
    )
}

fn body_of(bytes: usize) -> Vec<u8> {
    let start = r#"{"query":"{apple}","extensions":{"x":""#;
    let end = r#""}}"#;
    let filling = "x".repeat(bytes - start.len() - end.len());
    format!("{start}{filling}{end}").into_bytes()
}

#[tokio::test]
async fn a_body_at_the_limit_is_answered() {
    let address = super::probe::serve().await;
    let head = head(&format!("Content-Length: {LIMIT}"));

    let (status, body) = exchange(address, &head, &body_of(LIMIT)).await;

    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(body, r#"{"data":{"apple":"round"}}"#);
}

#[tokio::test]
async fn a_body_announced_too_long_is_refused_readably() {
    let address = super::probe::serve().await;
    for bytes in [LIMIT + 1, 4 * LIMIT, 80 * LIMIT] {
        let head = head(&format!("Content-Length: {bytes}"));

        let (status, body) = exchange(address, &head, &body_of(bytes)).await;

        assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
        assert!(body.contains(r#""code":"BODY_TOO_LARGE""#), "{body}");
    }
}

#[tokio::test]
async fn a_body_announced_too_long_is_refused_before_it_is_sent() {
    let address = super::probe::serve().await;
    let head = head("Content-Length: 1000000000000");

    let (status, body) = exchange(address, &head, b"").await;

    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    assert!(body.contains("262144"), "{body}");
}

#[tokio::test]
async fn a_body_in_chunks_is_cut_at_the_limit() {
    let address = super::probe::serve().await;
    let chunk = body_of(LIMIT + 1);
    let framed = [format!("{:x}\r\n", chunk.len()).as_bytes(), &chunk, b"\r\n0\r\n\r\n"].concat();

    let (status, body) = exchange(address, &head("Transfer-Encoding: chunked"), &framed).await;

    assert_eq!(status, "HTTP/1.1 413 Payload Too Large");
    assert!(body.contains(r#""code":"BODY_TOO_LARGE""#), "{body}");
}
