'use strict';

const { conversationFilter } = require('../state/conversation-filter');
const { RequestError } = require('../state/errors');
const { answersFrom } = require('./answers');
const { updateConversation } = require('./requests/conversation-fields');
const { asList } = require('./requests/lookup');

/** Type of answers that are a plain text: confirmations without data, and all errors. */
const TEXT = 'StringResponse';

const EVENTS = ['ContentEvent', 'RichContentEvent', 'AcceptStatusEvent', 'ChatStateEvent'];

/** What a consumer may change of a conversation; that the rest is refused is a guess. */
const FIELDS = ['ConversationStateField', 'DialogChange', 'CSATRate', 'TTRField'];

/**
 * The requests that the consumer's socket answers, by type (API v3: LivePerson developer docs, Messaging Window API). A
 * handler takes {service, connection, consumer, body, metadata, headers} and gives {code, type, body}.
 */
const HANDLERS = new Map([
  // Clients that can set no HTTP headers authenticate so, and say what they are.
  [
    'InitConnection',
    ({ service, connection, headers }) => {
      const jwt = headerOf(headers, '.ams.headers.ConsumerAuthentication')?.jwt;
      if (jwt !== undefined || connection.person === undefined) authenticate(service, connection, jwt);
      const properties = headerOf(headers, '.ams.headers.ClientProperties');
      if (properties !== undefined) connection.clientProperties = clientProperties(properties);
      return { body: 'OK connection initialized' };
    },
  ],

  ['GetClock', ({ service }) => ({ type: 'GetClockResponse', body: { currentTime: service.clock.now() } })],

  [
    'cm.ConsumerRequestConversation',
    ({ service, connection, consumer, body }) => {
      const { brandId = consumer.accountId, skillId, campaignInfo } = withoutNull(body);
      if (String(brandId) !== consumer.accountId) throw new RequestError(400, `Brand ${brandId} does not exist`);
      const context = contextOf(body.conversationContext, connection.clientProperties);
      const conversation = service.conversations.start({ consumer, skillId, campaignInfo, context });
      return { type: 'cm.RequestConversationResponse', body: { conversationId: conversation.id } };
    },
  ],

  [
    'cm.UpdateConversationField',
    ({ service, consumer, body }) => {
      const conversation = service.conversations.get(body.conversationId, consumer.accountId);
      if (conversation.consumer !== consumer) {
        throw new RequestError(400, `Conversation ${body.conversationId} does not exist`);
      }
      const entries = asList(body.conversationField);
      const forbidden = entries.find((entry) => !FIELDS.includes(entry?.field));
      if (forbidden !== undefined) throw new RequestError(400, `A consumer cannot change ${forbidden?.field}`);
      return { body: updateConversation(service, consumer, conversation, entries) };
    },
  ],

  [
    'ms.PublishEvent',
    ({ service, consumer, body, metadata }) => {
      const { event } = body;
      if (!EVENTS.includes(event?.type)) throw new RequestError(400, `Event type ${event?.type} cannot be published`);
      const { conversation, dialog } = dialogOf(service, consumer, body);
      const message = { conversation, dialog, originator: consumer, event, metadata };
      // Chat states have no sequence, and are answered with 0.
      const { sequence = 0 } = service.messages.publish(message);
      return { type: 'ms.PublishEventResponse', body: { sequence } };
    },
  ],

  [
    'ms.SubscribeMessagingEvents',
    ({ service, connection, consumer, body }) => {
      const { dialog } = dialogOf(service, consumer, body);
      const history = service.messages.history(dialog, consumer, { newer: Number(body.fromSeq ?? 0) });
      service.subscriptions.toDialog(connection, dialog, history);
      // The documented answer has no body.
      return { type: 'GenericSubscribeResponse' };
    },
  ],

  [
    'cqm.SubscribeExConversations',
    ({ service, connection, consumer, body }) => {
      const fits = conversationFilter(body, connection);
      const wants = (conversation) => conversation.consumer === consumer && fits(conversation);
      const subscriptionId = service.subscriptions.toConversations(connection, wants);
      return { type: 'cqm.SubscribeExConversationsResponse', body: { subscriptionId } };
    },
  ],

  [
    'cqm.UnsubscribeExConversations',
    ({ service, connection, body }) => {
      const subscription = service.subscriptions.find(body.subscriptionId, connection);
      if (subscription === undefined) throw new RequestError(400, `Subscription ${body.subscriptionId} does not exist`);
      service.subscriptions.remove(subscription);
      return { body: 'OK unsubscribed successfully' };
    },
  ],
]);

/** @throws {RequestError} 401 for anything but InitConnection on a socket of which nobody knows whose it is */
function callerOf({ person }, type) {
  if (person === undefined && type !== 'InitConnection') throw new RequestError(401, 'Unauthorized');
  return { consumer: person };
}

const answerTo = answersFrom({ handlers: HANDLERS, textType: TEXT, callerOf });

function authenticate(service, connection, jwt) {
  const consumer = service.consumerSessions.ofBearer(jwt)?.person;
  if (consumer?.accountId !== connection.accountId) throw new RequestError(401, 'Unauthorized');
  if (connection.person === consumer) return;
  if (connection.person !== undefined) throw new RequestError(400, 'The connection belongs to another consumer');
  connection.person = consumer;
  service.connectionOpened(connection);
}

const headerOf = (headers, type) => headers.find((header) => header?.type === type);

// Written ".ClientProperties" in the HTTP header and in conversations, and otherwise in InitConnection.
const clientProperties = (given) => ({ ...given, type: '.ClientProperties' });

/**
 * @param {string|undefined} text the HTTP header `Client-Properties` of an upgrade
 * @returns {object|undefined} undefined too when it is not a JSON object
 */
function clientPropertiesIn(text) {
  try {
    const given = JSON.parse(text);
    return given === null || typeof given !== 'object' ? undefined : clientProperties(given);
  } catch {
    return undefined;
  }
}

/** What the brand sees in a conversation of the client it comes from; undefined: nothing was said, the service's default. */
function contextOf(given, properties) {
  if (!given && properties === undefined) return undefined;
  const context = { type: 'SharkContext', ...given };
  return properties === undefined ? context : { clientProperties: properties, ...context };
}

function dialogOf(service, consumer, { dialogId, conversationId }) {
  const found = service.conversations.ofDialog(dialogId ?? conversationId, consumer.accountId);
  if (found?.conversation.consumer !== consumer) {
    throw new RequestError(400, `Dialog ${dialogId ?? conversationId} does not exist`);
  }
  return found;
}

const withoutNull = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

module.exports = { answerTo, TEXT, clientPropertiesIn };
