'use strict';

/**
 * Publishes a text.
 *
 * @param {Agent} agent
 * @param {string} dialogId
 * @param {string} message
 * @param {object[]} [metadata]
 * @returns {Promise<object>} { sequence }; rejects when it could not be published
 */
function say(agent, dialogId, message, metadata) {
  const event = { type: 'ContentEvent', contentType: 'text/plain', message };
  return agent.publishEvent({ dialogId, event }, undefined, metadata);
}

module.exports = { say };
