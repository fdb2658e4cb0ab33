//! One connection: HTTP until it becomes a WebSocket.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::frames::{self, CLOSE, PING, PONG, TEXT};
use crate::{Failure, answers, http};

pub async fn attend(tcp: TcpStream, acceptor: TlsAcceptor) -> Result<(), Failure> {
    tcp.set_nodelay(true)?;
    let mut stream = acceptor.accept(tcp).await?;
    let mut buffer = Vec::new();
    while read(&mut stream, &mut buffer).await? {
        while let Some(request) = http::take_request(&mut buffer) {
            if let Some(key) = &request.key {
                stream.write_all(http::upgrade(key).as_bytes()).await?;
                stream.flush().await?;
                return converse(stream, buffer).await;
            }
            stream.write_all(http::answer(&request).as_bytes()).await?;
            stream.flush().await?;
        }
    }
    Ok(())
}

/// The messaging socket. What has arrived together is answered in one write.
async fn converse(mut stream: TlsStream<TcpStream>, mut buffer: Vec<u8>) -> Result<(), Failure> {
    let mut out = Vec::new();
    loop {
        let (mut handled, mut loads, mut closed) = (0, Vec::new(), false);
        while let Some(frame) = frames::read(&mut buffer[handled..]) {
            match frame.opcode {
                TEXT => {
                    if let Some((text, load)) = answers::answer(frame.payload) {
                        frames::write(&mut out, TEXT, text.as_bytes(), false);
                        loads.extend(load);
                    }
                }
                PING => frames::write(&mut out, PONG, frame.payload, false),
                CLOSE => {
                    frames::write(&mut out, CLOSE, frame.payload, false);
                    closed = true;
                }
                _ => {}
            }
            handled += frame.size;
        }
        buffer.drain(..handled);
        stream.write_all(&out).await?;
        stream.flush().await?;
        out.clear();
        for load in loads {
            load.play(&mut stream).await?;
        }
        if closed || !read(&mut stream, &mut buffer).await? {
            return Ok(());
        }
    }
}

/// Appends what comes next; false: nothing does any more.
async fn read(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Result<bool, Failure> {
    buffer.reserve(4096);
    Ok(stream.read_buf(buffer).await? > 0)
}
