'use strict';

const { object, objects } = require('./shape');

/**
 * `.ams.routing.RoutingTaskNotification`: rings without what bots are not to rely on.
 *
 * @type {import('./index').Transform}
 */
function routingTask(message) {
  const changes = objects(object(message.body, 'body').changes, 'changes');
  for (const { result } of changes) objects(object(result, 'result').ringsDetails, 'ringsDetails');

  message.type = 'routing.RoutingTaskNotification';
  for (const change of changes) {
    change.result = without(change.result, ['routingTaskId', 'assignedAgentId', 'brandId']);
    change.result.ringsDetails = change.result.ringsDetails.map((ring) =>
      without(ring, ['brandId', 'convId', 'consumerId', 'skillId']),
    );
  }
}

/**
 * `.ams.routing.AgentStateNotification`
 *
 * @type {import('./index').Transform}
 */
function agentState(message) {
  const changes = objects(object(message.body, 'body').changes, 'changes');
  for (const { result } of changes) object(result, 'result');

  message.type = 'routing.AgentStateNotification';
  for (const change of changes) change.result = without(change.result, ['agentUserId']);
}

/**
 * `.ams.routing.RingUpdated`: LivePerson sends it no more (UMS 3.5); old services may.
 *
 * @type {import('./index').Transform}
 */
function ringUpdated(message) {
  message.type = 'deprecated';
  delete message.body;
}

/** A copy without some of the keys: `delete` would make the object a slow dictionary. */
function without(object, keys) {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

module.exports = { agentState, ringUpdated, routingTask };
