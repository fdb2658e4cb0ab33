'use strict';

const { abortable, tellAll } = require('./callbacks');
const { timedOut } = require('./errors');
const { nextTick } = require('./ticks');

/**
 * The requests of one agent that wait for their answers. The deadlines are the core's: a request is only ever taken
 * out here, by its answer, its timeout, or the end of the socket.
 */
class Pending {
  /** @type {Map<string, Function>} request id → callback */
  #callbacks = new Map();
  #flushIsDue = false;
  /** Called whenever a request has stopped waiting. */
  onTaken = null;

  get size() {
    return this.#callbacks.size;
  }

  /**
   * Hands a request to the core. What one tick sends goes out in one write.
   *
   * @param {{ client: object, connection: number }} link the native client and the open socket
   * @param {{ id: string, text: string, timeout: number, signal?: AbortSignal }} request timeout in ms
   * @param {Function} callback
   */
  send({ client, connection }, { id, text, timeout, signal }, callback) {
    this.#callbacks.set(id, signal ? abortable(callback, signal, () => this.take(id)) : callback);
    client.send(connection, id, text, timeout);
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    nextTick(() => {
      this.#flushIsDue = false;
      client.flush();
    });
  }

  /** @param {*} id @returns {boolean} whether somebody waits for the answer */
  has(id) {
    return this.#callbacks.has(id);
  }

  /** @param {*} id @returns {Function|undefined} the callback, which nobody else gets any more */
  take(id) {
    const callback = this.#callbacks.get(id);
    if (callback !== undefined) this.#callbacks.delete(id);
    if (this.onTaken !== null) nextTick(this.onTaken);
    return callback;
  }

  /** @returns {Function[]} all callbacks, in the order of their requests */
  takeAll() {
    const callbacks = [...this.#callbacks.values()];
    this.#callbacks.clear();
    if (this.onTaken !== null) nextTick(this.onTaken);
    return callbacks;
  }
}

/** Tells each of the callbacks that its request will not be answered any more. @param {Function[]} callbacks */
function tellTimedOut(callbacks) {
  for (const callback of callbacks) tellAll([callback], timedOut(), undefined);
}

module.exports = { Pending, tellTimedOut };
