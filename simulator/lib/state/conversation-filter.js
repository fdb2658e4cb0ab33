'use strict';

/**
 * What a SubscribeExConversations asks for, as a test of conversations. Every field is optional and takes a list or a bare
 * element; `skills` is ignored, as the service does (node-agent-sdk README, lp-messaging-sdk).
 * @param {object} body of the request
 * @param {Connection} connection agents whose API version is below 2.1 do not see what is only suggested to them
 * @returns {Function} (conversation) → boolean
 */
function conversationFilter(body, connection) {
  const states = list(body.convState);
  const stages = list(body.stage);
  const agentIds = list(body.agentIds);
  const dialogTypes = list(body.dialogTypes);
  const conversationIds = list(body.conversationId);
  const consumerIds = list(body.consumerId);
  return (conversation) =>
    allows(states, conversation.state) &&
    allows(stages, conversation.stage) &&
    allows(conversationIds, conversation.id) &&
    allows(consumerIds, conversation.consumer.id) &&
    (dialogTypes === undefined || conversation.dialogs.some((dialog) => dialogTypes.includes(dialog.type))) &&
    (agentIds === undefined || agentIds.some((id) => concerns(conversation, id, connection))) &&
    !(conversation.lastUpdateTime < Number(body.minLastUpdatedTime)) &&
    !(conversation.lastUpdateTime > Number(body.maxLastUpdatedTime));
}

const list = (value) => (value === undefined || value === null ? undefined : [value].flat().map(String));

const allows = (wanted, value) => wanted === undefined || wanted.includes(value);

function concerns(conversation, agentId, connection) {
  if (conversation.participants.some(({ person }) => person.id === agentId)) return true;
  if (!connection.seesSuggestions) return false;
  return conversation.dialogs.some((dialog) =>
    dialog.participants.some(({ person, state }) => state === 'SUGGESTED' && person.id === agentId),
  );
}

module.exports = { conversationFilter };
