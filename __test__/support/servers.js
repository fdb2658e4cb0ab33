'use strict';

const { once } = require('node:events');
const https = require('node:https');
const net = require('node:net');
const tls = require('node:tls');

const { certificateAuthority, serverCertificate } = require('../../simulator/lib/certificates');

/** Servers that are not what they should be, on 127.0.0.1, each ending with its test. */

async function listening(t, server) {
  const sockets = new Set();
  const track = (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  server.on('connection', track);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  return server.address().port;
}

/** One that speaks TLS, and then says what it is told to say to whoever says anything. */
async function rubbish(t, bytes) {
  const certificate = await serverCertificate(await certificateAuthority(), ['localhost', '127.0.0.1']);
  const server = tls.createServer(certificate, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  return listening(t, server);
}

/** One that speaks without TLS. */
async function plain(t, bytes, onData = () => {}) {
  return listening(
    t,
    net.createServer((socket) => socket.on('data', onData).once('data', () => socket.end(bytes))),
  );
}

/** One that accepts connections and says nothing, not even TLS. */
async function silent(t) {
  return listening(
    t,
    net.createServer(() => {}),
  );
}

/** One that answers every HTTP call alike, with a certificate of the caller's choice. */
async function answering(t, certificate, body = '{}') {
  return listening(
    t,
    https.createServer(certificate, (request, response) => response.end(body)),
  );
}

/** A port on which nobody listens. */
async function closedPort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

module.exports = { answering, closedPort, plain, rubbish, silent };
