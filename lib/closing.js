'use strict';

const { milliseconds } = require('./settings');

const TIMEOUT = 5000;

/** The end of an agent that takes its time, `agent.close()`. While it lasts no attempt to connect begins. */
class Closing {
  #end;
  #hasEnded = new Promise((resolve) => {
    this.#end = resolve;
  });
  /** @type {Promise<void>} */
  done;

  /**
   * @param {import('./resilience').Port} port
   * @param {{ timeout?: number, state?: string }} [options]
   */
  constructor(port, { timeout, state } = {}) {
    this.done = this.#run(port, milliseconds(timeout) || TIMEOUT, state);
  }

  /** The socket is gone, or the agent was disposed of. */
  ended() {
    this.#end();
  }

  async #run(port, timeout, state) {
    let timer;
    const lapse = new Promise((resolve) => {
      timer = setTimeout(resolve, timeout);
    });
    await Promise.race([this.#steps(port, state), lapse]);
    clearTimeout(timer);
    port.dispose();
  }

  async #steps(port, state) {
    if (port.isOpen()) {
      // whatever comes of it
      const body = { availability: state };
      if (state) await new Promise((resolve) => port.ask('setAgentState', body, {}, resolve));
      await new Promise((resolve) => port.whenIdle(resolve));
      port.closeSocket();
      await this.#hasEnded;
    }
    await new Promise((resolve) => port.logOut(resolve));
  }
}

/** `await using agent = new Agent(…)`, where Node knows it. @param {object} prototype */
function makeDisposable(prototype) {
  if (!Symbol.asyncDispose) return;
  const value = function () {
    return this.close();
  };
  Object.defineProperty(prototype, Symbol.asyncDispose, { value, writable: true, configurable: true });
}

module.exports = { Closing, makeDisposable };
