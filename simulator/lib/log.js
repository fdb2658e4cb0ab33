'use strict';

const { line } = require('./printer');

/**
 * All that arrived and all that was sent, in order. An entry has `kind` and `at` (milliseconds of the service's clock), and
 * - http: step, method, path, query, headers, body (parsed, or text), answer ({status, headers, body}, once it was given),
 *   outcome ('hang', 'cut', 'truncate' or 'late' where a fault did that)
 * - upgrade: connection, path, query, headers, outcome ('open', 'refused 401', 'hang', 'cut', …)
 * - received, sent: connection, text, frame (the text parsed, undefined where it is no JSON)
 * - ping: connection
 * - closed: connection, code, reason
 */
class Log {
  constructor({ clock, waits, limit }) {
    this.entries = [];
    this.watchers = new Set();
    this.clock = clock;
    this.waits = waits;
    this.limit = limit;
  }

  /**
   * @param {object} entry with its kind
   * @returns {object} the entry, to which more may be added later (then call changed)
   */
  add(entry) {
    const stamped = { at: this.clock.now(), ...entry };
    this.entries.push(stamped);
    // Dropped in blocks: an array that loses its head at every message would be copied at every message.
    if (this.entries.length > this.limit * 1.1) this.entries.splice(0, this.entries.length - this.limit);
    this.changed(stamped);
    return stamped;
  }

  /** Tells the watchers that an entry came or has grown. */
  changed(entry) {
    for (const watcher of this.watchers) watcher(entry);
    this.waits.check();
  }

  /**
   * @param {string} description completes "waited for …"
   * @param {Function} predicate takes an entry
   * @param {{from?: number, within?: number}} [options] from: index of the first entry that counts (default 0: what has
   *   happened already counts too); within: milliseconds
   * @returns {Promise<object>} the first entry that satisfies the predicate
   */
  async waitFor(description, predicate, { from = 0, within } = {}) {
    let found = this.entries.slice(from).find((entry) => predicate(entry));
    const watcher = (entry) => {
      if (found === undefined && predicate(entry)) found = entry;
    };
    this.watchers.add(watcher);
    try {
      return await this.waits.until(description, () => found, { within, instead: () => this.tail() });
    } finally {
      this.watchers.delete(watcher);
    }
  }

  /** @returns {string} the last entries, one a line */
  tail(count = 12) {
    if (this.entries.length === 0) return 'nothing has arrived.';
    return ['the last that was seen:', ...this.entries.slice(-count).map(line)].join('\n  ');
  }
}

module.exports = { Log };
