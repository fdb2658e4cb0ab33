//! Reads large pieces off a connection from which small ones are asked. rustls asks for 4 KB at a time, a fourth of a record;
//! the system would be called for each of them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much is read at once, in bytes, while much comes.
const PIECE: usize = 64 * 1024;

/// A stream that holds a buffer only while what comes fills one.
pub struct Gulp<S> {
    inner: S,
    /// What was read and not asked for yet: from `at` to `end`.
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<S> Gulp<S> {
    /// A stream that reads like `inner`.
    pub fn new(inner: S) -> Self {
        Self { inner, buffer: Vec::new(), at: 0, end: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gulp<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.at == this.end {
            if this.buffer.is_empty() {
                let before = buf.filled().len();
                ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
                if buf.remaining() == 0 && buf.filled().len() > before {
                    // There may be more where this came from.
                    this.buffer = vec![0; PIECE];
                }
                return Poll::Ready(Ok(()));
            }
            let mut piece = ReadBuf::new(&mut this.buffer);
            let Poll::Ready(read) = Pin::new(&mut this.inner).poll_read(cx, &mut piece) else {
                this.buffer = Vec::new();
                return Poll::Pending;
            };
            (this.at, this.end) = (0, piece.filled().len());
            read?;
        }
        let length = buf.remaining().min(this.end - this.at);
        buf.put_slice(&this.buffer[this.at..this.at + length]);
        this.at += length;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gulp<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn reads_all_of_it_and_holds_nothing_while_nothing_comes() {
        let (mut peer, stream) = duplex(1 << 20);
        let mut gulp = Gulp::new(stream);
        let sent: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        for length in [10, 4096, 5000, 300_000] {
            peer.write_all(&sent[..length]).await.unwrap();
            let mut got = vec![0; length];
            for piece in got.chunks_mut(4096) {
                gulp.read_exact(piece).await.unwrap();
            }
            assert!(got == sent[..length], "{length}");
            let mut more = [0; 10];
            let more =
                Pin::new(&mut gulp).poll_read(&mut Context::from_waker(Waker::noop()), &mut ReadBuf::new(&mut more));
            assert!(more.is_pending());
            assert_eq!(gulp.buffer.capacity(), 0);
        }
        drop(peer);
        assert_eq!(gulp.read(&mut [0; 10]).await.unwrap(), 0);
    }
}
