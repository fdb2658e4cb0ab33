'use strict';

const { callbackOrPromise } = require('./callbacks');
const { conceal } = require('./concealment');

/** The socket as bots know it, `agent.transport`. Source: SDK: Transport. */
class Transport {
  #client;
  #reconnect;

  /**
   * @param {object} client the native client
   * @param {string} token
   * @param {{ isOpen: () => boolean, reconnect: () => void }} agent
   */
  constructor(client, token, { isOpen, reconnect }) {
    this.#client = client;
    this.#reconnect = reconnect;
    /** `token` is what the next `reconnect(true)` uses; bots may write it. */
    this.configuration = { token };
    conceal(this.configuration);
    this.ws = new Socket(client, isOpen);
  }

  /** A new socket with the same token. */
  reconnect() {
    this.#reconnect();
  }

  /** Drops the socket. */
  close() {
    this.#client.cut();
  }
}

/** `agent.transport.ws`, as the `ws` package has it. */
class Socket {
  #client;
  #isOpen;

  constructor(client, isOpen) {
    this.#client = client;
    this.#isOpen = isOpen;
  }

  /** 1 open, 3 closed. */
  get readyState() {
    return this.#isOpen() ? 1 : 3;
  }

  /** The closing handshake; without arguments its frame carries no code. */
  close(code, reason) {
    if (code === undefined) this.#client.close();
    else if (reason === undefined) this.#client.close(closeCode(code));
    else this.#client.close(closeCode(code), String(reason));
  }

  ping() {
    this.#client.ping();
  }

  /** Drops the socket without a closing handshake. */
  terminate() {
    this.#client.cut();
  }
}

/** RFC 6455 section 7.4: what an application may send. */
function closeCode(code) {
  const known = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  if (Number.isInteger(code) && (known || (code >= 3000 && code <= 4999))) return code;
  throw new TypeError('First argument must be a valid error code number');
}

/** The cookies of the session, `agent.jar`. Source: SDK: Agent.jar */
class Jar {
  #client;

  /** @param {object} client the native client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * @param {string|URL} url
   * @returns {string} `name=value; …` as a call to the url would carry them, '' for none
   */
  getCookieString(url) {
    return this.#client.cookies(String(url));
  }
}

/**
 * The domain service, `agent.csdsClient`. Source: SDK: CsdsClient.getAll
 *
 * @param {(settle: Function) => void} lookUp
 */
function csdsClient(lookUp) {
  return {
    /**
     * @param {(error: Error|null, domains?: Object<string, string>) => void} [callback]
     * @returns {Promise<Object<string, string>>|undefined} a promise where no callback was given
     */
    getAll(callback) {
      const { settle, promise } = callbackOrPromise(callback);
      lookUp(settle);
      return promise;
    },
  };
}

module.exports = { Jar, Transport, csdsClient };
