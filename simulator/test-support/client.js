'use strict';

const { once } = require('node:events');
const https = require('node:https');

const WebSocket = require('ws');

const LIMIT = 5000;

/**
 * A plain client of the service, as anybody could write one from LivePerson's documentation.
 * @param {object} target port, ca, accountId
 */
class Client {
  constructor({ port, ca, accountId }) {
    Object.assign(this, { port, ca, accountId });
  }

  static of(simulator) {
    return new Client({ port: simulator.port, ca: simulator.ca, accountId: simulator.settings.accountId });
  }

  /** @returns {Promise<{status, headers, body, text}>} */
  async call(method, path, { body, headers = {}, raw } = {}) {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const request = https.request({
      ...{ host: 'localhost', port: this.port, ca: this.ca, agent: false, method, path, timeout: LIMIT },
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} was not answered`)));
    request.end(content);
    const [response] = await once(request, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const buffer = Buffer.concat(chunks);
    const text = buffer.toString();
    const { statusCode: status, statusMessage, headers: received } = response;
    return { status, statusMessage, headers: received, text, buffer, body: parsed(text) };
  }

  account(path) {
    return `/api/account/${this.accountId}/${path}`;
  }

  login(credentials = { username: 'bot', password: 'secret' }) {
    return this.call('POST', this.account('login?v=1.3'), { body: credentials });
  }

  /** Refresh or logout of what a login answered. */
  session(what, login, csrf = login.body.csrf) {
    const cookie = login.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
    return this.call('POST', this.account(`${what}?v=1.3`), { body: { csrf }, headers: { cookie } });
  }

  /** @returns {Promise<Socket>} an open brand socket */
  async open(bearer, { query = '?v=2.1', headers, path } = {}) {
    const address = path ?? `/ws_api/account/${this.accountId}/messaging/brand/${bearer}${query}`;
    const ws = new WebSocket(`wss://localhost:${this.port}${address}`, {
      ca: this.ca,
      headers,
      handshakeTimeout: LIMIT,
    });
    const socket = new Socket(ws);
    await once(ws, 'open');
    return socket;
  }

  /** Signs in and opens a socket. */
  async signIn(credentials, options) {
    const { body } = await this.login(credentials);
    const socket = await this.open(body.bearer, options);
    socket.me = { ...body.config, id: `${this.accountId}.${body.config.userId}`, bearer: body.bearer };
    return socket;
  }

  /** @returns {Promise<string>} the text of the error with which an upgrade fails */
  async refused(bearer, options) {
    try {
      const socket = await this.open(bearer, options);
      socket.ws.terminate();
    } catch (error) {
      return error.message;
    }
    throw new Error('the upgrade succeeded');
  }
}

/** A brand socket. Everything that arrives is kept until somebody asks for it. */
class Socket {
  #frames = [];
  #waiting = new Set();
  #requests = 0;

  constructor(ws) {
    this.ws = ws;
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    ws.on('message', (data, isBinary) => {
      const text = data.toString();
      this.#frames.push({ text, isBinary, ...parsed(text) });
      for (const wait of this.#waiting) wait();
    });
  }

  /** @returns {Promise<object>} the first frame not yet taken that satisfies the test; it is taken then */
  take(what, test) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.#frames.findIndex(test);
        if (at < 0) return;
        end();
        resolve(this.#frames.splice(at, 1)[0]);
      };
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const timer = setTimeout(() => {
        end();
        const came = this.#frames.map(({ text }) => text.slice(0, 300)).join('\n');
        reject(new Error(`no ${what} in ${LIMIT} ms; there are:\n${came}`));
      }, LIMIT);
      this.#waiting.add(look);
      look();
    });
  }

  /** Frames that have arrived and were not taken. */
  get rest() {
    return this.#frames;
  }

  send(type, body, more = {}) {
    const id = more.id ?? `r${++this.#requests}`;
    this.ws.send(JSON.stringify({ kind: 'req', id, type, body, ...more }));
    return id;
  }

  /** @returns {Promise<object>} the answer frame */
  request(type, body, more) {
    const id = String(this.send(type, body, more));
    return this.take(`answer to ${type}`, (frame) => frame.reqId === id);
  }

  /** @returns {Promise<object>} the body of the next notification of a type (short name), whose body satisfies the test */
  async notification(type, test = () => true) {
    const find = (frame) => frame.kind === 'notification' && frame.type.endsWith(`.${type}`) && test(frame.body);
    return (await this.take(type, find)).body;
  }

  /** Waits until everything sent before has been dealt with, and its notifications have arrived. */
  async settled() {
    await this.request('.GetClock', {});
  }

  rings(state = 'WAITING') {
    return this.notification('RoutingTaskNotification', ({ changes }) =>
      changes.some(({ result }) => result.ringsDetails?.[0].ringState === state),
    ).then(({ changes }) => changes[0].result);
  }

  /** @returns {Promise<object>} the next change of a conversation that satisfies the test */
  async change(test = () => true, type = 'UPSERT') {
    const fits = (one) => one.type === type && test(one.result.conversationDetails, one.result);
    const { changes } = await this.notification('ExConversationChangeNotification', (body) => body.changes.some(fits));
    return changes.find(fits).result;
  }

  message(test = () => true) {
    return this.notification('OnlineEventDistribution', test);
  }

  /** Becomes ONLINE with all subscriptions, first notifications taken. */
  async goesOnline(filter = { convState: ['OPEN'] }) {
    const routing = await this.request('.ams.routing.SubscribeRoutingTasks', { channelType: 'MESSAGING' });
    await this.notification('RoutingTaskNotification', (body) => body.subscriptionId === routing.body.subscriptionId);
    const conversations = await this.request('.ams.aam.SubscribeExConversations', filter);
    await this.notification(
      'ExConversationChangeNotification',
      (body) => body.subscriptionId === conversations.body.subscriptionId,
    );
    await this.request('.ams.routing.SetAgentState', { availability: 'ONLINE', channels: ['MESSAGING'] });
  }

  /** Waits for a ring and accepts it. */
  async accepts() {
    const { conversationId, ringsDetails } = await this.rings();
    const answer = await this.request('.ams.routing.UpdateRingState', {
      ringId: ringsDetails[0].ringId,
      ringState: 'ACCEPTED',
    });
    return { conversationId, answer };
  }

  says(dialogId, message, more) {
    const event = { type: 'ContentEvent', contentType: 'text/plain', message };
    return this.request('.ams.ms.PublishEvent', { dialogId, event, ...more });
  }

  update(conversationId, ...conversationField) {
    return this.request('.ams.cm.UpdateConversationField', { conversationId, conversationField });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { Client };
