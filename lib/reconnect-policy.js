'use strict';

/**
 * What the end of a connection, or of an attempt at one, means for the next attempt. No clock and no network in here.
 *
 * @typedef {object} Cause why there is no connection
 * @property {'domains'|'login'|'upgrade'|'socket'} step how far the attempt came; `socket`: the connection was open
 * @property {number|null} code the close code of an open connection
 * @property {number|null} status the HTTP status, where the service answered with one that is an error
 * @property {Error|null} error what was emitted as `error`
 *
 * @typedef {object} Meaning
 * @property {'keep'|'renew'|'stop'} action a socket with the token in use; a look-up, a login and a socket; nothing
 * @property {number} [floor] ms that must pass first
 * @property {boolean} [isRefusal] the service does not want this token or these credentials
 * @property {boolean} [isOutage] an error of the service's own: its pauses are OUTAGE_PAUSES
 */

/** The tokens or identities that these are about do not do any more. Source: SDK, README: reconnect; LivePerson, UMS. */
const RENEWING_CODES = [1008, 1011, 4401, 4407];
/** As above, and the token is said to be the reason. */
const REFUSING_CODES = [4401, 4407];

/** Ms between attempts while the service answers 5xx. Source: LivePerson, retry policy; then doubling to LONGEST_PAUSE. */
const OUTAGE_PAUSES = [5000, 10000, 15000, 120000, 240000];
const LONGEST_PAUSE = 32 * 60000;

/** The rows are looked through from the top. Source of the statuses: LivePerson, retry policy. */
const TABLE = [
  { step: 'socket', is: ({ code }) => REFUSING_CODES.includes(code), means: { action: 'renew', isRefusal: true } },
  { step: 'socket', is: ({ code }) => RENEWING_CODES.includes(code), means: { action: 'renew' } },
  { step: 'socket', is: () => true, means: { action: 'keep' } },
  { is: ({ status }) => status === 451, means: { action: 'stop' } },
  { step: 'login', is: ({ status }) => status === 429, means: { action: 'renew', floor: 5000 } },
  { step: 'domains', is: ({ status }) => status === 429, means: { action: 'renew', floor: 1000 } },
  { step: 'upgrade', is: ({ status }) => status === 429, means: { action: 'keep', floor: 1000 } },
  { step: 'upgrade', is: ({ status }) => status >= 500, means: { action: 'keep', isOutage: true } },
  { is: ({ status }) => status >= 500, means: { action: 'renew', isOutage: true } },
  { is: ({ status }) => status >= 400, means: { action: 'renew', isRefusal: true } },
  { step: 'upgrade', is: () => true, means: { action: 'keep' } },
  { is: () => true, means: { action: 'renew' } },
];

/** @param {Cause} cause @returns {Meaning} */
function meaningOf(cause) {
  return TABLE.find(({ step, is }) => (step === undefined || step === cause.step) && is(cause)).means;
}

/**
 * Ms until an attempt: exponential, up to `jitter` more so that a thousand bots do not come back as one.
 *
 * @param {{ initialDelay: number, maxDelay: number, factor: number, jitter: number }} options
 * @param {number} attempt from 1
 * @param {number} [floor] ms at least
 * @param {number} [chance] from 0 to 1
 * @returns {number}
 */
function delayOf({ initialDelay, maxDelay, factor, jitter }, attempt, floor = 0, chance = Math.random()) {
  const pause = Math.min(maxDelay, initialDelay * factor ** (attempt - 1));
  return Math.round(Math.max(floor, pause) * (1 + jitter * chance));
}

/** @param {number} outages errors of the service's own in a row, from 1 @returns {number} ms */
function outagePause(outages) {
  const last = OUTAGE_PAUSES.length - 1;
  if (outages - 1 <= last) return OUTAGE_PAUSES[outages - 1];
  return Math.min(LONGEST_PAUSE, OUTAGE_PAUSES[last] * 2 ** (outages - 1 - last));
}

module.exports = { delayOf, meaningOf, outagePause };
