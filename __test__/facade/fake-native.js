'use strict';

/** Stands in for native.js: the boundary of ARCHITECTURE.md without a core. Require it before anything of lib/. */

const Module = require('node:module');

const held = { on: false, times: 0 };
const clients = [];

class Inbox {
  #wake;
  #waiting = [];
  #told = false;

  constructor(wake) {
    this.#wake = wake;
    Inbox.only = this;
  }

  put(key, item) {
    this.#waiting.push(key, item);
    if (this.#told) return;
    this.#told = true;
    setImmediate(this.#wake);
  }

  take() {
    if (this.#waiting.length === 0) return null;
    const text = JSON.stringify(this.#waiting);
    this.#waiting = [];
    return text;
  }

  acknowledge() {
    this.#told = this.#waiting.length > 0;
    return this.#told;
  }

  hold(on) {
    held.on = on;
    held.times += 1;
  }
}

class Client {
  calls = [];
  /** What the calls that begin with a look-up answer. */
  cached = null;
  isDisposed = false;

  constructor(inbox, key) {
    this.inbox = inbox;
    this.key = key;
    this.cached = Client.cached;
    clients.push(this);
  }

  /** Something for the agent, as the core would say it. */
  says(...item) {
    this.inbox.put(this.key, item);
  }

  /** A message of the service. */
  sends(message) {
    this.inbox.put(this.key, message);
  }

  /** @returns {Array} the arguments of the last call of a method */
  last(method) {
    const call = this.calls.filter(([name]) => name === method).pop();
    return call && call.slice(1);
  }

  count(method) {
    return this.calls.filter(([name]) => name === method).length;
  }

  cookies(url) {
    this.calls.push(['cookies', url]);
    return `for=${url}`;
  }

  dispose() {
    this.calls.push(['dispose']);
    this.isDisposed = true;
  }
}
Client.cached = null;

for (const name of ['connect', 'refresh', 'lookUp']) {
  Client.prototype[name] = function (...args) {
    this.calls.push([name, ...args]);
    return this.cached;
  };
}
for (const name of ['dial', 'send', 'flush', 'close', 'ping', 'cut', 'ignore', 'heed']) {
  Client.prototype[name] = function (...args) {
    this.calls.push([name, ...args]);
  };
}

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === '../native' ? { Inbox, Client } : load.call(this, request, ...rest);
};

/** Long enough for a batch to be delivered, and for what follows from it. */
async function settled(turns = 4) {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

module.exports = { Client, clients, held, latest: () => clients[clients.length - 1], settled };
