'use strict';

const { RequestError } = require('../../state/errors');
const { agentNamed } = require('./lookup');

module.exports = {
  '.ams.routing.SubscribeRoutingTasks': ({ service, connection, agent, body }) => ({
    type: '.ams.GenericSubscribe$Response',
    body: { subscriptionId: service.subscriptions.toRings(connection, agentNamed(service, agent, body.agentId)) },
  }),

  // What it may change is documented nowhere; the simulator confirms and changes nothing.
  '.ams.routing.UpdateRoutingTaskSubscription': ({ service, connection, body }) => {
    if (service.subscriptions.find(body.subscriptionId, connection) === undefined) {
      throw new RequestError(400, `Subscription ${body.subscriptionId} does not exist`);
    }
    return { body: 'OK routing task subscription updated' };
  },

  '.ams.routing.UpdateRingState': ({ service, agent, body }) => {
    service.routing.answer(agent, body.ringId, body.ringState);
    return { code: 202, body: 'Ring state updated successfully' };
  },
};
