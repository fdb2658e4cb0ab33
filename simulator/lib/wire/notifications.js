'use strict';

/**
 * How things look on the wire of the brand socket (API v2 and v2.1): node-agent-sdk's README and tests, LivePerson developer
 * docs, Messaging Agent API.
 */

const notification = (type, body) => ({ kind: 'notification', type, body });

const CLIENT = { type: '.ClientProperties', ipAddress: '127.0.0.1' };

// ---- messages

function message(published) {
  return notification('.ams.ms.OnlineEventDistribution', messageBody(published));
}

/** @returns {object} one event, as a notification carries it and as QueryMessages lists it */
function messageBody(published) {
  const { conversation, dialog, originator, role, event, audience, metadata, sequence, at } = published;
  return {
    ...(sequence === undefined ? {} : { sequence }),
    originatorId: originator.id,
    originatorPId: originator.pid,
    originatorClientProperties: CLIENT,
    originatorMetadata: { id: originator.pid, role, clientProperties: CLIENT },
    ...(sequence === undefined ? {} : { serverTimestamp: at }),
    event,
    conversationId: conversation.id,
    dialogId: dialog.id,
    messageAudience: audience,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

// ---- conversations

const conversations = (subscriptionId, changes) =>
  notification('.ams.aam.ExConversationChangeNotification', { subscriptionId, changes });

/**
 * @param {Conversation} conversation
 * @param {'UPSERT'|'DELETE'} type
 * @param {Connection} connection for whom: below v2.1 participants have no state, and suggested ones are left out
 */
function conversationChange(conversation, type, connection) {
  const last = conversation.lastContent;
  return {
    type,
    result: {
      convId: conversation.id,
      effectiveTTR: effectiveTtr(conversation),
      conversationDetails: conversationDetails(conversation, connection.seesSuggestions),
      numberOfunreadMessages: unreadMessages(conversation),
      lastUpdateTime: conversation.lastUpdateTime,
      ...(last === undefined ? {} : { lastContentEventNotification: lastContent(last) }),
    },
  };
}

const effectiveTtr = (conversation) =>
  conversation.stage === 'CLOSE'
    ? -1
    : (conversation.manualETTR ?? conversation.lastUpdateTime + conversation.ttr.value * 1000);

/**
 * @param {Conversation} conversation
 * @param {boolean} withStates API v2.1
 * @returns {object} conversationDetails; fields that have no value are absent
 */
function conversationDetails(conversation, withStates = true) {
  return withoutUndefined({
    convId: conversation.id,
    skillId: conversation.skillId,
    brandId: conversation.accountId,
    groupId: null,
    participants: byRole(conversation, 'id'),
    participantsPId: byRole(conversation, 'pid'),
    dialogs: conversation.dialogs.map((dialog) => dialogDetails(dialog, withStates)),
    state: conversation.state,
    stage: conversation.stage,
    closeReason: conversation.closeReason,
    startTs: conversation.startTs,
    endTs: conversation.endTs,
    metaDataLastUpdateTs: conversation.metaDataLastUpdateTs,
    firstConversation: conversation.firstConversation,
    csatRate: conversation.csat?.csatRate ?? 0,
    ttr: conversation.ttr,
    delay: conversation.delay,
    manualETTR: conversation.manualETTR,
    note: conversation.note,
    campaignInfo: conversation.campaignInfo,
    context: conversation.context,
    conversationHandlerDetails: { accountId: conversation.accountId, skillId: conversation.skillId },
  });
}

function dialogDetails(dialog, withStates) {
  const shown = dialog.participants.filter(({ state }) => withStates || state === 'ACTIVE');
  return withoutUndefined({
    dialogId: dialog.id,
    dialogType: dialog.type,
    channelType: dialog.channel,
    state: dialog.state,
    // A co-browse dialog comes without participants.
    participantsDetails:
      dialog.channel === 'COBROWSE'
        ? undefined
        : shown.map(({ person, role, state }) => ({ id: person.id, role, ...(withStates ? { state } : {}) })),
    creationTs: dialog.creationTs,
    endTs: dialog.endTs,
    metaDataLastUpdateTs: dialog.metaDataLastUpdateTs,
    closedBy: dialog.closedBy,
    closedCause: dialog.closedCause,
    metaData: dialog.metaData,
  });
}

function byRole(conversation, idName) {
  const roles = { CONSUMER: [], ASSIGNED_AGENT: [], MANAGER: [], READER: [] };
  for (const { person, role } of conversation.participants) (roles[role] ??= []).push(person[idName]);
  return roles;
}

const unreadMessages = (conversation) =>
  Object.fromEntries(conversation.participants.map(({ person }) => [person.id, conversation.unreadBy(person)]));

function lastContent(published) {
  const body = messageBody(published);
  delete body.messageAudience;
  return body;
}

// ---- rings

const routingTasks = (subscriptionId, changes) =>
  notification('.ams.routing.RoutingTaskNotification', { subscriptionId, changes });

/**
 * @param {object} task routing task
 * @param {object} ring the ring of the agent who is told
 * @param {{type?: string, bare?: boolean}} [options] bare: without ringsDetails
 */
function routingTaskChange(task, ring, { type = 'UPSERT', bare = false } = {}) {
  const { conversation } = task;
  const result = {
    routingTaskId: task.id,
    assignedAgentId: ring.agent.id,
    brandId: conversation.accountId,
    taskCompleted: task.completed,
    conversationId: conversation.id,
    consumerId: conversation.consumer.id,
    skillId: conversation.skillId,
  };
  if (!bare) result.ringsDetails = [ringDetails(conversation, ring)];
  return { type, result };
}

function ringDetails(conversation, ring) {
  return {
    ringId: ring.id,
    ringExpirationTs: ring.expiresAt,
    ringExpiration: ring.expiresAt - ring.createdAt,
    ringState: ring.state,
    weight: ring.weight,
    brandId: conversation.accountId,
    convId: conversation.id,
    consumerId: conversation.consumer.id,
    skillId: conversation.skillId,
  };
}

// ---- agent state

const agentState = (subscriptionId, agent) =>
  notification('.ams.routing.AgentStateNotification', {
    subscriptionId,
    changes: [
      {
        type: 'UPSERT',
        result: {
          channels: agent.channels,
          availability: agent.availability,
          description: agent.stateDescription,
          agentUserId: agent.id,
        },
      },
    ],
  });

const withoutUndefined = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

module.exports = {
  message,
  messageBody,
  conversations,
  conversationChange,
  conversationDetails,
  routingTasks,
  routingTaskChange,
  agentState,
};
