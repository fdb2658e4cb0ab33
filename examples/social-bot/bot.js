'use strict';

// Answers messages from social networks: public ones in public and briefly, private ones in private.

const { onMessage } = require('../common/messages');
const { acceptRings } = require('../common/rings');
const { say } = require('../common/say');
const { steadyAgent } = require('../common/steady-agent');

const agent = steadyAgent();
const names = new Map(); // dialog → what the consumer is called on the network
acceptRings(agent);

onMessage(agent, async ({ dialogId, metadata = [] }) => {
  const person = metadata.find(({ type }) => type === 'SocialMessagingConversationData');
  const message = metadata.find(({ type }) => type === 'SocialMessagingEventData');
  if (person !== undefined) names.set(dialogId, person.userProfile.userName);
  const name = names.get(dialogId) ?? 'there';

  if (message === undefined) {
    await say(agent, dialogId, `Hello ${name}, how can I help?`);
  } else if (message.channel === 'Public') {
    await say(agent, dialogId, `Hello ${name}, I write to you in private.`, [answerTo(message)]);
  } else {
    await say(agent, dialogId, `Hello ${name}, here nobody else reads along.`, [answerTo(message)]);
  }
});

agent.on('cqm.ExConversationChangeNotification', ({ changes }) => {
  for (const { type, result } of changes) if (type === 'DELETE') names.delete(result.convId);
});

/**
 * The metadata that takes an answer to the place from which the message came. Source: LivePerson, conversation metadata
 * guide.
 */
function answerTo({ channel, replyToId, event, conversationState }) {
  return {
    type: 'SocialMessagingEventData',
    channel,
    replyToId,
    event: { source: event.source, type: channel === 'Public' ? 'CC' : 'DirectMessage' },
    conversationState: { ...conversationState, currentChannel: channel },
  };
}
