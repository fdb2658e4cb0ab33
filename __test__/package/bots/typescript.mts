// The same bot in TypeScript: compiled by tsc, or run as it is by a Node that strips types.

import { Agent, SDKError, type AgentOptions, type MessagingEvent } from 'node-agent-sdk';

const options: AgentOptions = {
  accountId: process.env.LP_ACCOUNT,
  username: process.env.LP_USER,
  password: process.env.LP_PASS,
  csdsDomain: process.env.LP_CSDS,
};
const agent = new Agent(options);

const isQuestion = ({ event, originatorId }: MessagingEvent): boolean =>
  event.type === 'ContentEvent' && originatorId !== agent.agentId;

agent.on('error', (error) => {
  console.error(error instanceof SDKError, error);
  process.exitCode = 1;
  agent.dispose();
});

agent.on('connected', async () => {
  await agent.setAgentState({ availability: 'ONLINE' });
  await agent.subscribeRoutingTasks({});
});

agent.on('routing.RoutingTaskNotification', ({ changes }) => {
  const rings = changes.flatMap(({ result }) => result.ringsDetails);
  for (const { ringId, ringState } of rings)
    if (ringState === 'WAITING') agent.updateRingState({ ringId, ringState: 'ACCEPTED' });
});

agent.on('ms.MessagingEventNotification', async ({ dialogId, changes }) => {
  for (const { event } of changes.filter(isQuestion)) {
    const message = `echo: ${event.message}`;
    const { sequence } = await agent.publishEvent({
      dialogId,
      event: { type: 'ContentEvent', contentType: 'text/plain', message },
    });
    console.log('answered', sequence);
    agent.dispose();
  }
});
