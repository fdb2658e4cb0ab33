'use strict';

const { callbackOrPromise } = require('./callbacks');
const { conceal } = require('./concealment');

/**
 * The socket as bots know it, `agent.transport`. Source: SDK: Transport.
 *
 * @param {object} client the native client
 * @param {string} token
 * @param {{ isOpen: () => boolean, reconnect: () => void }} agent
 */
function transport(client, token, { isOpen, reconnect }) {
  const configuration = { token };
  conceal(configuration);
  return {
    /** `token` is what the next `reconnect(true)` uses; bots may write it. */
    configuration,
    ws: {
      /** As in the `ws` package: 1 open, 3 closed. */
      get readyState() {
        return isOpen() ? 1 : 3;
      },
      /** The closing handshake; without arguments its frame carries no code. */
      close(code, reason) {
        if (code === undefined) client.close();
        else if (reason === undefined) client.close(closeCode(code));
        else client.close(closeCode(code), String(reason));
      },
      ping() {
        client.ping();
      },
      /** Drops the socket without a closing handshake. */
      terminate() {
        client.cut();
      },
    },
    /** A new socket with the same token. */
    reconnect() {
      reconnect();
    },
    /** Drops the socket. */
    close() {
      client.cut();
    },
  };
}

/** RFC 6455 section 7.4: what an application may send. */
function closeCode(code) {
  const known = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  if (Number.isInteger(code) && (known || (code >= 3000 && code <= 4999))) return code;
  throw new TypeError('First argument must be a valid error code number');
}

/**
 * The cookies of the session, `agent.jar`. Source: SDK: Agent.jar
 *
 * @param {object} client the native client
 */
function jar(client) {
  return {
    /**
     * @param {string|URL} url
     * @returns {string} `name=value; …` as a call to the url would carry them, '' for none
     */
    getCookieString(url) {
      return client.cookies(String(url));
    },
  };
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

module.exports = { csdsClient, jar, transport };
