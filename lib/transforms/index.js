'use strict';

const { conversationChange } = require('./conversation');
const { history, online } = require('./message');
const { userProfile } = require('./profile');
const { agentState, ringUpdated, routingTask } = require('./routing');

/**
 * What a transform has to say besides the message, which it changes in place.
 *
 * @typedef {object} Remarks
 * @property {object} [before] a notification to be delivered before the message
 * @property {string[]} [warnings]
 * @property {Error[]} [errors] parts that could not be read
 * @property {object} [received] the message as it came, to go with the errors
 * @property {boolean} [nothingLeft] nothing of the message could be read
 */

/**
 * Makes of a message of the service (UMS v2) what bots know (v3 names and ids). Either changes the message in place or
 * throws and leaves it as it was.
 *
 * @callback Transform
 * @param {object} message
 * @param {string} me the agent's old-style id, `{accountId}.{userId}`
 * @returns {Remarks|undefined}
 */

/** The type on the wire → its transform. A Map, so that no type finds anything on a prototype. */
const TRANSFORMS = new Map([
  ['.ams.aam.ExConversationChangeNotification', conversationChange],
  ['.ams.ms.OnlineEventDistribution', online],
  ['.ams.ms.QueryMessages$Response', history],
  ['.ams.routing.AgentStateNotification', agentState],
  ['.ams.routing.RingUpdated', ringUpdated],
  ['.ams.routing.RoutingTaskNotification', routingTask],
  ['.ams.userprofile.GetUserProfile$Response', userProfile],
]);

/** @type {Transform} a message without a transform stays as it is */
function transform(message, me) {
  const change = TRANSFORMS.get(message.type);
  return change === undefined ? undefined : change(message, me);
}

/** Their transforms have nothing to say of a message whose body is an object. */
const QUIET = new Set(['.ams.ms.OnlineEventDistribution', '.ams.routing.RingUpdated']);

/** @param {*} type on the wire @returns {boolean} a message of that type whose body is an object brings itself and no more */
const isQuiet = (type) => typeof type === 'string' && (QUIET.has(type) || !TRANSFORMS.has(type));

module.exports = { isQuiet, transform };
