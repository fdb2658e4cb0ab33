'use strict';

const { CatchUp } = require('./catch-up');
const dispatch = require('./dispatch');
const { Heartbeat } = require('./heartbeat');
const { Outbox } = require('./outbox');
const { Reconnect } = require('./reconnect');
const { Subscriptions } = require('./subscriptions');

/**
 * What the features need of their agent.
 *
 * @typedef {object} Port
 * @property {object} agent
 * @property {object|null} client the native client, as of now; so are the next two
 * @property {Resilience|null} resilience
 * @property {import('./pending').Pending} pending
 * @property {() => number|undefined} tokenSince ms since the epoch
 * @property {() => boolean} isOpen there is a socket
 * @property {() => boolean} isIdle neither a socket nor an attempt at one, and the agent is not disposed of
 * @property {(operation: object) => boolean} isAttempt it is the attempt under way
 * @property {(operation: object) => void} end
 * @property {(answer: object|null, operation: object) => void} adopt takes over what a sign-in gave
 * @property {() => boolean} dial an attempt at the socket alone; false: nobody has signed in yet
 * @property {() => void} renew an attempt that goes the whole way
 * @property {() => void} cut drops the socket: `closed` 1006
 * @property {() => void} closeSocket the closing handshake, 1000
 * @property {(settle: Function) => void} logOut ends the session
 * @property {() => void} dispose
 * @property {(settle: Function) => void} whenIdle nothing waits to be sent or answered
 * @property {(step: string) => string} credential what a refusal at that step refuses
 * @property {(method: string, body: *, given: object, settle: Function, timeout?: number) => void} ask a request of the
 *   SDK's own, of which no event tells
 * @property {(id: *) => boolean} isOwn it is the id of such a request
 * @property {(id: *) => boolean} isAwaited somebody waits for the answer to that request
 * @property {() => number} bufferedAmount bytes
 * @property {(call: import('./outgoing').Call) => void} send a request of the bot's, now
 * @property {(isToken: boolean) => void} distrust the connection does not do; isToken: because of its token
 */

/** The options that switch something of this on. */
const OPTIONS = [
  ...['reconnect', 'resubscribe', 'offlineQueue', 'rateLimit', 'maxBufferedAmount'],
  ...['clockInterval', 'tokenProvider', 'shareLogin'],
];

/** @param {object} conf @returns {boolean} */
const isResilient = (conf) => OPTIONS.some((name) => Boolean(conf[name]));

/** Ms between two refreshes where the bot does not say: the original's, and what LivePerson advises (3 to 5 minutes). */
const REFRESH_INTERVAL = 600000;
const SAFE_REFRESH_INTERVAL = 240000;

/** @param {object} conf @returns {number} ms */
const refreshInterval = (conf) => (isResilient(conf) ? SAFE_REFRESH_INTERVAL : REFRESH_INTERVAL);

/** What the resilience options have switched on for one agent, and what it hears of the agent. docs/reliability.md */
class Resilience {
  #port;
  #reconnect = null;
  #subscriptions = null;
  #catchUp = null;
  #outbox = null;
  #heartbeat = null;
  /** Since when the token is in use that the bot was told of, in ms since the epoch. */
  #tokenSince;
  /** Whether `ready` means anything to this bot. */
  #saysReady;
  /** The bot has heard of the connection. */
  #isOpened = false;
  #isReady = false;
  /** The error that was emitted and whose `closed` is still to come. */
  #error = null;

