'use strict';

const brand = require('./notifications');

/**
 * How things look on the wire of the consumer's socket (API v3): LivePerson developer docs, Messaging Window API. People go
 * by their PIds; participants are one list with roles, and have no states.
 */

const notification = (type, body) => ({ kind: 'notification', type, body });

// ---- messages

const message = (published) => messages([published]);

/** @param {object[]} list published events, oldest first */
const messages = (list) => notification('ms.MessagingEventNotification', { changes: list.map(messageBody) });

function messageBody(published) {
  const { conversation, dialog, originator, role, event, metadata, sequence, at } = published;
  return {
    // Chat states have neither.
    ...(sequence === undefined ? {} : { sequence }),
    originatorId: originator.pid,
    originatorMetadata: { id: originator.pid, role },
    ...(sequence === undefined ? {} : { serverTimestamp: at }),
    event,
    conversationId: conversation.id,
    dialogId: dialog.id,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

// ---- conversations

const conversations = (subscriptionId, changes) =>
  notification('cqm.ExConversationChangeNotification', { subscriptionId, changes });

/**
 * @param {Conversation} conversation
 * @param {'UPSERT'|'DELETE'} type
 */
function conversationChange(conversation, type, connection) {
  const { effectiveTTR } = brand.conversationChange(conversation, type, connection).result;
  return {
    type,
    result: { convId: conversation.id, effectiveTTR, conversationDetails: conversationDetails(conversation) },
  };
}

/** Fields that have no value, and those that are the brand's own business (note, context, unread messages), are absent. */
function conversationDetails(conversation) {
  const { skillId, brandId, state, stage, closeReason, startTs, endTs, metaDataLastUpdateTs, ttr, delay, manualETTR } =
    brand.conversationDetails(conversation);
  return withoutUndefined({
    skillId,
    participants: conversation.participants.map(participant),
    dialogs: conversation.dialogs.map(dialogDetails),
    brandId,
    state,
    stage,
    closeReason,
    startTs,
    endTs,
    metaDataLastUpdateTs,
    ttr,
    delay,
    manualETTR,
    csat: conversation.csat,
  });
}

const dialogDetails = (dialog) =>
  withoutUndefined({
    dialogId: dialog.id,
    // As on the brand socket, a co-browse dialog comes without participants.
    participantsDetails:
      dialog.channel === 'COBROWSE'
        ? undefined
        : dialog.participants.filter(({ state }) => state === 'ACTIVE').map(participant),
    dialogType: dialog.type,
    channelType: dialog.channel,
    metaData: dialog.metaData,
    state: dialog.state,
    creationTs: dialog.creationTs,
    endTs: dialog.endTs,
    metaDataLastUpdateTs: dialog.metaDataLastUpdateTs,
    closedBy: dialog.closedBy,
  });

const participant = ({ person, role }) => ({ id: person.pid, role });

const withoutUndefined = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

module.exports = { message, messages, conversations, conversationChange };
