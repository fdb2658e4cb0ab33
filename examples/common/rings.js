'use strict';

/**
 * Goes online and accepts every conversation that rings.
 *
 * @param {Agent} agent
 */
function acceptRings(agent) {
  agent.on('connected', () => {
    agent.setAgentState({ availability: 'ONLINE' });
    agent.subscribeRoutingTasks({});
  });

  agent.on('routing.RoutingTaskNotification', ({ changes }) => {
    for (const { result } of changes) {
      for (const { ringId, ringState } of result.ringsDetails) {
        if (ringState === 'WAITING') accept(ringId);
      }
    }
  });

  async function accept(ringId) {
    try {
      await agent.updateRingState({ ringId, ringState: 'ACCEPTED' });
    } catch (error) {
      console.error(`ring ${ringId} was not accepted:`, error.message); // it has expired, or somebody else took it
    }
  }
}

module.exports = { acceptRings };
