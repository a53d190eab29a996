//! A SOCKS5 proxy (RFC 1928, and RFC 1929 for its password).

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::record::Record;

const VERSION: u8 = 5;
const WITH_PASSWORD: u8 = 2;
const CONNECTION_REFUSED: u8 = 5;

/// Takes one connection: notes what it asks for as a request of the method `SOCKS`, and hands it on.
pub(crate) async fn serve(record: &Record, stream: &mut TcpStream, number: usize) -> io::Result<()> {
    let password = greet(stream).await?;
    let target = target(stream).await?;
    record.request(json!({
        "method": "SOCKS",
        "target": target,
        "headers": { "proxy-authorization": password },
        "connection": number,
    }));
    let Ok(mut upstream) = TcpStream::connect(&target).await else {
        return stream.write_all(&reply(CONNECTION_REFUSED)).await;
    };
    stream.write_all(&reply(0)).await?;
    tokio::io::copy_bidirectional(stream, &mut upstream).await?;
    Ok(())
}

/// Agrees on a method, and gives the name and the password where it is that one.
async fn greet(stream: &mut TcpStream) -> io::Result<Value> {
    let [version, count] = bytes(stream).await?;
    if version != VERSION {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut methods = vec![0; count.into()];
    stream.read_exact(&mut methods).await?;
    if !methods.contains(&WITH_PASSWORD) {
        stream.write_all(&[VERSION, 0]).await?;
        return Ok(Value::Null);
    }
    stream.write_all(&[VERSION, WITH_PASSWORD]).await?;
    let [_version] = bytes(stream).await?;
    let (name, password) = (text(stream).await?, text(stream).await?);
    stream.write_all(&[1, 0]).await?;
    Ok(format!("{name}:{password}").into())
}

/// The host and port that the client asks for: a name stays one.
async fn target(stream: &mut TcpStream) -> io::Result<String> {
    let [_version, _command, _reserved, form] = bytes(stream).await?;
    let host = match form {
        1 => Ipv4Addr::from(bytes::<4>(stream).await?).to_string(),
        3 => text(stream).await?,
        4 => format!("[{}]", Ipv6Addr::from(bytes::<16>(stream).await?)),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let port = u16::from_be_bytes(bytes(stream).await?);
    Ok(format!("{host}:{port}"))
}

fn reply(code: u8) -> [u8; 10] {
    [VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]
}

async fn bytes<const N: usize>(stream: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// A text with its length before it.
async fn text(stream: &mut TcpStream) -> io::Result<String> {
    let [length] = bytes(stream).await?;
    let mut text = vec![0; length.into()];
    stream.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
