'use strict';

const http = require('node:http');

const { errorBody } = require('../faults');
const { addressOf } = require('./address');
const { answerSurvey } = require('./agent-survey');
const { answerFile } = require('./file-store');
const { lookUp } = require('./domains');
const signIn = require('./sign-in');

const LOOK_UP = String.raw`account/(?<account>[^/]+)/service/(?:(?<service>[^/]+)/)?baseURI\.json`;
const ACCOUNT = '/api/account/(?<account>[^/]+)';
/** Every HTTP call the service answers: which path is which step. */
const ROUTES = [
  { step: 'csds', methods: ['GET'], path: `/api/${LOOK_UP}`, answer: lookUp },
  { step: 'csds', methods: ['GET'], path: `/csdr/${LOOK_UP}`, answer: lookUp },
  { step: 'login', methods: ['POST'], path: `${ACCOUNT}/login`, answer: signIn.login },
  { step: 'refresh', methods: ['POST'], path: `${ACCOUNT}/refresh`, answer: signIn.refresh },
  { step: 'logout', methods: ['POST'], path: `${ACCOUNT}/logout`, answer: signIn.logout },
  { step: 'file', methods: ['GET', 'PUT'], path: '/v1/AUTH_async-images/.+', answer: answerFile },
  { step: 'agentSurvey', methods: ['GET'], path: `${ACCOUNT}/forms/agent_survey`, answer: answerSurvey },
  {
    step: 'agentSurvey',
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    path: `${ACCOUNT}/forms/agent_survey/(?<state>state)`,
    answer: answerSurvey,
  },
].map((route) => ({ ...route, path: new RegExp(`^${route.path}$`) }));

/**
 * Receives one HTTP call, logs it, and answers it or does what a fault says.
 * @param {object} simulator
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
async function onRequest(simulator, request, response) {
  const content = await contentOf(request);
  if (content === undefined) return; // gone before it had said everything
  const call = describe(request, content);
  const entry = simulator.record({
    kind: 'http',
    step: call.step,
    method: call.method,
    path: call.path,
    query: Object.fromEntries(call.query),
    headers: call.headers,
    body: call.body,
  });
  const effect = simulator.faults.at(call.step, call);
  const send = (answer) => {
    entry.answer = answer;
    simulator.changed(entry);
    write(response, answer, effect);
  };
  const [outcome] = ['hang', 'cut', 'truncate', 'late'].filter((name) => effect[name]);
  if (outcome !== undefined) simulator.changed(Object.assign(entry, { outcome }));
  if (effect.hang) return;
  if (effect.cut) {
    request.socket.destroy();
    return;
  }
  const answer = effect.status >= 400 ? failure(call, effect, simulator) : usual(call, effect, simulator);
  if (effect.late === undefined) send(answer);
  else simulator.clock.after(effect.late, () => send(answer));
}

function describe(request, content) {
  const { path, query } = addressOf(request);
  const route = ROUTES.find((one) => one.path.test(path));
  const text = content.toString('utf8');
  return {
    step: route?.step ?? 'other',
    route,
    ...route?.path.exec(path).groups,
    method: request.method,
    path,
    query,
    headers: request.headers,
    content,
    body: parsed(text),
  };
}

function usual(call, effect, simulator) {
  const { route } = call;
  const given = answerOf(route, call, simulator);
  simulator.service.onChange();
  const { message, ...answer } = given;
  if (answer.status >= 400 && answer.body === undefined) {
    answer.body = errorBody(answer.status, simulator.clock.now(), message);
  }
  if (effect.status !== undefined) answer.status = effect.status;
  return withEffect(answer, effect);
}

function answerOf(route, call, simulator) {
  if (route === undefined) return { status: 404, message: `${call.path} is no address of the service` };
  if (!route.methods.includes(call.method)) return { status: 405, message: `${call.method} is not for ${call.path}` };
  return route.answer(call, simulator);
}

const failure = (call, effect, simulator) =>
  withEffect({ status: effect.status, body: errorBody(effect.status, simulator.clock.now()) }, effect);

function withEffect(answer, { headers, body, statusText }) {
  const changed = { ...answer, headers: { ...answer.headers, ...headers }, statusText };
  if (body !== undefined) changed.body = typeof body === 'function' ? body(answer.body) : body;
  return changed;
}

function write(response, { status, statusText = http.STATUS_CODES[status], headers, body }, { truncate }) {
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const content = Buffer.from(isRaw ? (body ?? '') : JSON.stringify(body));
  const type = isRaw ? {} : { 'content-type': 'application/json' };
  if (!truncate) {
    response.writeHead(status, statusText, { ...type, ...headers, 'content-length': content.length });
    response.end(content);
    return;
  }
  // Announces more than it sends, and breaks off.
  response.writeHead(status, statusText, { ...type, ...headers, 'content-length': content.length + 100 });
  response.write(content, () => response.socket?.destroySoon());
}

/** @returns {Promise<Buffer|undefined>} undefined when the client went away */
async function contentOf(request) {
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

/** A body is read as JSON whatever its content type; one that is none stays text, an empty one is undefined. */
function parsed(text) {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

module.exports = { onRequest };
