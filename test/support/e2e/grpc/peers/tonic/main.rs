//! A server or a client of tonic: `server PORT`, or `client HOST PORT`, of the calls in ../../calls.ts.
mod client;
mod codec;
mod server;

const SERVICE: &str = "peers.Peer";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["server", port] => server::serve(port).await,
        ["client", host, port] => client::call_all(host, port).await,
        _ => Err("server PORT, or client HOST PORT".into()),
    }
}
