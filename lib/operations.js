'use strict';

/**
 * Something under way in the core that is to be heard of again.
 *
 * @typedef {object} Operation
 * @property {number} op its number in the core
 * @property {string} name `Connect`, `Reconnect` or `Dial`, which are attempts to get a socket; `RefreshSession`;
 *   `LookUp`
 * @property {string} [token] the bot's own token, where it was started with one
 * @property {string} [userId] who that is, where the token's provider said so
 * @property {Function[]} waiting callbacks
 * @property {boolean} isSignedIn
 */

/** The operations of one agent. What belongs to one that is not here any more is not heard. */
class Operations {
  #lastOp = 0;
  /** @type {Map<number, Operation>} */
  #underWay = new Map();

  /** @type {Operation|null} the attempt under way, of which there is one at most */
  attempt = null;

  get size() {
    return this.#underWay.size;
  }

  /**
   * @param {string} name
   * @param {{ settle?: Function, token?: string }} [options]
   * @returns {Operation}
   */
  begin(name, { settle, token } = {}) {
    const operation = { op: ++this.#lastOp, name, token, waiting: settle ? [settle] : [], isSignedIn: false };
    this.#underWay.set(operation.op, operation);
    return operation;
  }

  /** An attempt takes the place of the one under way. @returns {Operation} */
  beginAttempt(name, options) {
    if (this.attempt) this.end(this.attempt);
    this.attempt = this.begin(name, options);
    return this.attempt;
  }

  /** @param {number} op @returns {Operation|undefined} */
  get(op) {
    return this.#underWay.get(op);
  }

  /** @param {Operation} operation */
  end(operation) {
    this.#underWay.delete(operation.op);
    if (this.attempt === operation) this.attempt = null;
  }

  /** Ends all of them. @returns {Function[]} the callbacks that still waited */
  endAll() {
    const waiting = [...this.#underWay.values()].flatMap((operation) => operation.waiting);
    this.#underWay.clear();
    this.attempt = null;
    return waiting;
  }
}

module.exports = { Operations };
