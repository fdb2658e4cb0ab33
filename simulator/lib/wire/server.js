'use strict';

const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { once } = require('node:events');

const { WebSocketServer } = require('ws');

const { addressOf } = require('./address');
const { Connection } = require('./connection');
const { clientPropertiesIn } = require('./consumer-requests');
const { onRequest } = require('./http-api');

/**
 * The kinds of sockets: where they are, whose sessions open them, and how they talk.
 * - Agents and managers (LivePerson developer docs, Messaging Agent API):
 *   wss://{host}/ws_api/account/{account}/messaging/brand/{bearer}?v=2.1
 * - Consumers (LivePerson developer docs, Messaging Window API):
 *   wss://{host}/ws_api/account/{account}/messaging/consumer?v=3; one that comes without a token sends it with InitConnection
 */
const KINDS = [
  {
    path: /^\/ws_api\/account\/(?<account>[^/]+)\/messaging\/brand(?:\/(?<bearer>[^/]+))?$/,
    sessions: 'sessions',
    dialect: { ...require('./requests'), ...require('./notifications') },
  },
  {
    path: /^\/ws_api\/account\/(?<account>[^/]+)\/messaging\/consumer$/,
    sessions: 'consumerSessions',
    dialect: { ...require('./consumer-requests'), ...require('./consumer-notifications') },
    isConsumers: true,
  },
];

/** The one HTTPS listener that plays all hosts of the service. */
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
      const admission = this.#admissionOf(call);
      const status = effect.status ?? admission.status;
      if (effect.hang) end('hang', () => {});
      else if (effect.cut) end('cut', () => socket.destroy());
      else if (effect.raw !== undefined) end('raw', () => socket.end(effect.raw));
      else if (status !== 101) end(`refused ${status}`, () => refuse(socket, status, effect));
      else {
        this.webSockets.handleUpgrade(request, socket, head, (ws) => {
          const connection = this.#opened({ number, ws, socket, query }, admission);
          outcome('open');
          if (effect.stalls) connection.stalls();
          if (effect.closes !== undefined) connection.closes(effect.closes, effect.reason);
        });
      }
    };
    if (effect.late === undefined) proceed();
    else this.simulator.clock.after(effect.late, proceed);
  }

  #opened(parts, { kind, accountId, session, clientProperties }) {
    const { simulator } = this;
    const connection = new Connection({ ...parts, accountId, session, dialect: kind.dialect, simulator });
    connection.clientProperties = clientProperties;
    if (!kind.isConsumers) simulator.connections.push(connection);
    if (session !== undefined) simulator.service.connectionOpened(connection);
    return connection;
  }

  /** @returns {{status: number, kind, accountId, session, clientProperties}} status: 101, or the one that refuses */
  #admissionOf({ path, headers }) {
    const kind = KINDS.find((one) => one.path.test(path));
    if (kind === undefined) return { status: 404 };
    const { account: accountId, bearer } = kind.path.exec(path).groups;
    const clientProperties = clientPropertiesIn(headers['client-properties']);
    if (kind.isConsumers && headers.authorization === undefined) {
      return { status: 101, kind, accountId, clientProperties };
    }
    // In the path, or as `Authorization: jwt <token>`.
    const given = bearer ?? /^(?:jwt|bearer)\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const session = this.simulator.service[kind.sessions].ofBearer(decode(given ?? ''));
    const status = session?.person.accountId === accountId ? 101 : 401;
    return { status, kind, accountId, session, clientProperties };
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
