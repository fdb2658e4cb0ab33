'use strict';

const { EventEmitter } = require('node:events');
const { Attention, watch } = require('./attention');
const { callbackOrPromise, tellAll } = require('./callbacks');
const { Closing, makeDisposable } = require('./closing');
const { conceal } = require('./concealment');
const dispatch = require('./dispatch');
const errors = require('./errors');
const handles = require('./handles');
const inbox = require('./inbox');
const { Operations } = require('./operations');
const OUTCOMES = require('./outcomes');
const { Outgoing, REQUEST_TIMEOUT } = require('./outgoing');
const { tellTimedOut } = require('./pending');
const { Periodic } = require('./periodic');
const requests = require('./requests');
const { Resilience, isResilient, refreshInterval } = require('./resilience');
const { Session, UNKNOWN } = require('./session');
const { checkOptions, incomingLimits, milliseconds, settings } = require('./settings');
const { statsOf } = require('./stats');
const { nextTick } = require('./ticks');
const { askForToken } = require('./token-provider');

/** The defaults that bots can read on the agent, in ms, REQUEST_TIMEOUT besides; all others are the core's. */
const ERROR_CHECK_INTERVAL = 1000;

/**
 * An agent of LivePerson's messaging service. It connects by itself when it is made.
 *
 * All its own state is private: names on the instance belong to the bots.
 */
class Agent extends EventEmitter {
  /** The native client, from the first operation until dispose(), and the key that marks what comes from it. */
  #client = null;
  #key = 0;

  #attention = new Attention(this, () => this.#client);
  #operations = new Operations();
  #outgoing = new Outgoing(this, () => this.#socket);
  #periodicRefresh = new Periodic();
  #session = new Session();

  /** @type {{ op: number, connection: number, client: object }|null} the open socket */
  #socket = null;
  /** The attempt whose socket failed, while its `closed` is still to come. */
  #failedOp = null;

  /** What the options of docs/reliability.md switch on; null without any. */
  #resilience = null;

  /** @type {Closing|null} while close() is under way */
  #closing = null;

  #isConstructed = false;

