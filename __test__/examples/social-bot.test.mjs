import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endsCleanly, openStage } from './kit.mjs';

const PERSON = {
  type: 'SocialMessagingConversationData',
  directMessagingId: 'dm-1',
  userProfile: { source: 'Twitter', userName: 'Ada', avatarUrl: 'https://example.com/ada.png' },
};
const eventOf = (channel, replyToId) => ({
  type: 'SocialMessagingEventData',
  channel,
  replyToId,
  event: { source: 'Twitter', type: 'Post' },
  conversationState: { currentChannel: channel, dmChatId: 'dm-1' },
});

test('it answers where it was addressed', async (t) => {
  const stage = await openStage(t);
  const bot = stage.startBot('social-bot');
  const conversation = await stage.simulator.consumer().startConversation();
  const answerTo = async (metadata) => {
    conversation.says('hello', { metadata });
    const { event, metadata: answered = [] } = await conversation.next();
    return [event.message, ...answered];
  };

  const [inPublic, publicData] = await answerTo([PERSON, eventOf('Public', 'post-1')]);
  assert.equal(inPublic, 'Hello Ada, I write to you in private.');
  assert.deepEqual(publicData, { ...eventOf('Public', 'post-1'), event: { source: 'Twitter', type: 'CC' } });

  const [inPrivate, privateData] = await answerTo([eventOf('Private', 'message-2')]);
  assert.equal(inPrivate, 'Hello Ada, here nobody else reads along.');
  assert.deepEqual(privateData, {
    ...eventOf('Private', 'message-2'),
    event: { source: 'Twitter', type: 'DirectMessage' },
  });

  assert.deepEqual(await answerTo(undefined), ['Hello Ada, how can I help?']);
  await endsCleanly(stage, bot);
});
