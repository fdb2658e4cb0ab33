'use strict';

// A bot on the original SDK (node-agent-sdk 1.2.0, as npm serves it). The consumer tells it what to do next.

const { Agent } = require('node-agent-sdk');

const agent = new Agent(JSON.parse(process.env.BOT_OPTIONS));

const fail = (what) => (error) => {
  if (error) console.error(what, error);
};

const publish = (dialogId, event) => agent.publishEvent({ dialogId, event }, fail('publishEvent'));

const update = (conversationId, ...conversationField) =>
  agent.updateConversationField({ conversationId, conversationField }, fail('updateConversationField'));

const ORDERS = {
  transfer: (conversationId) =>
    update(
      conversationId,
      { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' },
      { field: 'Skill', type: 'UPDATE', skill: '77' },
    ),
  close: (conversationId) => update(conversationId, { field: 'ConversationStateField', conversationState: 'CLOSE' }),
  leave: () => agent.dispose(),
};

agent.on('connected', () => {
  agent.subscribeExConversations({ convState: ['OPEN'], agentIds: [agent.agentId] }, fail('subscribeExConversations'));
  agent.subscribeRoutingTasks({}, fail('subscribeRoutingTasks'));
  agent.setAgentState({ availability: 'ONLINE' }, fail('setAgentState'));
});

agent.on('routing.RoutingTaskNotification', ({ changes }) => {
  for (const { result } of changes) {
    for (const { ringId, ringState } of result.ringsDetails) {
      if (ringState === 'WAITING') agent.updateRingState({ ringId, ringState: 'ACCEPTED' }, fail('updateRingState'));
    }
  }
});

agent.on('ms.MessagingEventNotification', ({ dialogId, changes }) => {
  for (const { event, sequence, isMe } of changes) {
    if (isMe() || event.type !== 'ContentEvent') continue;
    publish(dialogId, { type: 'AcceptStatusEvent', status: 'READ', sequenceList: [sequence] });
    const order = ORDERS[event.message];
    if (order) order(dialogId);
    else publish(dialogId, { type: 'ContentEvent', contentType: 'text/plain', message: `you said ${event.message}` });
  }
});

agent.on('error', (error) => console.error('error', error));
