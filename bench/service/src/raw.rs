//! The raw client: rustls on a blocking socket, frames counted and thrown away. What it reaches is the physical limit on
//! this machine, and the proof that the service is not what is measured.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Instant;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

use crate::frames::{self, TEXT};
use crate::{Failure, http};

const DONE: &[u8] = br#"{"kind":"notification","type":".bench.Done""#;
const MOST: usize = 64 * 1024;

/// rustls asks for 4 KB at a time; the system is asked for more.
struct Wire(BufReader<TcpStream>);

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.get_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Client {
    stream: StreamOwned<ClientConnection, Wire>,
    buffer: Vec<u8>,
    /// How much of the buffer has been handled.
    handled: usize,
}

impl Client {
    fn connect(port: u16, ca_file: &str) -> Result<Self, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca_file)?)?;
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let connection = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost")?)?;
        let tcp = TcpStream::connect(("localhost", port))?;
        tcp.set_nodelay(true)?;
        let wire = Wire(BufReader::with_capacity(MOST, tcp));
        let mut client = Self { stream: StreamOwned::new(connection, wire), buffer: Vec::new(), handled: 0 };
        client.stream.write_all(
            b"GET /ws_api/account/1/messaging/brand/raw?v=2.1 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
              Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )?;
        while http::take_request(&mut client.buffer).is_none() {
            client.read()?;
        }
        Ok(client)
    }

    fn read(&mut self) -> Result<(), Failure> {
        self.buffer.drain(..self.handled);
        self.handled = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + MOST, 0);
        let count = self.stream.read(&mut self.buffer[length..])?;
        self.buffer.truncate(length + count);
        if count == 0 { Err("the service hung up".into()) } else { Ok(()) }
    }

    fn send(&mut self, text: &str) -> Result<(), Failure> {
        let mut frame = Vec::new();
        frames::write(&mut frame, TEXT, text.as_bytes(), true);
        Ok(self.stream.write_all(&frame)?)
    }

    /// Waits for the next frame and says whether it is the end of a load.
    fn next(&mut self) -> Result<bool, Failure> {
        loop {
            if let Some(frame) = frames::read(&mut self.buffer[self.handled..]) {
                let done = frame.payload.starts_with(DONE);
                self.handled += frame.size;
                return Ok(done);
            }
            self.read()?;
        }
    }
}

/// Receives a load.
pub fn flood(port: u16, ca_file: &str, load: &str) -> Result<(), Failure> {
    let count = serde_json::from_str::<Value>(load)?["count"].as_f64().unwrap_or(1.0);
    let mut client = Client::connect(port, ca_file)?;
    let (start, cpu) = (Instant::now(), cpu_time());
    let kind = ".ams.aam.SubscribeExConversations";
    client.send(&format!(r#"{{"kind":"req","id":"1","type":"{kind}","body":{{"load":{load}}}}}"#))?;
    while !client.next()? {}
    let per_message = (cpu_time() - cpu) / count;
    println!(
        r#"{{"perSecond":{},"mainCpu":{per_message},"totalCpu":{per_message}}}"#,
        count / start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Asks for the time, again and again.
pub fn clock(port: u16, ca_file: &str, count: usize) -> Result<(), Failure> {
    let mut client = Client::connect(port, ca_file)?;
    let cpu = cpu_time();
    let mut times = Vec::with_capacity(count);
    for id in 0..count {
        let start = Instant::now();
        client.send(&format!(r#"{{"kind":"req","id":"{id}","type":".GetClock","body":{{}}}}"#))?;
        client.next()?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    let per_request = (cpu_time() - cpu) / count as f64;
    times.sort_by(f64::total_cmp);
    println!(
        r#"{{"p50":{},"p99":{},"mainCpu":{per_request},"totalCpu":{per_request}}}"#,
        times[count / 2],
        times[count * 99 / 100]
    );
    Ok(())
}

/// What this process, of one thread, has used, in µs.
fn cpu_time() -> f64 {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|time| time.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1000.0
}
