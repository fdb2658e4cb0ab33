// A service that does what a case tells it: domain look-up, login, refresh and brand socket on one TLS port of 127.0.0.1.
// Without a script all goes well. It writes down, one line for each, what has arrived.

import https from 'node:https';
import { createRequire } from 'node:module';
import { WebSocketServer } from 'ws';

const require = createRequire(import.meta.url);
const { certificateAuthority, serverCertificate } = require('../../../simulator/lib/certificates.js');

const SERVICES = ['agentVep', 'asyncMessagingEnt', 'facadeMsg'];
const STEPS = { 'baseURI.json': 'csds', login: 'login', refresh: 'refresh' };

let authority;
let certificate;

/** What all services of this process have in common; `stranger` is valid for another host. */
export async function certificates() {
  authority ??= await certificateAuthority();
  certificate ??= await serverCertificate(authority, ['localhost', '127.0.0.1']);
  return { authority, certificate };
}

const pick = (script, n, ...about) => {
  if (Array.isArray(script)) return script[Math.min(n, script.length - 1)];
  return typeof script === 'function' ? script(n, ...about) : script;
};

/**
 * The script of a service. Each step has a spec, a list of them (the last one stays), or a function of the number of the
 * call and its request.
 *
 * @typedef {object} Script
 * @property {*} [csds], [login], [refresh] `{ status, statusText, headers, cookies, json | text, hang, cut, truncate, raw }`
 * @property {*} [upgrade] `{ raw, hang, cut }` in place of an answer; `{ greet }`: items pushed at once
 * @property {object} [replies] request type → fields laid over the answer, a function of the frame, or null: none
 * @property {object} [hosts] service → host; undefined leaves it out
 */
export class Service {
  log = [];
  counts = { csds: 0, login: 0, refresh: 0, other: 0, upgrade: 0 };
  sockets = [];
  #watchers = new Set();
  #wires = new Set();

  /** @param {Script} script */
  constructor(script = {}) {
    this.script = script;
  }

