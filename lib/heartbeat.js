'use strict';

const { milliseconds } = require('./settings');

const TIMEOUT = 10000;

/**
 * The option `clockInterval`: asks for the service's time, and drops a connection on which it is not told. A pong shows
 * that somebody is there, this that the service is. Source: LivePerson, keep-alive: a GetClock every 30 s.
 */
class Heartbeat {
  #port;
  #interval;
  #timeout;
  #timer = null;

  /**
   * @param {{ clockInterval: *, clockTimeout?: * }} conf
   * @param {import('./resilience').Port} port
   */
  constructor({ clockInterval, clockTimeout }, port) {
    this.#port = port;
    this.#interval = milliseconds(clockInterval);
    this.#timeout = milliseconds(clockTimeout) || TIMEOUT;
  }

  opened() {
    if (this.#interval) this.#wait();
  }

  lost() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait() {
    const timer = setTimeout(() => {
      this.#port.ask('getClock', {}, {}, (error) => this.#told(timer, error), this.#timeout);
    }, this.#interval);
    this.#timer = timer;
  }

  #told(timer, error) {
    // not if the connection is another one by now
    if (this.#timer !== timer) return;
    const isSilent = error && error.kind !== 'resp';
    if (isSilent || (error && error.code === 401)) this.#port.distrust(!isSilent);
    else this.#wait();
  }
}

module.exports = { Heartbeat };