  /**
   * @param {object} conf the options, which are read once, here
   * @param {Port} port
   */
  constructor(conf, port) {
    const send = (call) => port.send(this.#subscriptions ? this.#subscriptions.follow(call) : call);
    this.#port = { ...port, send, distrust: (isToken) => this.#distrust(isToken) };
    if (conf.reconnect) this.#reconnect = new Reconnect(conf.reconnect, this.#port);
    if (conf.resubscribe) this.#subscriptions = new Subscriptions(this.#port);
    if (conf.resubscribe) this.#catchUp = new CatchUp(this.#port);
    if (conf.offlineQueue || conf.rateLimit || conf.maxBufferedAmount) this.#outbox = new Outbox(conf, this.#port);
    if (conf.clockInterval) this.#heartbeat = new Heartbeat(conf, this.#port);
    this.#saysReady = Boolean(conf.resubscribe || conf.offlineQueue);
  }

  /** How often a lost connection was made again by itself. */
  get reconnects() {
    return this.#reconnect ? this.#reconnect.count : 0;
  }

  /** How many requests wait to be sent. */
  get queued() {
    return this.#outbox ? this.#outbox.size : 0;
  }

  /** Whether it must see every notification, whoever listens. */
  get follows() {
    return this.#subscriptions !== null;
  }

  // The way of an attempt

  begins() {
    this.#error = null;
    this.#reconnect?.begins();
  }

  /** @param {boolean} byLogin false: with the bot's own token */
  signedIn(byLogin) {
    this.#reconnect?.signedIn(byLogin);
  }

  /** The bot has heard of the sign-in. @param {number} since when its token came into use, in ms since the epoch */
  tokenUsed(since) {
    if (since === this.#tokenSince) return;
    this.#tokenSince = since;
    dispatch.tokenChanged(this.#port.agent, { userId: this.#port.agent.userId, since });
  }

  /** A look-up or a login on the way to a socket failed. */
  failed(step, error) {
    this.#reconnect?.ended({ step, code: null, status: error.status || null, error });
  }

  /** A socket failed, or could not be opened; its `closed` follows. */
  socketFailed(error) {
    this.#error = error;
  }

  // The life of a connection

  /** There is a socket, and the bot has not heard of it yet. */
  opening() {
    this.#subscriptions?.opening();
    this.#catchUp?.opening();
  }

  /** The bot's listeners have heard `connected`. */
  opened() {
    if (!this.#port.isOpen()) return;
    this.#isOpened = true;
    this.#reconnect?.opened();
    this.#heartbeat?.opened();
    const check = () => this.#check();
    this.#subscriptions?.opened(check);
    this.#catchUp?.opened(check);
    check();
  }

  /** The socket is gone, and nobody has heard of it yet. */
  lost() {
    this.#isOpened = false;
    this.#isReady = false;
    this.#subscriptions?.lost();
    this.#catchUp?.lost();
    this.#outbox?.lost();
    this.#heartbeat?.lost();
  }

  /** The bot's listeners have heard `closed`. @param {boolean} wasOpen @param {number} code */
  closed(wasOpen, code) {
    const error = this.#error;
    this.#error = null;
    if (wasOpen) this.#reconnect?.ended({ step: 'socket', code, status: null, error });
    else this.#reconnect?.ended({ step: 'upgrade', code: null, status: (error && error.status) || null, error });
  }

  /** @returns {Function} to be called once the agent is disposed of: tells those who wait */
  disposed() {
    if (this.#isOpened) this.lost();
    this.#reconnect?.stop();
    this.#subscriptions?.forget();
    this.#catchUp?.forget();
    return this.#outbox ? this.#outbox.disposed() : () => {};
  }

  // What goes out and what comes in

  /** A request of the bot's. @param {import('./outgoing').Call} call */
  pass(call) {
    if (this.#outbox) this.#outbox.pass(call);
    else this.#port.send(call);
  }

  /** @param {object} message as the service sent it @returns {boolean} whether it goes to the bot now */
  passes(message) {
    if (message.kind === 'resp' && message.code === 429) this.#outbox?.slowDown();
    if (!this.#subscriptions) return true;
    if (!this.#catchUp.passes(message)) return false;
    return message.kind !== 'notification' || this.#subscriptions.passes(message);
  }

  #check() {
    if (!this.#isOpened || this.#isReady || !this.#port.isOpen()) return;
    if (this.#subscriptions && !(this.#subscriptions.isSettled && this.#catchUp.isSettled)) return;
    this.#isReady = true;
    try {
      if (this.#saysReady) dispatch.ready(this.#port.agent);
    } finally {
      if (this.#isReady) this.#outbox?.ready();
    }
  }

  #distrust(isToken) {
    if (isToken) this.#reconnect?.distrust();
    this.#port.cut();
  }
}

module.exports = { Resilience, isResilient, refreshInterval };
