'use strict';

/** Loaded with the first request: it takes longer than all the rest of this package. */
let randomUUID = () => {
  ({ randomUUID } = require('node:crypto'));
  return randomUUID();
};

/**
 * The requests: method → its type on the wire and, where there is something, what the SDK adds to the body.
 * Source of the types: LivePerson, UMS v2.
 */
const REQUESTS = {
  /** The service's time. */
  getClock: { type: '.GetClock' },
  /** Begins a conversation with a consumer. */
  agentRequestConversation: {
    type: '.ams.cm.AgentRequestConversation',
    complete: (body) => assign(body, { channelType: 'MESSAGING' }),
  },
  /** Conversations as `cqm.ExConversationChangeNotification`. */
  subscribeExConversations: {
    type: '.ams.aam.SubscribeExConversations',
    complete: (body, agent) => assign(body, { agentIds: oldStyleIds(body, agent) }),
  },
  /** Ends such a subscription. */
  unsubscribeExConversations: { type: '.ams.aam.UnsubscribeExConversations' },
  /** Joins, leaves, transfers or closes a conversation. */
  updateConversationField: {
    type: '.ams.cm.UpdateConversationField',
    complete: (body, agent) => assign(body, conversationFields(body, agent)),
  },
  /** Publishes a message, a typing state, a read receipt. */
  publishEvent: { type: '.ams.ms.PublishEvent' },
  /** Accepts or refuses a ring. */
  updateRingState: { type: '.ams.routing.UpdateRingState' },
  /** Rings as `routing.RoutingTaskNotification`. */
  subscribeRoutingTasks: {
    type: '.ams.routing.SubscribeRoutingTasks',
    complete: (body, { accountId, __oldAgentId }) =>
      assign(body, { channelType: 'MESSAGING', agentId: __oldAgentId, brandId: accountId }),
  },
  /** Changes such a subscription. */
  updateRoutingTaskSubscription: { type: '.ams.routing.UpdateRoutingTaskSubscription' },
  /** A consumer's profile; the body is the consumer's id. */
  getUserProfile: { type: '.ams.userprofile.GetUserProfile' },
  /** Online, away, … */
  setAgentState: {
    type: '.ams.routing.SetAgentState',
    complete: (body, { __oldAgentId }) => assign(body, { channels: ['MESSAGING'], agentUserId: __oldAgentId }),
  },
  /** The agent's state as `routing.AgentStateNotification`. */
  subscribeAgentsState: {
    type: '.ams.routing.SubscribeAgentsState',
    complete: (body, { accountId, __oldAgentId }) => assign(body, { brandId: accountId, agentId: __oldAgentId }),
  },
  /** The history of a dialog as `ms.MessagingEventNotification`; there is no such subscription in UMS v2. */
  subscribeMessagingEvents: {
    type: '.ams.ms.QueryMessages',
    complete: (body) => assign(body, { newerThanSequence: (body && body.fromSeq) || 0 }),
  },
  /** Where to fetch a file. */
  generateURLForDownloadFile: { type: '.ams.ms.GenerateURLForDownloadFile' },
  /** Where to put a file. */
  generateURLForUploadFile: { type: '.ams.ms.GenerateURLForUploadFile' },
  /** A token to fetch a file with. */
  generateDownloadToken: { type: '.ams.ms.token.GenerateDownloadToken' },
};

/** The names of the request methods. */
const METHODS = Object.keys(REQUESTS);

/**
 * Gives a prototype the request methods. They are written out since V8 binds functions whose names stand in the source in a
 * tenth of the time, and in a sixth of the memory, that others take; each agent binds them all.
 *
 * @param {object} prototype
 * @param {(agent: object, method: string, body: *, args: Array) => *} request
 */
