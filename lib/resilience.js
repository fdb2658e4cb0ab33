'use strict';

const { Reconnect } = require('./reconnect');

/**
 * What the features of this file need of their agent.
 *
 * @typedef {object} Port
 * @property {object} agent
 * @property {() => boolean} isIdle neither a socket nor an attempt at one, and the agent is not disposed of
 * @property {() => boolean} dial an attempt at the socket alone; false: nobody has signed in yet
 * @property {() => void} renew an attempt that goes the whole way
 * @property {(step: string) => string} credential what a refusal at that step refuses
 */

/** The options that switch something of this on. */
const OPTIONS = ['reconnect'];

/** @param {object} conf @returns {boolean} */
const isResilient = (conf) => OPTIONS.some((name) => Boolean(conf[name]));

/** What the resilience options have switched on for one agent, and what it hears of the agent. docs/reliability.md */
class Resilience {
  #reconnect;
  /** The error that was emitted and whose `closed` is still to come. */
  #error = null;

  /**
   * @param {object} conf the options, which are read once, here
   * @param {Port} port
   */
  constructor(conf, port) {
    if (conf.reconnect) this.#reconnect = new Reconnect(conf.reconnect, port);
  }

  begins() {
    this.#error = null;
    if (this.#reconnect) this.#reconnect.begins();
  }

  /** @param {boolean} byLogin false: with the bot's own token */
  signedIn(byLogin) {
    if (this.#reconnect) this.#reconnect.signedIn(byLogin);
  }

  /** A look-up or a login on the way to a socket failed. */
  failed(step, error) {
    this.#ended({ step, code: null, status: error.status || null, error });
  }

  /** A socket failed, or could not be opened; its `closed` follows. */
  socketFailed(error) {
    this.#error = error;
  }

  opened() {
    if (this.#reconnect) this.#reconnect.opened();
  }

  /** @param {boolean} wasOpen @param {number} code */
  closed(wasOpen, code) {
    const error = this.#error;
    this.#error = null;
    if (wasOpen) this.#ended({ step: 'socket', code, status: null, error });
    else this.#ended({ step: 'upgrade', code: null, status: (error && error.status) || null, error });
  }

  disposed() {
    if (this.#reconnect) this.#reconnect.stop();
  }

  #ended(cause) {
    if (this.#reconnect) this.#reconnect.ended(cause);
  }
}

module.exports = { Resilience, isResilient };
