'use strict';

// A bot as it stands in users' projects; the test runs it from CommonJS, from ESM and in a worker thread.

exports.run = function run(Agent) {
  const agent = new Agent({
    accountId: process.env.LP_ACCOUNT,
    username: process.env.LP_USER,
    password: process.env.LP_PASS,
    csdsDomain: process.env.LP_CSDS,
  });
  agent.on('error', (error) => {
    console.error(error);
    process.exitCode = 1;
    agent.dispose();
  });
  agent.on('connected', () => {
    agent.setAgentState({ availability: 'ONLINE' });
    agent.subscribeRoutingTasks({});
  });
  agent.on('routing.RoutingTaskNotification', (body) =>
    body.changes.forEach((change) =>
      change.result.ringsDetails
        .filter((ring) => ring.ringState === 'WAITING')
        .forEach((ring) => agent.updateRingState({ ringId: ring.ringId, ringState: 'ACCEPTED' })),
    ),
  );
  agent.on('ms.MessagingEventNotification', (body) =>
    body.changes.forEach((change) => {
      if (change.event.type !== 'ContentEvent' || change.originatorId === agent.agentId) return;
      const event = { type: 'ContentEvent', contentType: 'text/plain', message: `echo: ${change.event.message}` };
      agent.publishEvent({ dialogId: body.dialogId, event }, (error) => {
        if (error) throw error;
        console.log('answered');
        agent.dispose();
      });
    }),
  );
};
