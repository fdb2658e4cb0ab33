'use strict';

const { RequestError } = require('../../state/errors');

/**
 * The requests that the brand socket answers, by type (node-agent-sdk's README, LivePerson developer docs, Messaging Agent
 * API). A handler takes {service, connection, agent, body, metadata} and gives {code, type, body}.
 */
const HANDLERS = new Map([
  ...Object.entries(require('./agent')),
  ...Object.entries(require('./routing')),
  ...Object.entries(require('./conversations')),
  ...Object.entries(require('./messages')),
  ...Object.entries(require('./files')),
]);

/** Type of answers that are a plain text: confirmations without data, and all errors. */
const TEXT = '.ReqBody$StringResp';

/**
 * Carries out one request.
 * @param {object} service
 * @param {Connection} connection
 * @param {string} text the frame as it arrived
 * @returns {object} the answer frame
 */
function answerTo(service, connection, text) {
  const frame = parse(text);
  // Ids are echoed as text, even those that came as numbers.
  const answer = (code, type, body) => ({ kind: 'resp', reqId: String(frame?.id ?? ''), code, body, type });
  try {
    const given = handle(service, connection, frame);
    return answer(given.code ?? 200, given.type ?? TEXT, given.body);
  } catch (error) {
    if (error instanceof RequestError) return answer(error.code, TEXT, error.message);
    // A mistake of the simulator's own, or a body of a shape that no handler expected.
    return answer(500, TEXT, `Internal error of the simulator: ${error.stack}`);
  }
}

function handle(service, connection, frame) {
  if (frame === null || typeof frame !== 'object') throw new RequestError(400, 'The frame is not a JSON object');
  const { kind, type } = frame;
  if (kind !== 'req') throw new RequestError(400, `A frame of kind "${kind}" is not a request`);
  const id = String(frame.id ?? '');
  if (id.length < 1 || id.length > 64) throw new RequestError(400, 'A request needs an id of 1 to 64 characters');
  const handler = HANDLERS.get(type);
  if (handler === undefined) throw new RequestError(400, `Unknown request type ${type}`);
  return handler({
    service,
    connection,
    agent: connection.agent,
    body: frame.body ?? {},
    metadata: frame.metadata === undefined || frame.metadata === null ? undefined : [frame.metadata].flat(),
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { answerTo, TEXT };
