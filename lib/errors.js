'use strict';

/**
 * What goes wrong on the way to LivePerson, or in an answer from there.
 *
 * Its own fields are exactly `code`, `service` and `error`, since bots print errors through `JSON.stringify`; whatever
 * else is known is an accessor of the class. `name` stays `Error`.
 */
class SDKError extends Error {
  #body;
  #frame;
  #status;

  /**
   * @param {string} message
   * @param {*} [code] HTTP status, the service's `internalCode`, or null
   * @param {string|null} [service] `domainNames`, `authentication.login`, `authentication.refreshSession` or `messaging`
   * @param {Error|null} [error] the cause, with Node's own `code` (`ECONNREFUSED`, …)
   * @param {{ body?: *, frame?: object, status?: number }} [details] see the accessors
   */
  constructor(message, code = null, service = null, error = null, details = {}) {
    super(message);
    this.code = code;
    this.service = service;
    this.error = error;
    this.#body = details.body;
    this.#frame = details.frame;
    this.#status = details.status;
  }

  /** The body of the answer that was an error: the text of an HTTP answer, the parsed body of a refused request. */
  get body() {
    return this.#body;
  }

  /** The HTTP status, where the service answered with one that is an error. */
  get status() {
    return this.#status;
  }

  /** The response frame of a refused request. */
  get frame() {
    return this.#frame;
  }
}

/** A message that the SDK could not make sense of. Its one own enumerable field is `payload`. */
class TransformError extends Error {
  /**
   * @param {*} cause what was thrown; its text, class name first, becomes the message
   * @param {object} payload the message as it was received
   */
  constructor(cause, payload) {
    super(String(cause));
    this.payload = payload;
  }
}

/**
 * An error that the core reported, see "The boundary" in ARCHITECTURE.md.
 *
 * @param {{ service: string, message: string, code?: *, status?: number, detail?: *, cause?: object,
 *   body?: string }} data
 * @returns {SDKError}
 */
function fromCore(data) {
  const message = data.detail === undefined ? data.message : data.message + JSON.stringify(data.detail);
  const cause = data.cause ? causeFrom(data.cause) : null;
  return new SDKError(message, data.code, data.service, cause, { body: data.body, status: data.status });
}

/** The classes of which Node and ws make the causes that are no plain `Error`. */
const CLASSES = { RangeError, SyntaxError, TypeError };

/** `cert` is what Node has there: the certificate, as `tlsSocket.getPeerCertificate()` tells it. */
function causeFrom({ message, class: name, ...fields }) {
  const cause = Object.assign(new (CLASSES[name] || Error)(message), fields);
  if (fields.cert) {
    // Here, since loading it takes longer than all the rest of this package.
    const { X509Certificate } = require('node:crypto');
    cause.cert = new X509Certificate(Buffer.from(fields.cert, 'base64')).toLegacyObject();
  }
  return cause;
}

/**
 * What a promise rejects with. A callback gets the raw response frame of a refused request; a promise an error with it.
 *
 * @param {*} error
 * @returns {*}
 */
function refused(error) {
  if (!error || error.kind !== 'resp') return error;
  const frame = error;
  const words = typeof frame.body === 'string' ? `: ${frame.body}` : '';
  const message = `Request was refused with code ${frame.code}${words}`;
  return new SDKError(message, frame.code, 'messaging', null, { body: frame.body, frame });
}

/**
 * Whether the service does not want a request, whatever the moment: not so after 401, which is about the token, nor
 * after 429 and 5xx, nor where there was no answer.
 *
 * @param {*} error as a request's callback gets it
 * @returns {boolean}
 */
const isRefusal = ({ kind, code }) => kind === 'resp' && code < 500 && code !== 401 && code !== 429;

/** No answer in time, or none possible any more. @returns {SDKError} */
const timedOut = () => new SDKError('Request has timed out', null, 'messaging');

/** @returns {SDKError} */
const notConnected = () => new SDKError('socket not connected', null, 'messaging');

/** @param {number} maxSize @returns {SDKError} */
const queueFull = (maxSize) =>
  new SDKError(
    `the request cannot wait: ${maxSize} others do already, which is the limit (maxSize)`,
    null,
    'messaging',
  );

/** @param {number} maxAge ms @returns {SDKError} */
const waitedTooLong = (maxAge) =>
  new SDKError(`the request has waited ${maxAge} ms to be sent, which is the limit (maxAge)`, null, 'messaging');

/** @param {number} limit bytes @returns {SDKError} */
const tooMuchBuffered = (limit) =>
  new SDKError(
    `more than ${limit} bytes wait to be written, which is the limit (maxBufferedAmount)`,
    null,
    'messaging',
  );

/** What a pending connect, refresh or look-up gets when its agent is disposed of. @returns {SDKError} */
const disposed = () => new SDKError('the agent was disposed of');

/** @returns {SDKError} */
const noSession = () =>
  new SDKError(
    'CSRF and JAR are not defined for this agent. Please reconnect with bearer token.',
    null,
    'authentication.login',
  );

module.exports = {
  SDKError,
  TransformError,
  disposed,
  fromCore,
  isRefusal,
  noSession,
  notConnected,
  queueFull,
  refused,
  timedOut,
  tooMuchBuffered,
  waitedTooLong,
};