function define(prototype, request) {
  const methods = {
    getClock(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'getClock', body, [headers, metadata, encodedMetadata, callback]);
    },
    agentRequestConversation(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'agentRequestConversation', body, [headers, metadata, encodedMetadata, callback]);
    },
    subscribeExConversations(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'subscribeExConversations', body, [headers, metadata, encodedMetadata, callback]);
    },
    unsubscribeExConversations(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'unsubscribeExConversations', body, [headers, metadata, encodedMetadata, callback]);
    },
    updateConversationField(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'updateConversationField', body, [headers, metadata, encodedMetadata, callback]);
    },
    publishEvent(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'publishEvent', body, [headers, metadata, encodedMetadata, callback]);
    },
    updateRingState(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'updateRingState', body, [headers, metadata, encodedMetadata, callback]);
    },
    subscribeRoutingTasks(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'subscribeRoutingTasks', body, [headers, metadata, encodedMetadata, callback]);
    },
    updateRoutingTaskSubscription(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'updateRoutingTaskSubscription', body, [headers, metadata, encodedMetadata, callback]);
    },
    getUserProfile(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'getUserProfile', body, [headers, metadata, encodedMetadata, callback]);
    },
    setAgentState(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'setAgentState', body, [headers, metadata, encodedMetadata, callback]);
    },
    subscribeAgentsState(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'subscribeAgentsState', body, [headers, metadata, encodedMetadata, callback]);
    },
    subscribeMessagingEvents(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'subscribeMessagingEvents', body, [headers, metadata, encodedMetadata, callback]);
    },
    generateURLForDownloadFile(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'generateURLForDownloadFile', body, [headers, metadata, encodedMetadata, callback]);
    },
    generateURLForUploadFile(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'generateURLForUploadFile', body, [headers, metadata, encodedMetadata, callback]);
    },
    generateDownloadToken(body, headers, metadata, encodedMetadata, callback) {
      return request(this, 'generateDownloadToken', body, [headers, metadata, encodedMetadata, callback]);
    },
  };
  for (const name of METHODS) {
    Object.defineProperty(prototype, name, { value: methods[name], writable: true, configurable: true });
  }
}

/** Gives an instance the same methods as bound properties of its own, but for those that a subclass has itself. */
function bind(agent, prototype) {
  for (const name of METHODS) if (agent[name] === prototype[name]) agent[name] = agent[name].bind(agent);
}

/**
 * The arguments of a request in order: the callback may stand in place of headers, metadata or encodedMetadata, and
 * what follows it is dropped. In its own place an object `{ signal, timeout }` may stand for it.
 *
 * @param {Array} args all but the body
 * @returns {{ headers: *, metadata: *, encodedMetadata: *, callback: Function|undefined, options: object }}
 */
function arrange(args) {
  const [headers, metadata, encodedMetadata, last] = args;
  if (typeof headers === 'function') return { callback: headers, options: {} };
  if (typeof metadata === 'function') return { headers, callback: metadata, options: {} };
  if (typeof encodedMetadata === 'function') return { headers, metadata, callback: encodedMetadata, options: {} };
  if (typeof last === 'function') return { headers, metadata, encodedMetadata, callback: last, options: {} };
  return { headers, metadata, encodedMetadata, callback: undefined, options: last || {} };
}

/**
 * The frame of a request. Its body is the caller's own, or a copy where the SDK adds something.
 *
 * @param {string} method one of METHODS
 * @param {*} body
 * @param {{ headers: *, metadata: *, encodedMetadata: * }} rest
 * @param {{ accountId: *, agentId: *, __oldAgentId: * }} agent
 * @returns {object} with all seven keys, those not given being undefined
 */
function makeFrame(method, body, { headers, metadata, encodedMetadata }, agent) {
  const { type, complete } = REQUESTS[method];
  return {
    kind: 'req',
    id: randomUUID(),
    type,
    body: complete === undefined ? body || {} : complete(body, agent),
    headers,
    metadata,
    encodedMetadata,
  };
}

/** A copy with the additions: new fields stand last, fields the caller gave keep their place. */
function assign(body, additions) {
  if (typeof body !== 'object' || body === null) return additions;
  const prototype = Object.getPrototypeOf(body);
  if (prototype === Object.prototype) return { ...body, ...additions };
  const copy = Array.isArray(body) ? [] : Object.create(prototype);
  return Object.assign(copy, body, additions);
}

/** The agent's own new-style id becomes the old-style one, which alone the service's filter knows. */
function oldStyleIds(body, { agentId, __oldAgentId }) {
  const ids = (body && body.agentIds) || undefined;
  return Array.isArray(ids) ? ids.map((id) => (id === agentId ? __oldAgentId : id)) : ids;
}

/** Who joins or leaves is the agent itself, unless the caller names somebody. */
function conversationFields(body, { __oldAgentId }) {
  const given = body && body.conversationField;
  const complete = (field) =>
    field && field.field === 'ParticipantsChange' && !field.userId ? assign(field, { userId: __oldAgentId }) : field;
  if (!given) return {};
  return { conversationField: Array.isArray(given) ? given.map(complete) : complete(given) };
}

module.exports = { METHODS, arrange, bind, define, makeFrame };
