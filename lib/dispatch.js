'use strict';

const { SILENT } = require('./callbacks');
const { TransformError } = require('./errors');
const { isOn, trace } = require('./trace');
const { transform } = require('./transforms');

const RECONNECT = { domains: 'Reconnect#CSDS', login: 'Reconnect#Relogin#WS' };

/** Operation → step → where `success` and `error` say that it happened. Source: SDK: `location` in its events. */
const LOCATIONS = {
  Connect: { domains: 'Connect#CSDS', login: 'Connect#Login' },
  Reconnect: RECONNECT,
  Dial: RECONNECT,
  RefreshSession: {
    precheck: 'RefreshSession#Precheck',
    domains: 'RefreshSession#CSDS',
    refresh: 'RefreshSession#REST',
    login: 'RefreshSession#Relogin#WS',
  },
};

/**
 * Types that the service must not speak through: the SDK's own events, those of Node's emitters, and the names that
 * every object has. A notification of such a type reaches `notification` alone.
 */
const RESERVED = new Set([
  'connected',
  'closed',
  'error',
  'success',
  'warn',
  'notification',
  'message:sent',
  'reconnecting',
  'reconnected',
  'gaveUp',
  'ready',
  'tokenChanged',
  'newListener',
  'removeListener',
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/** A step of an operation succeeded: `success({ location })`. */
function succeeded(agent, operation, step) {
  if (step === 'login' && isOn(agent, 'login')) trace(agent, 'login', { operation });
  agent.emit('success', { location: LOCATIONS[operation][step] });
}

/** A step of an operation failed: `error(error, { location })`. */
function failed(agent, error, operation, step) {
  const topic = step === 'domains' ? 'connect' : 'login';
  if (isOn(agent, topic)) trace(agent, topic, { operation, step, error });
  agent.emit('error', error, { location: LOCATIONS[operation][step] });
}

/** The socket failed or could not be opened: `error(error)`, without a location; `closed` follows. */
function socketFailed(agent, error) {
  if (isOn(agent, 'connect')) trace(agent, 'connect', { error });
  agent.emit('error', error);
}

/** The socket is open: `connected({ connected: true, ts })`, ts being ms since the epoch. */
function connected(agent) {
  if (isOn(agent, 'connect')) trace(agent, 'connect', { connected: true });
  agent.emit('connected', { connected: true, ts: Date.now() });
}

/** The socket is gone, or an attempt to open one is over: `closed(code)`. */
function closed(agent, code) {
  if (isOn(agent, 'close')) trace(agent, 'close', { code });
  agent.emit('closed', code);
}

/** With `reconnect`: an attempt is planned: `reconnecting({ attempt, delay, cause })`, delay in ms from now. */
function reconnecting(agent, plan) {
  if (isOn(agent, 'reconnect')) trace(agent, 'reconnect', plan);
  agent.emit('reconnecting', plan);
}

/** With `reconnect`: one of the planned attempts succeeded, after `connected`: `reconnected({ attempts })`. */
function reconnected(agent, outcome) {
  agent.emit('reconnected', outcome);
}

/** With `reconnect`: there will be no more attempts: `gaveUp({ attempts, cause })`. */
function gaveUp(agent, outcome) {
  if (isOn(agent, 'reconnect')) trace(agent, 'reconnect', { gaveUp: true, ...outcome });
  agent.emit('gaveUp', outcome);
}

/** With any of the options of docs/reliability.md: another token is in use: `tokenChanged({ userId, since })`. */
function tokenChanged(agent, details) {
  agent.emit('tokenChanged', details);
}

/** With `resubscribe` or `offlineQueue`: the agent is where it was before: `ready()`. */
function ready(agent) {
  agent.emit('ready');
}

/** Something did not work out that the bot did not ask for: `warn({ message })`. */
function warned(agent, message) {
  agent.emit('warn', { message });
}

/** A request is on its way: `message:sent(frame)`, all seven keys, those not given being undefined. */
function sent(agent, frame) {
  if (isOn(agent, 'request')) trace(agent, 'request', { id: frame.id, type: frame.type });
  agent.emit('message:sent', frame);
}

/**
 * A notification: `{its type}(body)`, then `notification(message)`.
 *
 * @param {object} message as the service sent it
 * @returns {boolean} whether anybody listens to such notifications, as far as `emit` tells
 */
function notification(agent, message) {
  const remarks = read(agent, message);
  if (remarks !== undefined) say(agent, remarks);
  return remarks === undefined || !remarks.isLost ? announce(agent, message) : true;
}

/**
 * The answer to a request: `{its type}(body, reqId)`, then the callback, even where a listener threw.
 *
 * @param {object} message as the service sent it
 * @param {Function} [callback] of the request, undefined where nobody waits any more
 */
function response(agent, message, callback = () => {}) {
  const { reqId: id, type, code } = message;
  if (isOn(agent, 'response')) trace(agent, 'response', { id, type, code });
  if (callback[SILENT]) return callback(isError(message) ? message : null, message.body);
  const { isLost = false, ...remarks } = read(agent, message) || {};
  try {
    say(agent, remarks);
    if (!isLost && mayBeEmitted(message.type)) agent.emit(message.type, message.body, message.reqId);
  } finally {
    if (isLost) callback(remarks.failures[0]);
    else if (isError(message)) callback(message, message.body);
    else callback(null, message.body);
  }
}

/**
 * Transforms a message in place.
 *
 * @returns {{ before?: object, warnings?: string[], failures?: TransformError[], isLost?: boolean }|undefined} what is
 *   to be said besides; isLost: nothing of the message could be read
 */
function read(agent, message) {
  let remarks;
  try {
    remarks = transform(message, agent.__oldAgentId);
  } catch (cause) {
    return { failures: [new TransformError(cause, message)], isLost: true };
  }
  if (remarks === undefined) return undefined;
  const { before, warnings, errors = [], received, nothingLeft } = remarks;
  const failures = errors.map((cause) => new TransformError(cause, received));
  return { before, warnings, failures, isLost: nothingLeft };
}

/** `warn({ message })` for what is odd, `error(error)` for what cannot be read, a notification that comes before. */
function say(agent, { before, warnings = [], failures = [] }) {
  for (const warning of warnings) agent.emit('warn', { message: warning });
  for (const failure of failures) {
    // Once a listener has disposed of the agent nobody listens, and an error that nobody listens to throws.
    if (agent.transport !== null) agent.emit('error', failure);
  }
  if (before) announce(agent, before);
}

function announce(agent, message) {
  const isHeard = mayBeEmitted(message.type) && agent.emit(message.type, message.body);
  return agent.emit('notification', message) || isHeard;
}

function mayBeEmitted(type) {
  return Boolean(type) && !RESERVED.has(typeof type === 'string' ? type : nameOf(type));
}

/** As `emit` would name it; what has no name is reserved, as `toString` is. */
function nameOf(type) {
  try {
    return String(type);
  } catch {
    return 'toString';
  }
}

/** By JavaScript's own comparison; what cannot be compared is no error. */
function isError({ code }) {
  try {
    return code > 399;
  } catch {
    return false;
  }
}

module.exports = {
  closed,
  connected,
  failed,
  gaveUp,
  notification,
  ready,
  reconnected,
  reconnecting,
  response,
  sent,
  socketFailed,
  succeeded,
  tokenChanged,
  warned,
};
