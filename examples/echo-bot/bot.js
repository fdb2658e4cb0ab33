'use strict';

// An agent bot: goes online, accepts what rings, says back what it hears, marks it as read, and closes on "#close".

const { Agent } = require('node-agent-sdk');

const agent = new Agent({
  accountId: process.env.LP_ACCOUNT,
  username: process.env.LP_USER,
  password: process.env.LP_PASS,
  csdsDomain: process.env.LP_CSDS, // only where it is not LivePerson's own
});

let clock;

agent.on('connected', () => {
  console.log('connected');
  agent.setAgentState({ availability: 'ONLINE' });
  agent.subscribeExConversations({ agentIds: [agent.agentId], convState: ['OPEN'] });
  agent.subscribeRoutingTasks({});
  clock = setInterval(agent.getClock, 30000);
});

agent.on('routing.RoutingTaskNotification', (body) => {
  for (const change of body.changes) {
    if (change.type !== 'UPSERT') continue;
    for (const ring of change.result.ringsDetails) {
      if (ring.ringState !== 'WAITING') continue;
      agent.updateRingState({ ringId: ring.ringId, ringState: 'ACCEPTED' }, (error) => {
        if (error) console.error('the ring could not be accepted:', error.body);
      });
    }
  }
});

// What was said before the bot joined comes as history; what follows comes by itself. Sequences tell what was seen already.
const lastSeen = new Map();

agent.on('cqm.ExConversationChangeNotification', (body) => {
  for (const { type, result } of body.changes) {
    if (type === 'DELETE') lastSeen.delete(result.convId);
    else if (!lastSeen.has(result.convId)) {
      lastSeen.set(result.convId, -1);
      agent.subscribeMessagingEvents({ dialogId: result.convId });
    }
  }
});

agent.on('ms.MessagingEventNotification', (body) => {
  for (const change of body.changes) {
    if (change.event.type !== 'ContentEvent' || change.originatorId === agent.agentId) continue;
    if (change.sequence <= (lastSeen.get(body.dialogId) ?? -1)) continue;
    lastSeen.set(body.dialogId, change.sequence);
    answer(body.dialogId, change);
  }
});

function answer(dialogId, { sequence, event }) {
  agent.publishEvent({ dialogId, event: { type: 'AcceptStatusEvent', status: 'READ', sequenceList: [sequence] } });
  if (event.message === '#close') {
    const conversationField = [{ field: 'ConversationStateField', conversationState: 'CLOSE' }];
    agent.updateConversationField({ conversationId: dialogId, conversationField });
    return;
  }
  agent.publishEvent({
    dialogId,
    event: { type: 'ContentEvent', contentType: 'text/plain', message: `echo: ${event.message}` },
  });
}

agent.on('error', (error) => console.error('error:', error.message));

agent.on('closed', (code) => {
  console.log('closed', code);
  clearInterval(clock);
  setTimeout(() => agent.reconnect(code !== 4401 && code !== 4407), 1000).unref();
});

process.once('SIGTERM', () => {
  clearInterval(clock);
  agent.dispose();
});
