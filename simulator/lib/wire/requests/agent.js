'use strict';

const { RequestError } = require('../../state/errors');
const { agentNamed, asList } = require('./lookup');

const AVAILABILITIES = ['ONLINE', 'OCCUPIED', 'BACK_SOON', 'AWAY', 'OFFLINE'];

module.exports = {
  '.GetClock': ({ service }) => ({ type: '.GetClock$Response', body: { currentTime: service.clock.now() } }),

  '.ams.routing.SetAgentState': ({ service, agent, body }) => {
    if (!AVAILABILITIES.includes(body.availability)) {
      throw new RequestError(400, `Availability ${body.availability} is none of ${AVAILABILITIES.join(', ')}`);
    }
    service.setAgentState(agentNamed(service, agent, body.agentUserId), {
      availability: body.availability,
      channels: body.channels === undefined ? undefined : asList(body.channels),
      description: body.description,
    });
    return { code: 202, body: 'Agent state updated successfully' };
  },

  '.ams.routing.SubscribeAgentsState': ({ service, connection, agent, body }) => ({
    type: '.ams.GenericSubscribe$Response',
    body: { subscriptionId: service.subscriptions.toAgentState(connection, agentNamed(service, agent, body.agentId)) },
  }),

  // The consumer's id, alone or as a field; without one it is the caller who is meant.
  '.ams.userprofile.GetUserProfile': ({ service, agent, body }) => {
    const userId = typeof body === 'string' ? body : (body.userId ?? agent.id);
    const person = service.people.consumerById(userId) ?? service.people.agentById(userId);
    if (person === undefined || person.accountId !== agent.accountId) {
      throw new RequestError(400, `User ${userId} does not exist`);
    }
    return {
      type: '.ams.userprofile.GetUserProfile$Response',
      body: { userId: person.id, ...(person.isConsumer ? service.settings.profile : {}), ...person.profile },
    };
  },

  '.ams.brandprofile.GetBrandProfile': ({ agent, body }) => ({
    type: '.ams.brandprofile.GetBrandProfile$Response',
    body: { brandId: body.brandId ?? agent.accountId, name: `Brand ${body.brandId ?? agent.accountId}` },
  }),
};
