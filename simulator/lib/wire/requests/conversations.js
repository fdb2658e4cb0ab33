'use strict';

const { conversationFilter } = require('../../state/conversation-filter');
const { RequestError } = require('../../state/errors');
const { updateConversation } = require('./conversation-fields');
const { asList } = require('./lookup');

module.exports = {
  '.ams.aam.SubscribeExConversations': ({ service, connection, body }) => ({
    type: '.ams.aam.SubscribeExConversations$Response',
    body: {
      subscriptionId: service.subscriptions.toConversations(connection, conversationFilter(body, connection)),
    },
  }),

  '.ams.aam.UnsubscribeExConversations': ({ service, connection, body }) => {
    const subscription = service.subscriptions.find(body.subscriptionId, connection);
    if (subscription === undefined) throw new RequestError(400, `Subscription ${body.subscriptionId} does not exist`);
    service.subscriptions.remove(subscription);
    return { body: 'OK unsubscribed successfully' };
  },

  '.ams.cm.UpdateConversationField': ({ service, agent, body }) => {
    const conversation = service.conversations.get(body.conversationId, agent.accountId);
    return { body: updateConversation(service, agent, conversation, asList(body.conversationField)) };
  },

  '.ams.cm.AgentRequestConversation': ({ service, agent, body }) => {
    if (body.consumerId === undefined) throw new RequestError(400, 'consumerId is missing');
    const id = String(body.consumerId);
    const consumer =
      service.people.consumerById(id) ?? service.people.addConsumer({ accountId: agent.accountId, id, profile: {} });
    if (consumer.accountId !== agent.accountId) throw new RequestError(400, `Consumer ${id} does not exist`);
    const conversation = service.conversations.start({
      consumer,
      agent,
      skillId: body.skillId,
      context: body.conversationContext,
      campaignInfo: body.campaignInfo,
    });
    return { type: '.ams.cm.RequestConversation$Response', body: { conversationId: conversation.id } };
  },
};