  static {
    requests.define(Agent.prototype, (agent, ...request) => agent.#outgoing.request(...request));
    watch(Agent.prototype, (agent) => #attention in agent && agent.#attention.wake());
  }

  /**
   * @param {object} conf the options. The object is kept as `agent.conf`, read anew for each attempt to connect, and
   *   never written to
   * @throws {Error} `missing accountId param`; `missing token or …` where no kind of credentials is complete
   */
  constructor(conf) {
    super();
    checkOptions(conf);
    this.conf = conf;
    this.accountId = conf.accountId;
    Object.assign(this, UNKNOWN);
    this.refreshSessionInterval = conf.refreshSessionInterval || refreshInterval(conf);
    this.csdsClient = handles.csdsClient((settle) => this.#lookUp(settle));
    requests.bind(this, Agent.prototype);
    if (isResilient(conf)) this.#resilience = this.#outgoing.gate = new Resilience(conf, this.#port());
    this.connect(() => {});
    this.#isConstructed = true;
  }

  /**
   * Looks up the domains, signs in and opens a socket; an open one is replaced. Joins an attempt that is under way.
   *
   * @param {(error: Error|null) => void} [callback] told of a failed look-up or login, or null as soon as the socket
   *   has been started (not opened)
   * @returns {Promise<void>|undefined} a promise where no callback was given
   */
  connect(callback) {
    const { settle, promise } = callbackOrPromise(callback);
    this.#seek('Connect', settle);
    return promise;
  }

  /**
   * Opens a new socket; an open one is replaced. Joins an attempt that is under way.
   *
   * @param {boolean} [skipTokenGeneration] true: with the token in use; otherwise after a new look-up and login
   */
  reconnect(skipTokenGeneration) {
    if (skipTokenGeneration) this.#dial();
    else this.#seek('Reconnect');
  }

  /**
   * Keeps the session alive (LivePerson, Login Service API: refresh). Where it has expired, signs in anew; an open
   * socket stays.
   *
   * @param {(error: Error|null) => void} [callback]
   * @returns {Promise<void>|undefined} a promise where no callback was given
   */
  refreshSession(callback) {
    const { settle, promise } = callbackOrPromise(callback);
    if (!this.csrf || !this.jar) this.#refuseRefresh(settle);
    else if (this.#client) this.#refresh(settle);
    else settle(errors.disposed());
    return promise;
  }

  /** Refreshes the session every `refreshSessionInterval` ms from now on; a login starts it by itself. */
  startPeriodicRefreshSession() {
    const interval = () => milliseconds(this.refreshSessionInterval) || refreshInterval(this.#options);
    this.#periodicRefresh.start(interval, (done) => this.refreshSession(done));
  }

  /** @returns {string|undefined} the token in use */
  getBearerToken() {
    return this.#session.bearer(this);
  }

  /**
   * The end that takes its time: sends what waits, waits for what is pending, closes the socket with 1000, ends the
   * session (LivePerson, Login Service API: logout), then dispose(). No attempt to connect begins any more.
   *
   * @param {{ timeout?: number, state?: string }} [options] timeout: ms for all of it, default 5000; state: availability
   *   to be set first, so that no more conversations ring
   * @returns {Promise<void>} which never rejects
   */
  close(options) {
    this.#closing = this.#closing || new Closing(this.#port(), options);
    return this.#closing.done;
  }

  /** @returns {object} what the agent has done so far: see `Stats` in index.d.ts */
  stats() {
    return statsOf(this.#port());
  }

  /** @returns {number} bytes that were handed over to be sent and are not written yet */
  get bufferedAmount() {
    return this.#client ? this.#client.bufferedAmount() : 0;
  }

  /** Names on the instance belong to the bots. */
  set bufferedAmount(value) {
    Object.defineProperty(this, 'bufferedAmount', { value, writable: true, enumerable: true, configurable: true });
  }

  /**
   * Stops everything and removes all listeners. Allowed at any time and more than once; connect() begins anew. What
   * waits for an answer is told after this has returned.
   */
  dispose() {
    const wasOpen = this.#socket !== null;
    const pending = this.#outgoing.pending.takeAll();
    const waiting = this.#operations.endAll();
    this.#periodicRefresh.stop();
    const tellQueued = this.#resilience?.disposed();
    this.#socket = null;
    this.#failedOp = null;
    if (this.#client) {
      inbox.leave(this.#key);
      this.#client.dispose();
      this.#client = null;
    }
    this.#closing?.ended();
    this.#closing = null;
    this.removeAllListeners();
    this.connected = false;
    this.transport = null;
    nextTick(() => {
      tellTimedOut(pending);
      tellQueued?.();
      tellAll(waiting, errors.disposed());
      if (wasOpen) dispatch.closed(this, 1006);
    });
  }

  // What is asked of the core

  /** A full attempt: domains, login, socket. It takes the place of one that only dials; any other is joined. */
  #seek(name, settle) {
    if (this.#closing) return void (settle && nextTick(settle, errors.disposed()));
    const { attempt } = this.#operations;
    if (attempt && attempt.name !== 'Dial') {
      if (settle && attempt.isSignedIn) nextTick(settle, null);
      else if (settle) attempt.waiting.push(settle);
      return;
    }
    // the login starts it again; an attempt that was joined may have done so already
    if (name === 'Reconnect') this.#periodicRefresh.stop();
    const access = this.#session.access(this);
    this.#openClient();
    const seeking = this.#operations.beginAttempt(name, { settle });
    this.#resilience?.begins();
    this.#stayOrRest();
    if (!access.isProvided) return this.#start(seeking, access);
    askForToken(this.#options, (error, provided) => {
      if (!this.#operations.get(seeking.op)) return;
      if (error) OUTCOMES.failed(this.#port(), seeking, 'login', error);
      else this.#start(seeking, { ...access, ...provided });
    });
  }

  #start(seeking, access) {
    const text = settings(this.#options, access);
    Object.assign(seeking, { token: access.token, userId: access.userId });
    this.#lookedUp(seeking, this.#client.connect(seeking.op, text, seeking.name === 'Reconnect'));
  }

  /** An attempt at the socket alone. Without a transport nobody has signed in yet. @returns {boolean} whether it began */
  #dial() {
    if (this.#operations.attempt || !this.#client || !this.transport || this.#closing) return false;
    const { token } = this.transport.configuration;
    const text = settings(this.#options, { account: this.accountId, token: String(token) });
    const { op } = this.#operations.beginAttempt('Dial');
    this.#resilience?.begins();
    this.#stayOrRest();
    this.#client.dial(op, text);
    return true;
  }

  #refresh(settle) {
    const access = this.#session.access(this);
    const text = settings(this.#options, access);
    const refresh = this.#operations.begin('RefreshSession', { settle, ...access });
    this.#stayOrRest();
    try {
      dispatch.succeeded(this, 'RefreshSession', 'precheck');
    } finally {
      // a listener may have disposed of the agent
      if (this.#operations.get(refresh.op)) {
        const body = JSON.stringify({ csrf: this.csrf });
        this.#lookedUp(refresh, this.#client.refresh(refresh.op, text, body));
      }
    }
  }

  #refuseRefresh(settle) {
    const error = errors.noSession();
    try {
      dispatch.failed(this, error, 'RefreshSession', 'precheck');
    } finally {
      settle(error);
    }
  }

  /** Ends the session, where there is one of this agent's own. */
  #logOut(settle) {
    if (!this.csrf || !this.jar || !this.#client || this.#options.shareLogin) return settle();
    const { op } = this.#operations.begin('LogOut', { settle });
    this.#stayOrRest();
    const text = settings(this.#options, { account: this.accountId });
    this.#client.logOut(op, text, JSON.stringify({ csrf: this.csrf }));
  }

  #lookUp(settle) {
    const text = settings(this.#options, { account: this.accountId, isBare: true });
    this.#openClient();
    const lookUp = this.#operations.begin('LookUp', { settle });
    this.#stayOrRest();
    this.#lookedUp(lookUp, this.#client.lookUp(lookUp.op, text));
  }

  /** What the parts that are no methods of an agent can ask of this one: see Port in resilience.js. */
  #port() {
    const isIdle = () => this.#client !== null && !this.#socket && !this.#operations.attempt && !this.#closing;
    return {
      agent: this,
      client: this.#client,
      resilience: this.#resilience,
      pending: this.#outgoing.pending,
      tokenSince: () => this.#session.since,
      isOpen: () => this.#socket !== null,
      isIdle,
      isAttempt: (operation) => operation === this.#operations.attempt,
      end: (operation) => this.#end(operation),
      adopt: (answer, operation) => this.#adopt(answer, operation),
      renew: () => this.#seek(this.transport ? 'Reconnect' : 'Connect'),
      dial: () => this.#dial(),
      cut: () => this.#client && this.#client.cut(),
      closeSocket: () => this.#client && this.#client.close(1000),
      logOut: (settle) => this.#logOut(settle),
      dispose: () => this.dispose(),
      ask: (...request) => this.#outgoing.ask(...request),
      isOwn: (id) => this.#outgoing.isOwn(id),
      isAwaited: (id) => this.#outgoing.pending.has(id),
      send: (call) => this.#outgoing.send(call),
      whenIdle: (settle) => this.#outgoing.whenIdle(settle),
      bufferedAmount: () => (this.#client ? this.#client.bufferedAmount() : 0),
      credential: (step) => this.#session.credential(this, step),
    };
  }

  /** The bot's options as they are now; bots replace the object, perhaps by something odd. */
  get #options() {
    return this.conf || {};
  }

  #openClient() {
    if (this.#client) return;
    const { client, key } = inbox.open(incomingLimits(this.#options));
    this.#client = client;
    this.#key = key;
  }

  /** With nothing under way and no socket the agent can be forgotten, and lets the process end. */
  #stayOrRest() {
    const isBusy = this.#operations.size > 0 || this.#socket !== null || this.#failedOp !== null;
    if (isBusy) inbox.attend(this.#key, this.#receive);
    else inbox.leave(this.#key);
  }

  /** The domains that the core knew at once: said before the call returns, but not out of the constructor. */
  #lookedUp({ op }, domains) {
    if (typeof domains !== 'string') return;
    const item = ['domains', op, JSON.parse(domains)];
    if (this.#isConstructed) this.#receive(item);
    else nextTick(this.#receive, item);
  }

  // What the core says: "Out: batches" in ARCHITECTURE.md

  #receive = (item) => {
    if (Array.isArray(item)) this.#onEvent(item);
    else this.#onMessage(item);
  };

  #onMessage(message) {
    if (!this.#socket || (this.#resilience !== null && !this.#resilience.passes(message))) return;
    if (message.kind === 'notification') this.#onNotification(message);
    else if (message.kind === 'resp') dispatch.response(this, message, this.#outgoing.take(message.reqId));
  }

  #onNotification(message) {
    const { type } = message;
    const isHeard = dispatch.notification(this, message);
    if (!isHeard && !this.#resilience?.follows) this.#attention.unheard(type);
  }

  #onEvent(item) {
    const [event, op, ...details] = item;
    if (event === 'timeout') this.#onTimeout(item.slice(1));
    else if (event === 'error') this.#onError(op, ...details);
    else if (event === 'closed') this.#onClosed(op, ...details);
    else if (event === 'opened') this.#onOpened(op, ...details);
    else if (this.#operations.get(op)) OUTCOMES[event](this.#port(), this.#operations.get(op), ...details);
  }

  /** Even of an attempt that was replaced meanwhile: the socket is there, and lives until the next one is dialled. */
  #onOpened(op, connection) {
    const attempt = this.#operations.get(op);
    this.#socket = { op, connection, client: this.#client };
    if (attempt) this.#end(attempt);
    else this.#stayOrRest();
    this.connected = true;
    this.#resilience?.opening();
    try {
      dispatch.connected(this);
    } finally {
      this.#resilience?.opened();
    }
  }

  /** `closed` follows. The attempt is over already: a bot may start the next one while it hears of the error. */
  #onError(op, data) {
    const error = errors.fromCore(data);
    const { attempt } = this.#operations;
    const isAttempt = attempt !== null && attempt.op === op;
    if (!isAttempt && (!this.#socket || this.#socket.op !== op)) return;
    if (isAttempt) {
      this.#failedOp = op;
      this.#end(attempt);
    }
    this.#resilience?.socketFailed(error);
    try {
      dispatch.socketFailed(this, error);
    } finally {
      if (isAttempt) tellAll(attempt.waiting, error);
    }
  }

  #onClosed(op, code) {
    const { attempt } = this.#operations;
    const wasOpen = this.#socket !== null && this.#socket.op === op;
    if (wasOpen) {
      this.#socket = null;
      this.connected = false;
      this.#stayOrRest();
      this.#resilience?.lost();
      tellTimedOut(this.#outgoing.pending.takeAll());
    } else if (this.#failedOp === op) {
      this.#failedOp = null;
      this.#stayOrRest();
    } else if (attempt && attempt.op === op) {
      this.#end(attempt);
      tellAll(attempt.waiting, errors.notConnected());
    } else {
      return;
    }
    try {
      dispatch.closed(this, code);
    } finally {
      if (wasOpen) this.#closing?.ended();
      this.#resilience?.closed(wasOpen, code);
    }
  }

  #onTimeout(ids) {
    tellTimedOut(ids.map((id) => this.#outgoing.pending.take(id)).filter(Boolean));
  }

  #end(operation) {
    this.#operations.end(operation);
    this.#stayOrRest();
  }

  /** A sign-in succeeded; null: with the bot's own token. */
  #adopt(answer, operation) {
    const token = this.#session.adopt(this, answer, operation);
    this.#resilience?.signedIn(answer !== null);
    this.requestTimeout = this.#options.requestTimeout || REQUEST_TIMEOUT;
    this.errorCheckInterval = this.#options.errorCheckInterval || ERROR_CHECK_INTERVAL;
    if (this.transport) {
      this.transport.configuration.token = token;
    } else {
      const agent = { isOpen: () => this.#socket !== null, reconnect: () => this.#dial() };
      this.transport = new handles.Transport(this.#client, token, agent);
    }
    if (answer === null || !answer.csrf) return;
    this.jar = new handles.Jar(this.#client);
    if (this.#options.refreshSessionToken !== false) this.startPeriodicRefreshSession();
  }
}

conceal(Agent.prototype);
makeDisposable(Agent.prototype);

module.exports = Agent;
