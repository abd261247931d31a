use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};
use tower::{service_fn, Service};

use crate::codec::Raw;
use crate::SERVICE;

const FAILURE: &str = "no “Zürich” here at 100 %";
const ANNOTATIONS: [&str; 2] = ["x-text", "x-data-bin"];

type Answers = Pin<Box<dyn Stream<Item = Result<Bytes, Status>> + Send>>;
type Answered = Pin<Box<dyn std::future::Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

pub async fn serve(port: &str) -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await?;
    println!("{{\"listening\":true}}");
    let server = tonic::transport::Server::builder().add_service(Peer);
    Ok(server.serve_with_incoming(TcpListenerStream::new(listener)).await?)
}

#[derive(Clone)]
struct Peer;

impl NamedService for Peer {
    const NAME: &'static str = SERVICE;
}

impl Service<http::Request<Body>> for Peer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answered;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answered {
        Box::pin(async move { Ok(answer(request).await) })
    }
}

async fn answer(request: http::Request<Body>) -> http::Response<Body> {
    let mut grpc = Grpc::new(Raw);
    let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    match method.as_str() {
        "Echo" | "Large" => grpc.unary(service_fn(echo), request).await,
        "Annotate" => {
            let found = annotations(request.headers());
            annotated(grpc.unary(service_fn(echo), request).await, found)
        }
        "Fail" => grpc.unary(service_fn(fail), request).await,
        "Silence" => grpc.unary(service_fn(|_: Request<Bytes>| pending::<Result<Response<Bytes>, Status>>()), request).await,
        "Collect" => grpc.client_streaming(service_fn(collect), request).await,
        "Spread" => grpc.server_streaming(service_fn(spread), request).await,
        "Chat" => grpc.streaming(service_fn(chat), request).await,
        "Leave" => grpc.streaming(service_fn(stay), request).await,
        _ => Status::unimplemented(format!("no method {method}")).into_http(),
    }
}

async fn echo(request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    Ok(Response::new(request.into_inner()))
}

async fn fail(_: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    Err(Status::not_found(FAILURE))
}

async fn collect(request: Request<Streaming<Bytes>>) -> Result<Response<Bytes>, Status> {
    let (mut messages, mut last) = (request.into_inner(), Bytes::new());
    while let Some(message) = messages.message().await? {
        last = message;
    }
    Ok(Response::new(last))
}

async fn spread(request: Request<Bytes>) -> Result<Response<Answers>, Status> {
    let message = request.into_inner();
    Ok(Response::new(Box::pin(tokio_stream::iter(vec![Ok(message); 5]))))
}

async fn chat(request: Request<Streaming<Bytes>>) -> Result<Response<Answers>, Status> {
    Ok(Response::new(Box::pin(request.into_inner())))
}

/// Waits for the client to cancel.
async fn stay(request: Request<Streaming<Bytes>>) -> Result<Response<Answers>, Status> {
    Ok(Response::new(Box::pin(request.into_inner().chain(tokio_stream::pending()))))
}

fn annotations(asked: &HeaderMap) -> HeaderMap {
    let found = |name| asked.get(name).map(|value| (http::HeaderName::from_static(name), value.clone()));
    ANNOTATIONS.into_iter().filter_map(found).collect()
}

/// As headers and as trailers, which tonic has no word for.
fn annotated(mut response: http::Response<Body>, found: HeaderMap) -> http::Response<Body> {
    response.headers_mut().extend(found.clone());
    response.map(|body| {
        Body::new(body.map_frame(move |mut frame| {
            if let Some(trailers) = frame.trailers_mut() {
                trailers.extend(found.clone());
            }
            frame
        }))
    })
}
