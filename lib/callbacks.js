'use strict';

const { nextTick } = require('./ticks');

/** Marks the callbacks of the SDK's own requests: no event tells of their answers. */
const SILENT = Symbol('silent');

/**
 * The caller's callback, or, where none was given, a promise and the function that settles it. Nobody has to look at
 * the promise: its rejection never becomes an unhandled one.
 *
 * @param {Function} [callback]
 * @param {(error: *) => Error} [asError] makes what the promise rejects with out of what a callback would get
 * @returns {{ settle: Function, promise: Promise<*>|undefined }}
 */
function callbackOrPromise(callback, asError = (error) => error) {
  if (typeof callback === 'function') return { settle: callback, promise: undefined };
  let settle;
  const promise = new Promise((resolve, reject) => {
    settle = (error, value) => (error ? reject(asError(error)) : resolve(value));
  });
  promise.catch(() => {});
  return { settle, promise };
}

/**
 * Calls each of them with the same arguments. One that throws does not keep the others from hearing; what it threw
 * becomes an `uncaughtException`, as if it had been thrown to Node.
 *
 * @param {Iterable<Function>} callbacks
 * @param {...*} args
 */
function tellAll(callbacks, ...args) {
  for (const callback of callbacks) {
    try {
      callback(...args);
    } catch (error) {
      nextTick(() => {
        throw error;
      });
    }
  }
}

/**
 * Lets an AbortSignal settle a request.
 *
 * @param {Function} settle
 * @param {AbortSignal} signal
 * @param {() => void} forget called when the signal was first
 * @returns {Function} takes the place of `settle`
 */
function abortable(settle, signal, forget) {
  const abort = () => {
    forget();
    settle(reasonOf(signal));
  };
  signal.addEventListener('abort', abort, { once: true });
  return (...outcome) => {
    signal.removeEventListener('abort', abort);
    settle(...outcome);
  };
}

/** Why a signal was aborted; Node 16 knows no `signal.reason`. */
function reasonOf(signal) {
  if (signal.reason !== undefined) return signal.reason;
  return Object.assign(new Error('This operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' });
}

module.exports = { SILENT, abortable, callbackOrPromise, reasonOf, tellAll };
