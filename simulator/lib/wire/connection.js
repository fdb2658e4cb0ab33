'use strict';

/** One WebSocket, an agent's or a consumer's: what arrives on it, what is sent on it, and what a test can do to it. */
class Connection {
  #held = [];
  #idleTimer = null;
  #stalled = false;

  /**
   * @param {object} parts number (from 1), ws, socket (TCP), accountId, session, query, dialect, simulator
   */
  constructor({ number, ws, socket, accountId, session, query, dialect, simulator }) {
    this.number = number;
    this.accountId = accountId;
    /** What it was opened with; undefined for a consumer's that came without a token. */
    this.session = session;
    /** Whose it is; undefined for a consumer's that has not sent its token yet. */
    this.person = session?.person;
    /** The agent whose it is; undefined for a consumer's. */
    this.agent = this.person?.isConsumer ? undefined : this.person;
    /** How requests are answered and notifications look: answerTo, TEXT, message, conversations, conversationChange, … */
    this.dialect = dialect;
    this.version = query.get('v');
    /** Whether its API version shows participant states and suggested agents: v2.1 and up (node-agent-sdk README). */
    this.seesSuggestions = this.version !== '2';
    this.ws = ws;
    this.socket = socket;
    this.simulator = simulator;
    this.isOpen = true;
    /** How it ended: {code, reason}, once it has. */
    this.end = undefined;
    // {code, body, type} that every request is answered with, once the token was revoked so.
    this.refusal = undefined;
    ws.on('message', (data, isBinary) => this.#received(data, isBinary));
    ws.on('ping', () => this.#pinged());
    ws.on('pong', () => this.#alive());
    ws.on('error', () => {}); // 'close' follows and says all there is to say
    ws.on('close', (code, reason) => this.#closed(code, reason));
    this.#alive();
  }

  // ---- what a test can do

  /**
   * Sends a frame.
   * @param {object|string|Buffer|{binary: Buffer|string}|{parts: string[]}} item an object is sent as JSON, a text as it is,
   *   `binary` or a Buffer as a binary frame, `parts` as one fragmented text message
   */
  push(item) {
    if (this.ws.readyState !== this.ws.OPEN || this.#stalled) return;
    if (Array.isArray(item?.parts)) {
      item.parts.forEach((part, at) => this.ws.send(part, { fin: at === item.parts.length - 1 }));
      this.#logSent(item.parts.join(''));
      return;
    }
    const binary = Buffer.isBuffer(item) ? item : item?.binary;
    if (binary !== undefined) {
      this.ws.send(Buffer.from(binary), { binary: true });
      this.#logSent(Buffer.from(binary).toString('latin1'));
      return;
    }
    const text = typeof item === 'string' ? item : JSON.stringify(item);
    this.ws.send(text);
    this.#logSent(text, typeof item === 'string' ? undefined : item);
  }

  /** Writes bytes past the WebSocket layer, e.g. an invalid frame. */
  writes(bytes) {
    this.socket.write(bytes);
  }

  /**
   * Begins the closing handshake.
   * @param {number} [code] absent or 1005: a close frame without a code; 1006: no close frame at all; any other is sent, those
   *   too that RFC 6455 reserves
   * @param {string} [reason]
   */
  closes(code = 1005, reason) {
    if (code === 1006) this.cuts();
    else if (code === 1005) this.ws.close();
    else if (maySend(code)) this.ws.close(code, reason);
    else this.socket.end(Buffer.from([0x88, 2, code >> 8, code & 0xff])); // a close frame that ws would not send
  }

  /** Ends the TCP connection without a close frame: the client sees 1006. */
  cuts() {
    this.ws.terminate();
  }

  /** Neither reads nor sends from now on, and does not say so: a half-open connection. */
  stalls() {
    this.#stalled = true;
    this.#stopIdling();
    this.ws.pause();
  }

  /** Reads and sends again. What was to be sent meanwhile is lost. */
  resumes() {
    this.#stalled = false;
    this.ws.resume();
    this.#alive();
  }

  /** Answers every request with an error from now on, as when the session behind the socket is no longer valid. */
  refuses(code = 401, body = 'Unauthorized') {
    this.refusal = { code, body, type: this.dialect.TEXT };
  }

  /**
   * The token of whose it is is revoked: new sockets and calls with it are refused.
   * @param {{closes?: number, answers?: number}} [how] what becomes of that person's open sockets: closed with that code (4401,
   *   4407, or 1006, which the service has been seen to do), or requests answered with that code (401); default: nothing
   */
  losesToken(how) {
    if (this.person !== undefined) this.simulator.service.revoke(this.person, how);
  }

  /** Sends a WebSocket ping. */
  pings() {
    this.ws.ping();
  }

  // ---- what the service does

  /** Sends a notification, unless a fault says otherwise. */
  notify(frame) {
    for (const one of this.simulator.quirks.apply(frame)) {
      const effect = this.simulator.faults.at('notification', { type: one.type, frame: one, connection: this });
      this.#afflicted(effect, () => this.#deliver(withBody(one, effect), effect));
    }
  }

  #received(data, isBinary) {
    this.#alive();
    const text = data.toString('utf8');
    const frame = parsed(text);
    this.simulator.record({
      kind: 'received',
      connection: this.number,
      text,
      frame,
      ...(isBinary ? { isBinary } : {}),
    });
    const effect = this.simulator.faults.at('request', { type: frame?.type, frame, connection: this });
    if (effect.before) this.#afflicted(effect, () => {});
    else this.#answer(text, frame, effect);
  }

  #answer(text, frame, effect) {
    const { service, settings } = this.simulator;
    const refusal = refusalOf(this.refusal, effect, this.dialect.TEXT);
    service.outbox.hold();
    const answer = refusal
      ? { kind: 'resp', reqId: String(frame?.id ?? ''), ...refusal }
      : this.dialect.answerTo(service, this, text);
    const send = () => this.#afflicted(effect, () => this.#deliver(altered(answer, effect), effect));
    if (settings.notificationsFirst) {
      service.outbox.release();
      send();
    } else {
      send();
      service.outbox.release();
    }
    service.onChange();
  }

  /** Does what a fault says about the connection, and sends in the order it says. */
  #afflicted(effect, send) {
    if (effect.garbage !== undefined) this.push(effect.garbage);
    if (!effect.hang && !effect.lost && !effect.before) send();
    if (effect.stalls) this.stalls();
    if (effect.cut) this.cuts();
    if (effect.closes !== undefined) this.closes(effect.closes, effect.reason);
  }

  #deliver(frame, effect) {
    if (effect.reordered) {
      this.#held.push(frame);
      return;
    }
    const send = () => {
      this.push(frame);
      if (effect.doubled) this.push(frame);
      // What was held back comes after the next thing that was not.
      for (const held of this.#held.splice(0)) this.push(held);
    };
    if (effect.late === undefined) send();
    else this.simulator.clock.after(effect.late, send);
  }

  #pinged() {
    this.#alive();
    this.simulator.record({ kind: 'ping', connection: this.number });
  }

  #alive() {
    const { socketIdle, socketIdleCode } = this.simulator.settings;
    if (this.#idleTimer !== null) this.#idleTimer.refresh();
    else if (Number.isFinite(socketIdle) && this.isOpen) {
      this.#idleTimer = setTimeout(() => this.closes(socketIdleCode), socketIdle);
      this.#idleTimer.unref();
    }
  }

  #stopIdling() {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }

  #closed(code, reason) {
    this.isOpen = false;
    this.#stopIdling();
    this.end = { code, reason: reason.toString() };
    this.simulator.record({ kind: 'closed', connection: this.number, ...this.end });
    this.simulator.service.connectionClosed(this);
  }

  #logSent(text, frame = parsed(text)) {
    this.simulator.record({ kind: 'sent', connection: this.number, text, frame });
  }
}

const maySend = (code) => (code >= 1000 && code <= 1014 && code !== 1004) || (code >= 3000 && code <= 4999);

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that stands in place of carrying the request out. */
function refusalOf(refusal, effect, textType) {
  const { code, body = `simulated failure ${code}`, type = textType } = effect;
  return code >= 400 ? { code, body, type } : refusal;
}

function altered(answer, effect) {
  const frame = withBody(answer, effect);
  if (effect.code !== undefined) frame.code = effect.code;
  if (effect.type !== undefined) frame.type = effect.type;
  if (effect.unknown) frame.reqId = `unknown-${answer.reqId}`;
  return frame;
}

/** A fault's body takes the place of the usual one, or is a function of it. */
function withBody(frame, { body }) {
  if (body === undefined) return { ...frame };
  return { ...frame, body: typeof body === 'function' ? body(frame.body) : body };
}

module.exports = { Connection };
