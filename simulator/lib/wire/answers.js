'use strict';

const { RequestError } = require('../state/errors');
const { asList } = require('./requests/lookup');

/**
 * Makes the function that carries out the requests of one kind of socket.
 * @param {object} dialect
 * @param {Map<string, Function>} dialect.handlers by type; each takes {service, connection, body, metadata, headers} and what
 *   callerOf gives, and gives {code, type, body}
 * @param {string} dialect.textType type of answers that are a plain text: confirmations without data, and all errors
 * @param {Function} dialect.callerOf (connection, type) → who asks, as a field for the handler
 * @returns {Function} (service, connection, text of the frame as it arrived) → the answer frame
 */
function answersFrom({ handlers, textType, callerOf }) {
  return function answerTo(service, connection, text) {
    const frame = parse(text);
    // Ids are echoed as text, even those that came as numbers.
    const answer = (code, type, body) => ({ kind: 'resp', reqId: String(frame?.id ?? ''), code, body, type });
    try {
      const given = handlerOf(
        handlers,
        frame,
      )({
        service,
        connection,
        ...callerOf(connection, frame.type),
        body: frame.body ?? {},
        metadata: frame.metadata === undefined || frame.metadata === null ? undefined : asList(frame.metadata),
        headers: asList(frame.headers),
      });
      return answer(given.code ?? 200, given.type ?? textType, given.body);
    } catch (error) {
      if (error instanceof RequestError) return answer(error.code, textType, error.message);
      // A mistake of the simulator's own, or a body of a shape that no handler expected.
      return answer(500, textType, `Internal error of the simulator: ${error.stack}`);
    }
  };
}

function handlerOf(handlers, frame) {
  if (frame === null || typeof frame !== 'object') throw new RequestError(400, 'The frame is not a JSON object');
  const { kind, type } = frame;
  if (kind !== 'req') throw new RequestError(400, `A frame of kind "${kind}" is not a request`);
  const id = String(frame.id ?? '');
  if (id.length < 1 || id.length > 64) throw new RequestError(400, 'A request needs an id of 1 to 64 characters');
  const handler = handlers.get(type);
  if (handler === undefined) throw new RequestError(400, `Unknown request type ${type}`);
  return handler;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { answersFrom };
