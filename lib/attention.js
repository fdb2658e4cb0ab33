'use strict';

const { EventEmitter } = require('node:events');
const { isQuiet } = require('./transforms');

const { emit } = EventEmitter.prototype;

/**
 * What nobody listens to need not come: the core is told, and drops it. In doubt everything comes.
 *
 * Whoever begins to listen is noticed at once, in `on` and its like. That `emit` is replaced is not: what is ignored is
 * ignored for a second only (src/core/ignored.rs).
 */
class Attention {
  #agent;
  #client;
  #ignores = false;

  /**
   * @param {object} agent
   * @param {() => object|null} client the native client
   */
  constructor(agent, client) {
    this.#agent = agent;
    this.#client = client;
  }

  /** Nobody has heard a notification of this type, as the service names it. @param {*} type */
  unheard(type) {
    if (this.#agent.emit !== emit || !isQuiet(type)) return;
    const client = this.#client();
    if (client === null) return;
    this.#ignores = true;
    client.ignore(type);
  }

  /** Somebody begins to listen, to whatever it is. */
  wake() {
    if (!this.#ignores) return;
    this.#ignores = false;
    const client = this.#client();
    if (client !== null) client.heed();
  }
}

/**
 * Has a prototype notice whoever begins to listen; `once` and the others end in these methods.
 *
 * @param {object} prototype of a class that extends EventEmitter
 * @param {(agent: object) => void} notice called before the listener is added: what comes from then on is for it
 */
function watch(prototype, notice) {
  for (const name of ['on', 'addListener', 'prependListener']) {
    const add = EventEmitter.prototype[name];
    const methods = {
      [name](type, listener) {
        notice(this);
        return add.call(this, type, listener);
      },
    };
    Object.defineProperty(prototype, name, { value: methods[name], writable: true, configurable: true });
  }
}

module.exports = { Attention, watch };
