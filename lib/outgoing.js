'use strict';

const { SILENT, callbackOrPromise, reasonOf } = require('./callbacks');
const dispatch = require('./dispatch');
const errors = require('./errors');
const { Pending } = require('./pending');
const requests = require('./requests');
const { milliseconds } = require('./settings');
const { nextTick } = require('./ticks');

/** Where the agent names none, in ms. */
const REQUEST_TIMEOUT = 10000;

/** So many of the SDK's own requests are known by their ids, in case they are answered late, or twice. */
const MOST_OWN = 1000;
const nobody = Object.assign(() => {}, { [SILENT]: true });

/**
 * A request on its way: the method, what it was called with, and who wants to know.
 *
 * @typedef {object} Call
 * @property {string} method one of requests.METHODS
 * @property {*} body
 * @property {{ headers: *, metadata: *, encodedMetadata: * }} given
 * @property {{ signal?: AbortSignal, timeout?: number }} options
 * @property {Function} settle
 * @property {boolean} isPromised the caller holds a promise: what goes wrong goes there
 */

/** The requests of one agent, from the call of a method until the core has them. */
class Outgoing {
  #agent;
  #link;
  /** The ids of the SDK's own requests. */
  #own = new Set();
  pending = new Pending();

  /** @type {{ pass: (call: Call) => void, queued: number }|null} who decides when a request is sent; null: at once */
  gate = null;

  /**
   * @param {object} agent
   * @param {() => { client: object, connection: number }|null} link the open socket
   */
  constructor(agent, link) {
    this.#agent = agent;
    this.#link = link;
  }

  /**
   * A request of the bot's.
   *
   * @param {string} method
   * @param {*} body
   * @param {Array} args the others, see requests.arrange
   * @returns {Promise<*>|undefined} a promise where no callback was given
   */
  request(method, body, args) {
    const { callback, options, ...given } = requests.arrange(args);
    const { settle, promise } = callbackOrPromise(callback, errors.refused);
    const call = { method, body, given, options, settle, isPromised: promise !== undefined };
    if (this.gate === null) this.send(call);
    else this.gate.pass(call);
    return promise;
  }

  /**
   * Sends it now, or says why not.
   *
   * @param {Call} call
   * @throws what JSON.stringify throws, where the caller has no promise
   */
  send({ method, body, given, options, settle, isPromised }) {
    const link = this.#link();
    const { signal } = options;
    if (link === null) return settle(errors.notConnected());
    if (signal && signal.aborted) return settle(reasonOf(signal));
    let frame;
    let text;
    try {
      frame = requests.makeFrame(method, body, given, this.#agent);
      text = JSON.stringify(frame);
    } catch (error) {
      if (!isPromised) throw error;
      return settle(error);
    }
    this.pending.send(link, { id: frame.id, text, timeout: this.#deadline(options.timeout), signal }, settle);
    dispatch.sent(this.#agent, frame);
  }

  /**
   * A request of the SDK's own, of which no event tells.
   *
   * @param {string} method
   * @param {*} body
   * @param {object} given headers and the like
   * @param {Function} settle as a bot's callback, but with bodies as the service sent them
   * @param {number} [timeout] ms
   */
  ask(method, body, given, settle, timeout) {
    const link = this.#link();
    if (link === null) return nextTick(settle, errors.notConnected());
    const frame = requests.makeFrame(method, body, given, this.#agent);
    const callback = Object.assign((...outcome) => settle(...outcome), { [SILENT]: true });
    const request = { id: frame.id, text: JSON.stringify(frame), timeout: this.#deadline(timeout) };
    this.#own.add(frame.id);
    if (this.#own.size > MOST_OWN) this.#own.delete(this.#own.values().next().value);
    this.pending.send(link, request, callback);
  }

  /** @param {*} id @returns {boolean} whether it is of a request of the SDK's own */
  isOwn(id) {
    return this.#own.has(id);
  }

  /** @param {*} id @returns {Function|undefined} who waits for the answer, and gets it now */
  take(id) {
    return this.pending.take(id) || (this.#own.has(id) ? nobody : undefined);
  }

  /** Calls back once nothing waits to be sent or to be answered. */
  whenIdle(callback) {
    const isIdle = () => this.pending.size === 0 && (this.gate === null || this.gate.queued === 0);
    if (isIdle()) callback();
    else this.pending.onTaken = () => isIdle() && callback();
  }

  #deadline(timeout) {
    return milliseconds(timeout) || milliseconds(this.#agent.requestTimeout) || REQUEST_TIMEOUT;
  }
}

module.exports = { Outgoing, REQUEST_TIMEOUT };
