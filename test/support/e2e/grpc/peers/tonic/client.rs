use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use http::uri::PathAndQuery;
use tokio::sync::mpsc::unbounded_channel;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::codec::Raw;
use crate::SERVICE;

const DEADLINE: Duration = Duration::from_millis(200);

pub async fn call_all(host: &str, port: &str) -> Result<(), Box<dyn std::error::Error>> {
    let channel = Endpoint::from_shared(format!("http://{host}:{port}"))?.connect().await?;
    let mut caller = Caller { grpc: Grpc::new(channel) };
    caller.unary("Echo", Request::new(message(0))).await;
    let mut annotated = Request::new(message(0));
    annotated.metadata_mut().insert("x-text", "plain words".parse()?);
    annotated.metadata_mut().insert_bin("x-data-bin", MetadataValue::from_bytes(b"\x00\x01\xfe\xff"));
    caller.unary("Annotate", annotated).await;
    caller.unary("Fail", Request::new(message(0))).await;
    caller.unary("Large", Request::new(large_message())).await;
    caller.collect().await;
    caller.spread().await;
    caller.talk("Chat", 5).await;
    let mut limited = Request::new(message(0));
    limited.set_timeout(DEADLINE);
    caller.unary("Silence", limited).await;
    caller.talk("Leave", 2).await;
    caller.unary("Missing", Request::new(message(0))).await;
    Ok(())
}

struct Caller {
    grpc: Grpc<Channel>,
}

impl Caller {
    async fn unary(&mut self, method: &str, request: Request<Bytes>) {
        self.ready().await;
        let sent = vec![request.get_ref().clone()];
        match self.grpc.unary(request, path(method), Raw).await {
            Ok(response) => report(method, Status::ok(""), &sent, &[response.into_inner()]),
            Err(status) => report(method, status, &sent, &[]),
        }
    }

    async fn collect(&mut self) {
        self.ready().await;
        let sent: Vec<Bytes> = (0..5).map(message).collect();
        let messages = Request::new(tokio_stream::iter(sent.clone()));
        let response = self.grpc.client_streaming(messages, path("Collect"), Raw).await.expect("an answer");
        report("Collect", Status::ok(""), &sent, &[response.into_inner()]);
    }

    async fn spread(&mut self) {
        self.ready().await;
        let asked = Request::new(message(0));
        let mut answers = self.grpc.server_streaming(asked, path("Spread"), Raw).await.expect("answers").into_inner();
        let mut received = Vec::new();
        while let Some(answer) = answers.message().await.expect("an answer") {
            received.push(answer);
        }
        report("Spread", Status::ok(""), &[message(0)], &received);
    }

    /// Sends the next message when the one before has come back.
    async fn talk(&mut self, method: &str, count: usize) {
        self.ready().await;
        let (sender, messages) = unbounded_channel();
        let (mut sent, mut received) = (vec![message(0)], Vec::new());
        sender.send(message(0)).expect("a call");
        let asked = Request::new(UnboundedReceiverStream::new(messages));
        let mut answers = self.grpc.streaming(asked, path(method), Raw).await.expect("answers").into_inner();
        let mut sender = Some(sender);
        while let Some(answer) = answers.message().await.expect("an answer") {
            received.push(answer);
            if sent.len() < count {
                sent.push(message(sent.len()));
                sender.as_ref().expect("a call").send(sent[sent.len() - 1].clone()).expect("a call");
            } else if method == "Leave" {
                // Who does not take the answers any more has cancelled the call.
                drop(answers);
                return report(method, Status::new(Code::Cancelled, ""), &sent, &received);
            } else {
                sender = None;
            }
        }
        report(method, Status::ok(""), &sent, &received);
    }

    async fn ready(&mut self) {
        self.grpc.ready().await.expect("a connection");
    }
}

fn path(method: &str) -> PathAndQuery {
    format!("/{SERVICE}/{method}").parse().expect("a path")
}

fn message(index: usize) -> Bytes {
    let text = format!("message {index}");
    let mut bytes = BytesMut::from(&[0x0a, text.len() as u8][..]);
    bytes.put(text.as_bytes());
    bytes.freeze()
}

fn large_message() -> Bytes {
    let mut bytes = BytesMut::from(&b"\x0a\x80\x80\x40"[..]);
    bytes.put_bytes(b'x', 1 << 20);
    bytes.freeze()
}

fn report(method: &str, status: Status, sent: &[Bytes], received: &[Bytes]) {
    let bytes = |messages: &[Bytes]| messages.iter().map(Bytes::len).sum::<usize>();
    println!(
        "{{\"method\":\"{method}\",\"status\":{},\"message\":{:?},\"sent\":{},\"received\":{},\"sent_bytes\":{},\"received_bytes\":{}}}",
        status.code() as i32,
        status.message(),
        sent.len(),
        received.len(),
        bytes(sent),
        bytes(received),
    );
}