  async start() {
    const { certificate } = await certificates();
    this.wss = new WebSocketServer({ noServer: true, clientTracking: false });
    this.server = https.createServer({ ...certificate, ...this.script.tls }, (request, response) =>
      this.#onCall(request, response),
    );
    this.server.on('upgrade', (request, wire, head) => this.#onUpgrade(request, wire, head));
    this.server.on('tlsClientError', () => {});
    this.server.on('connection', (wire) => {
      this.#wires.add(wire.on('error', () => {}).on('close', () => this.#wires.delete(wire)));
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.domain = `localhost:${this.port}`;
    return this;
  }

  async stop() {
    for (const wire of this.#wires) wire.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The calls of a step, or the upgrades. */
  calls(step) {
    return this.log.filter((entry) => entry.step === step);
  }

  /** Called whenever something has arrived. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #write(entry) {
    this.log.push(entry);
    for (const watcher of this.#watchers) watcher();
  }

  #onCall(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const step = STEPS[new URL(request.url, 'https://x').pathname.split('/').pop()] ?? 'other';
      const { method, url, headers, rawHeaders } = request;
      this.#write({ step, what: method, host: headers.host, path: url, headers, rawHeaders, body });
      const n = this.counts[step]++;
      const scripted = pick(this.script[step], n, { headers, body, url });
      answer(request, response, scripted ?? this.#usual(step, n));
    });
  }

  #usual(step, n) {
    if (step === 'csds') {
      const listed = Object.entries({
        ...Object.fromEntries(SERVICES.map((one) => [one, this.domain])),
        ...this.hosts(),
      });
      const baseURIs = listed.filter(([, host]) => host !== undefined);
      return { json: { baseURIs: baseURIs.map(([service, baseURI]) => ({ account: '777', service, baseURI })) } };
    }
    if (step === 'login') return signedIn(n + 1);
    return step === 'refresh' ? { json: {} } : { status: 404, json: {} };
  }

  /** Hosts are written for port 0, which stands for this service's own. */
  hosts() {
    const own = ([service, host]) => [service, host && host.replace(/:0$/, `:${this.port}`)];
    return Object.fromEntries(Object.entries(this.script.hosts ?? {}).map(own));
  }

  #onUpgrade(request, wire, head) {
    const { url, headers, rawHeaders } = request;
    const socket = { wire, ws: null, isOver: false };
    this.#write({ step: 'upgrade', what: 'UPGRADE', host: headers.host, path: url, headers, rawHeaders });
    const spec = pick(this.script.upgrade, this.counts.upgrade++, { headers, url }) ?? {};
    this.sockets.push(socket);
    wire
      .on('error', () => {})
      .on('close', () => {
        socket.isOver = true;
        this.#write({ step: 'gone' });
      });
    if (spec.hang) return;
    if (spec.cut) return wire.destroy();
    if (spec.raw) return wire.end(typeof spec.raw === 'function' ? spec.raw(headers) : spec.raw);
    this.wss.handleUpgrade(request, wire, head, (ws) => this.#onOpen(socket, ws, spec));
  }

  #onOpen(socket, ws, { greet = [] }) {
    socket.ws = ws;
    ws.on('error', () => {});
    ws.on('ping', () => this.#write({ step: 'ping' }));
    ws.on('close', (code, reason) => this.#write({ step: 'close', code, reason: String(reason) }));
    ws.on('message', (data, isBinary) => {
      const text = data.toString();
      this.#write({ step: 'frame', text, isBinary });
      this.#reply(ws, JSON.parse(text));
    });
    for (const item of greet) push(ws, item);
  }

  #reply(ws, frame) {
    const replies = this.script.replies ?? {};
    const scripted = Object.hasOwn(replies, frame.type) ? replies[frame.type] : replies['*'];
    const spec = typeof scripted === 'function' ? scripted(frame) : scripted;
    if (spec === null) return;
    for (const one of [spec ?? {}].flat()) {
      const usual = { kind: 'resp', reqId: frame.id, code: 200, type: `${frame.type}$Response`, body: {} };
      push(ws, one.raw ?? { ...usual, ...one });
    }
  }

  /** Sends to the open socket: an object as JSON, a text as it is, see push(). */
  push(...items) {
    for (const item of items) push(this.open, item);
  }

  get open() {
    const socket = this.sockets.findLast((one) => one.ws && !one.isOver);
    if (!socket) throw new Error('the case pushes, but no socket is open');
    return socket.ws;
  }
}

/** What a login usually answers. */
export function signedIn(n, changes = {}) {
  const config = { loginName: 'bot', userId: '2001', userPid: 'pid-2001' };
  return {
    cookies: [`session=cookie-${n}; Path=/; Secure; HttpOnly`],
    json: { csrf: `csrf-${n}`, bearer: `bearer-${n}`, config, ...changes },
  };
}

function answer(request, response, spec) {
  const { status = 200, statusText, cookies, json, text, headers = {}, hang, cut, truncate, raw, chunks } = spec;
  if (hang) return;
  if (cut) return request.socket.destroy();
  if (raw) return request.socket.end(raw);
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  const all = { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
  if (cookies) all['set-cookie'] = cookies;
  if (chunks) {
    response.writeHead(status, all);
    for (const chunk of chunks) response.write(chunk);
    return response.end();
  }
  if (status !== 204) all['content-length'] = Buffer.byteLength(body) + (truncate ? 10 : 0);
  if (statusText === undefined) response.writeHead(status, all);
  else response.writeHead(status, statusText, all);
  if (truncate) return response.write(body, () => request.socket.end());
  response.end(body);
}

/** `{ bytes }`: hex, straight to the stream; `{ parts }`: one message in fragments; `{ binary }`. */
function push(ws, item) {
  if (typeof item === 'string') return ws.send(item);
  if (item.bytes !== undefined) return ws._socket.write(Buffer.from(item.bytes, 'hex'));
  if (item.parts)
    return item.parts.forEach((part, i) => ws.send(part, { fin: i === item.parts.length - 1, binary: false }));
  if (item.binary !== undefined) return ws.send(Buffer.from(item.binary), { binary: true });
  ws.send(JSON.stringify(item));
}
