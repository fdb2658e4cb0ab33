'use strict';

/**
 * Hears every message that a consumer writes in the agent's conversations, each once, and marks it as read: what was said
 * before the agent joined or while it was away too. The read marks in the history tell, after a restart, what was heard.
 *
 * @param {Agent} agent
 * @param {(message: object) => (void|Promise<void>)} handle message: conversationId, dialogId, sequence, event, metadata
 */
function onMessage(agent, handle) {
  const heard = new Map(); // dialog → the sequences in it that were heard
  const followed = new Set(); // conversations whose history was asked for on this connection

  agent.on('connected', () => {
    followed.clear();
    agent.subscribeExConversations({ agentIds: [agent.agentId], convState: ['OPEN'] });
  });

  agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
    for (const { type, result } of changes) {
      if (type === 'DELETE') {
        heard.delete(result.convId);
        followed.delete(result.convId);
      } else if (!followed.has(result.convId)) {
        followed.add(result.convId);
        if (!heard.has(result.convId)) heard.set(result.convId, new Set());
        agent.subscribeMessagingEvents({ dialogId: result.convId }); // what follows comes by itself
      }
    }
  });

  agent.on('ms.MessagingEventNotification', ({ dialogId, changes }) => {
    const sequences = heard.get(dialogId);
    if (sequences === undefined) return;
    for (const change of changes.filter(isReadMark)) {
      for (const sequence of [change.event.sequenceList].flat()) sequences.add(sequence);
    }
    for (const change of changes) {
      const isNews = change.event.type === 'ContentEvent' && change.originatorMetadata.role === 'CONSUMER';
      if (isNews && !sequences.has(change.sequence)) {
        sequences.add(change.sequence);
        hear(change);
      }
    }
  });

  const isReadMark = ({ event, originatorId }) =>
    originatorId === agent.agentId && event.type === 'AcceptStatusEvent' && event.status === 'READ';

  async function hear(message) {
    const { dialogId, sequence } = message;
    try {
      agent.publishEvent({ dialogId, event: { type: 'AcceptStatusEvent', status: 'READ', sequenceList: [sequence] } });
      await handle(message);
    } catch (error) {
      console.error(`message ${sequence} of ${dialogId}:`, error.message);
    }
  }
}

module.exports = { onMessage };
