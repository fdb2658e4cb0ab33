'use strict';

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { once } = require('node:events');

const { WebSocketServer } = require('ws');

const { addressOf } = require('./address');
const { Connection } = require('./connection');
const { onRequest } = require('./http-api');

/**
 * The one HTTPS listener that plays all hosts of the service. Brand sockets (LivePerson developer docs, Messaging Agent API):
 * wss://{host}/ws_api/account/{account}/messaging/brand/{bearer}?v=2.1
 */
const BRAND = /^\/ws_api\/account\/(?<account>[^/]+)\/messaging\/brand(?:\/(?<bearer>[^/]+))?$/;

class Server {
  #sockets = new Set();
  #upgrades = 0;

  /**
   * @param {object} simulator
   * @param {{cert: string, key: string}} certificate
   */
  constructor(simulator, certificate) {
    this.simulator = simulator;
    // No compression, whatever the client offers.
    this.webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 2 ** 30 });
    this.https = https.createServer({ ...certificate, keepAliveTimeout: 5000 }, (request, response) =>
      onRequest(simulator, request, response),
    );
    this.https.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.https.on('tlsClientError', () => {}); // the client's business: it does not trust us, or hung up
    this.https.on('clientError', (error, socket) => socket.destroy());
    this.alsoAtIpv6 = net.createServer((socket) => this.https.emit('connection', socket));
    this.https.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  get port() {
    return this.https.address()?.port;
  }

  /**
   * @param {number} port 0: any free one
   * @returns {Promise<void>} rejects when the port is taken
   */
  async listen(port) {
    await listening(this.https, port, '127.0.0.1');
    // "localhost" is ::1 to some clients (Node 18 takes what the resolver names first). A machine may have no IPv6.
    await listening(this.alsoAtIpv6, this.port, '::1').catch(() => {});
  }

  /** Accepts no connection any more: the next client is refused. Open connections stay. */
  refuse() {
    this.https.close();
    this.alsoAtIpv6.close();
    this.https.closeIdleConnections();
  }

  /** Ends every connection and the listener. */
  async close() {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closed(this.https), closed(this.alsoAtIpv6)]);
  }

  #onUpgrade(request, socket, head) {
    socket.on('error', () => {});
    const { path, query } = addressOf(request);
    const number = ++this.#upgrades;
    const call = { path, query, headers: request.headers, number };
    const entry = this.simulator.record({
      kind: 'upgrade',
      connection: number,
      path,
      query: Object.fromEntries(query),
      headers: request.headers,
      outcome: 'pending',
    });
    const outcome = (text) => {
      entry.outcome = text;
      this.simulator.changed(entry);
    };
    const effect = this.simulator.faults.at('upgrade', call);
    const end = (text, action) => {
      outcome(text);
      action();
    };
    const proceed = () => {
      const session = this.#sessionOf(call);
      const status = effect.status ?? (session instanceof Object ? 101 : session);
      if (effect.hang) end('hang', () => {});
      else if (effect.cut) end('cut', () => socket.destroy());
      else if (effect.raw !== undefined) end('raw', () => socket.end(effect.raw));
      else if (status !== 101) end(`refused ${status}`, () => refuse(socket, status, effect));
      else {
        this.webSockets.handleUpgrade(request, socket, head, (ws) => {
          const connection = this.#opened({ number, ws, socket, session, query });
          outcome('open');
          if (effect.stalls) connection.stalls();
          if (effect.closes !== undefined) connection.closes(effect.closes, effect.reason);
        });
      }
    };
    if (effect.late === undefined) proceed();
    else this.simulator.clock.after(effect.late, proceed);
  }

  #opened(parts) {
    const { simulator } = this;
    const connection = new Connection({ ...parts, simulator });
    simulator.connections.push(connection);
    simulator.service.connectionOpened(connection);
    return connection;
  }

  /** @returns {Session|number} the session the bearer stands for, or the HTTP status that refuses it */
  #sessionOf({ path, headers }) {
    const { account, bearer } = BRAND.exec(path)?.groups ?? {};
    if (account === undefined) return 404;
    // In the path, or as `Authorization: jwt <token>`.
    const given = bearer ?? /^(?:jwt|bearer)\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const session = this.simulator.service.sessions.ofBearer(decode(given ?? ''));
    return session?.agent.accountId === account ? session : 401;
  }
}

async function listening(server, port, address) {
  server.listen(port, address);
  await once(server, 'listening');
}

const closed = (server) => new Promise((resolve) => (server.listening ? server.close(resolve) : resolve()));

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(socket, status, { statusText = http.STATUS_CODES[status], headers = {}, body = '' }) {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(content) });
  const head = [`HTTP/1.1 ${status} ${statusText}`, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  socket.end(`${head}\r\n\r\n${content}`);
}

module.exports = { Server };
