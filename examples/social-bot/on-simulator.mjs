// What `npm start social-bot` plays: a comment that everybody can read, then a private message.

const PERSON = {
  type: 'SocialMessagingConversationData',
  directMessagingId: 'dm-1',
  userProfile: { source: 'Facebook', userName: 'Ada', avatarUrl: 'https://example.com/ada.png' },
};

export async function play({ simulator, startBot, voice, tell }) {
  startBot();
  const ada = voice('Ada', await simulator.consumer().startConversation());
  ada.says('Your ladders are too short!', { metadata: [PERSON, eventOf('Public', 'CommentToPost', 'comment-7')] });
  await answer();
  ada.says('Ah, here you are.', { metadata: [eventOf('Private', 'DirectMessage', 'message-1')] });
  await answer();

  async function answer() {
    const { metadata } = await ada.hears();
    tell('service', `that was ${metadata[0].channel}, an answer to ${metadata[0].replyToId}`);
  }
}

function eventOf(channel, type, replyToId) {
  return {
    type: 'SocialMessagingEventData',
    channel,
    replyToId,
    event: { source: 'Facebook', type },
    conversationState: { currentChannel: channel, dmChatId: 'dm-1' },
  };
}
