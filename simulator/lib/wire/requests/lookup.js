'use strict';

const { RequestError } = require('../../state/errors');

/**
 * @param {object} service
 * @param {Agent} caller
 * @param {string} [id] old id or PId; absent: the caller
 * @returns {Agent} an agent of the caller's account
 * @throws {RequestError} 400 when there is none
 */
function agentNamed(service, caller, id) {
  if (id === undefined || id === null) return caller;
  const agent = service.people.agentById(id);
  if (agent?.accountId !== caller.accountId) throw new RequestError(400, `Agent ${id} does not exist`);
  return agent;
}

/**
 * A list of one element may be sent as the bare element (LivePerson developer docs, protocol overview).
 * @returns {Array}
 */
const asList = (value) => (value === undefined || value === null ? [] : [value].flat());

module.exports = { agentNamed, asList };
