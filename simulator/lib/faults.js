'use strict';

/** The steps at which something can go wrong, and what a fault may say there (see the README). */
const HTTP = ['status', 'statusText', 'headers', 'body', 'hang', 'cut', 'truncate', 'late'];
const STEPS = {
  csds: HTTP,
  login: HTTP,
  refresh: HTTP,
  logout: HTTP,
  file: HTTP,
  agentSurvey: HTTP,
  upgrade: ['status', 'statusText', 'headers', 'body', 'hang', 'cut', 'late', 'raw', 'closes', 'reason', 'stalls'],
  request: [
    ...['code', 'body', 'type', 'hang', 'cut', 'closes', 'reason', 'before', 'late', 'doubled', 'unknown', 'reordered'],
    ...['stalls', 'garbage'],
  ],
  notification: ['lost', 'cut', 'closes', 'reason', 'late', 'doubled', 'reordered', 'garbage', 'body'],
};
const SELECTORS = ['times', 'skip', 'when', 'type'];

/** The list of what is to go wrong. */
class Faults {
  #active = [];

  /**
   * @param {string} step
   * @param {object} fault what happens, and when: times (default: always), skip (so many pass first), type (of a request or
   *   notification), when(call) → boolean
   * @returns {{count: number, ends: Function}} count: how often it has happened so far; ends(): no more
   * @throws {TypeError} for a step or a field that does not exist
   */
  add(step, fault) {
    checkStep(step);
    checkFields(step, fault, [...STEPS[step], ...SELECTORS]);
    const { times = Infinity, skip = 0, when, type, ...effect } = fault;
    let passed = 0;
    return this.#enter(step, (call, active) => {
      if (type !== undefined && call.type !== type) return undefined;
      if (when !== undefined && !when(call)) return undefined;
      if (passed++ < skip) return undefined;
      active.count++;
      if (active.count >= times) active.ends();
      return effect;
    });
  }

  /**
   * @param {string} step
   * @param {Function} handler (call) → what happens (as `add` takes it), or undefined: all goes its usual way
   * @returns {{count: number, ends: Function}}
   */
  on(step, handler) {
    checkStep(step);
    return this.#enter(step, (call, active) => {
      const effect = handler(call) ?? undefined;
      if (effect === undefined) return undefined;
      checkFields(step, effect, STEPS[step]);
      active.count++;
      return effect;
    });
  }

  /** @returns {object} what is to happen to this call; empty: nothing unusual */
  at(step, call) {
    for (const { step: other, decide } of [...this.#active]) {
      const effect = other === step ? decide(call) : undefined;
      if (effect !== undefined) return effect;
    }
    return {};
  }

  /** Ends all faults. */
  clear() {
    this.#active = [];
  }

  #enter(step, decide) {
    const active = { step, count: 0, decide: (call) => decide(call, active) };
    active.ends = () => {
      this.#active = this.#active.filter((one) => one !== active);
    };
    this.#active.push(active);
    return active;
  }
}

function checkStep(step) {
  if (Object.hasOwn(STEPS, step)) return;
  throw new TypeError(`There is no step "${step}"; there are ${Object.keys(STEPS).join(', ')}`);
}

function checkFields(step, fault, known) {
  for (const name of Object.keys(fault)) {
    if (known.includes(name)) continue;
    throw new TypeError(`A fault at "${step}" has no field "${name}"; it may have ${known.join(', ')}`);
  }
}

/**
 * The body of an HTTP error where a fault names none: an object as LivePerson's Login Service API documents it, but a plain
 * text inside for 500, which the service has been seen to send.
 * @param {number} status
 * @param {number} now service time
 * @returns {object}
 */
function errorBody(status, now, message = MESSAGES[status] ?? `simulated failure ${status}`) {
  if (status === 500) return { error: `LeLogin1 failed - ${message}` };
  const responseStatus = RESPONSE_STATUS[status] ?? String(status);
  return {
    error: { time: new Date(now).toUTCString(), message, internalCode: CODES[status] ?? status, responseStatus },
  };
}

const MESSAGES = {
  400: 'bad request',
  401: 'authorization failed',
  429: 'too many requests',
  451: 'account or user is blocked',
  500: 'simulated server error',
};
const RESPONSE_STATUS = { 400: 'BAD_REQUEST', 401: 'UNAUTHORIZED', 404: 'NOT_FOUND', 409: 'CONFLICT' };
const CODES = { 401: 10 };

module.exports = { Faults, errorBody, STEPS };
