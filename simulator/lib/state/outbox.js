'use strict';

/**
 * Holds back what one operation causes until it is complete: a client then sees the answer first, and one notification
 * with the outcome instead of one for each step.
 */
class Outbox {
  #depth = 0;
  #queue = [];
  #changed = new Set();

  /** @param {Function} onChanged called with each conversation that an operation changed, once, after all else */
  constructor(onChanged) {
    this.onChanged = onChanged;
  }

  /**
   * @param {Function} send delivers something to somebody
   */
  add(send) {
    this.#queue.push(send);
    if (this.#depth === 0) this.#flush();
  }

  /** Notes that a conversation has changed. */
  changed(conversation) {
    this.#changed.add(conversation);
    if (this.#depth === 0) this.#flush();
  }

  /**
   * @param {Function} operation whatever it causes is delivered when it is over
   * @returns {*} what the operation gave
   */
  during(operation) {
    this.hold();
    try {
      return operation();
    } finally {
      this.release();
    }
  }

  hold() {
    this.#depth++;
  }

  release() {
    this.#depth--;
    if (this.#depth === 0) this.#flush();
  }

  #flush() {
    // What a delivery causes in its turn comes behind what waits already.
    this.#depth++;
    try {
      while (this.#queue.length > 0 || this.#changed.size > 0) {
        while (this.#queue.length > 0) this.#queue.shift()();
        const changed = [...this.#changed];
        this.#changed.clear();
        for (const conversation of changed) this.onChanged(conversation);
      }
    } finally {
      this.#depth--;
    }
  }
}

module.exports = { Outbox };
