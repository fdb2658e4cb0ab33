// What the declarations promise. Each @ts-expect-error must be one, or tsc complains.

import { once } from 'node:events';
import { promisify } from 'node:util';
import {
  Agent,
  AgentSDK,
  SDKError,
  TransformError,
  type AgentOptions,
  type ContentEvent,
  type Dialog,
  type MessagingEvent,
  type Metadata,
  type QuickReplies,
  type RequestFrame,
  type ResponseFrame,
  type Role,
  type UserProfileAnswer,
} from 'node-agent-sdk';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function is<Expected>() {
  return <Actual>(_value: Actual, _same: Same<Expected, Actual>) => {};
}

// Options: one of the four kinds of credentials has to be complete.

const accountId = '12345678';
export const options: AgentOptions[] = [
  { accountId, username: 'bot', password: 'secret' },
  { accountId: 12345678, token: 'abc', userId: 7 },
  { accountId, assertion: 'PHNhbWw+' },
  { accountId, username: 'bot', appKey: 'a', secret: 'b', accessToken: 'c', accessTokenSecret: 'd' },
  { accountId, token: 'abc', csdsDomain: undefined, requestTimeout: '700', proxy: new URL('http://proxy:3128') },
  { accountId, token: 'abc', reconnect: { strategy: (attempt, { code }) => (code === 4401 ? null : attempt) } },
  { accountId, tokenProvider: async () => ({ token: 'abc' }), logger: console, clockInterval: 30000 },
  { accountId, token: 'abc', agent: { proxy: 'http://proxy' }, ca: [Buffer.from('')], myOwnOption: { a: 1 } },
];
// @ts-expect-error gives no token
new Agent({ accountId, tokenProvider: async () => ({ userId: 7 }) });
// @ts-expect-error ms, or text
new Agent({ accountId, token: 'abc', reconnect: { initialDelay: true } });
// @ts-expect-error no period
new Agent({ accountId, token: 'abc', rateLimit: { requests: 5 } });
// @ts-expect-error no credentials
new Agent({ accountId });
// @ts-expect-error no account
new Agent({ username: 'bot', password: 'secret' });
// @ts-expect-error a user without a password
new Agent({ accountId, username: 'bot' });
// @ts-expect-error one of the OAuth1 keys is missing
new Agent({ accountId, username: 'bot', appKey: 'a', secret: 'b', accessToken: 'c' });
// @ts-expect-error is a number of ms, or text
new Agent({ accountId, token: 'abc', httpTimeout: true });
// @ts-expect-error is no URL
new Agent({ accountId, token: 'abc', proxy: 3128 });

const agent = new Agent({ accountId, username: 'bot', password: 'secret' });
is<typeof Agent>()(AgentSDK, true);

// Events

agent.on('connected', (message) => is<{ connected: true; ts: number }>()(message, true));
agent.once('closed', (code) => is<number>()(code, true));
agent.addListener('warn', ({ message }) => is<string>()(message, true));
agent.prependListener('success', ({ location }) => location === 'Connect#CSDS');
// @ts-expect-error there is no such location
agent.prependOnceListener('success', ({ location }) => location === 'Elsewhere');
agent.on('gaveUp', ({ attempts, cause }) => [is<number>()(attempts, true), is<number | null>()(cause.status, true)]);
agent.on('reconnecting', ({ delay }) => is<number>()(delay, true));
agent.on('message:sent', (frame) => is<RequestFrame>()(frame, true));
agent.on('notification', ({ kind, type }) => [is<'notification'>()(kind, true), is<string>()(type, true)]);
agent.on('error', (error, context) => {
  if (error instanceof SDKError) is<string | null>()(error.service, true);
  if (error instanceof TransformError) error.payload.type.trim();
  if (error.error?.code === 'ECONNREFUSED') is<string>()(error.message, true);
  if (context?.location === 'RefreshSession#REST') agent.reconnect();
});
agent.on('.ams.ms.PublishEvent$Response', (body, requestId) => {
  is<number>()(body.sequence, true);
  is<string>()(requestId, true);
});
// @ts-expect-error a close code is a number
agent.on('closed', (code: string) => code);
// @ts-expect-error a close code is a number
agent.off('closed', (code: string) => code);
// @ts-expect-error a close code is a number
agent.emit('closed', '1006');
agent.emit('closed', 1006);
once(agent, 'connected').then(() => {});

agent.on('cqm.ExConversationChangeNotification', (body) => {
  is<string>()(body.subscriptionId, true);
  for (const { type, result } of body.changes) {
    const details = result.conversationDetails;
    is<Role | undefined>()(details.getMyRole(), true);
    is<Dialog[]>()(details.dialogs, true);
    const [{ id, role }] = details.participants;
    if (type === 'DELETE' && role === 'CONSUMER') is<string>()(id, true);
    is<number | undefined>()(details.ttr?.value, true);
    is<string[] | undefined>()(details.context?.clientProperties?.features, true);
    // @ts-expect-error the SDK makes a list of them
    details.participants.CONSUMER.length.toFixed();
    // @ts-expect-error may be missing
    details.campaignInfo.campaignId.toString();
  }
});

agent.on('routing.RoutingTaskNotification', ({ changes }) => {
  for (const ring of changes.flatMap(({ result }) => result.ringsDetails)) {
    if (ring.ringState === 'WAITING') is<number>()(ring.ringExpirationTs, true);
  }
});

agent.on('routing.AgentStateNotification', ({ changes }) => {
  if (changes[0].result.availability !== 'ONLINE') agent.setAgentState({ availability: 'ONLINE' });
});

agent.on('ms.MessagingEventNotification', ({ dialogId, changes }) => {
  is<string>()(dialogId, true);
  for (const change of changes) {
    is<MessagingEvent>()(change, true);
    is<boolean>()(change.isMe(), true);
    is<number | undefined>()(change.sequence, true);
    const { event } = change;
    if (event.type === 'ContentEvent') {
      is<ContentEvent>()(event, true);
      if (event.contentType === 'text/plain') is<string>()(event.message, true);
      if (event.contentType === 'hosted/file') is<string>()(event.message.relativePath, true);
      if (event.contentType === 'forms/secure-submission') is<string>()(event.message.submissionId, true);
      // @ts-expect-error it may be a file
      const text: string = event.message;
      text.trim();
    }
    if (event.type === 'AcceptStatusEvent') is<number | number[]>()(event.sequenceList, true);
    if (event.type === 'ChatStateEvent' && event.chatState === 'COMPOSING') agent.emit('warn', { message: 'wait' });
  }
});

// Requests: with a callback nothing is returned, without one a promise of the answer's body.

is<void>()(
  agent.getClock({}, (error, body) => is<number>()(body.currentTime, true)),
  true,
);
export async function ask() {
  is<number>()((await agent.getClock()).currentTime, true);
  is<string>()((await agent.subscribeExConversations({ convState: ['OPEN'] })).subscriptionId, true);
  is<string>()((await agent.subscribeRoutingTasks({})).subscriptionId, true);
  is<string>()((await agent.subscribeAgentsState({})).subscriptionId, true);
  is<string>()(await agent.unsubscribeExConversations({ subscriptionId: 'a' }), true);
  is<string>()((await agent.agentRequestConversation({ consumerId: 'c' })).conversationId, true);
  is<string>()(await agent.updateRingState({ ringId: 'r', ringState: 'ACCEPTED' }), true);
  is<string>()(await agent.updateRoutingTaskSubscription({ subscriptionId: 'a' }), true);
  is<undefined>()(await agent.subscribeMessagingEvents({ dialogId: 'd', fromSeq: 3 }), true);
  is<UserProfileAnswer>()(await agent.getUserProfile('consumer'), true);
  is<string | undefined>()((await agent.getUserProfile({ userId: 'c' }))[0].personal?.contacts?.[0].email, true);
  const { relativePath, queryParams } = await agent.generateURLForUploadFile({ fileSize: 5020, fileType: 'PNG' });
  is<string>()(queryParams.temp_url_sig, true);
  is<string>()((await agent.generateURLForDownloadFile({ relativePath })).relativePath, true);
  const downloadable = { type: 'SecureForm', dialogId: 'd', submissionId: 's', invitationId: 'i' };
  is<string>()((await agent.generateDownloadToken({ downloadable })).token.readOtk, true);
  const signal = new AbortController().signal;
  await agent.setAgentState({ availability: 'AWAY' }, undefined, undefined, undefined, { signal, timeout: 500 });
  is<Record<string, string>>()(await agent.csdsClient.getAll(), true);
  await agent.connect();
  await agent.refreshSession();
  try {
    await agent.publishEvent({ dialogId: 'd', event: { type: 'ChatStateEvent', chatState: 'COMPOSING' } });
  } catch (error) {
    if (error instanceof SDKError) is<ResponseFrame | undefined>()(error.frame, true);
    if (error instanceof TransformError) error.payload.type.trim();
  }
  const publish = promisify(agent.publishEvent);
  is<number>()((await publish({ dialogId: 'd', event: { type: 'ContentEvent', message: 'hi' } })).sequence, true);
  is<number>()((await promisify(agent.getClock)({})).currentTime, true);
}

const quickReplies: QuickReplies = {
  type: 'quickReplies',
  itemsPerRow: 8,
  replies: [
    {
      type: 'button',
      title: 'Yes',
      click: { actions: [{ type: 'publishText', text: 'yes' }], metadata: [{ type: 'ExternalId', id: '1' }] },
    },
  ],
};
const metadata: Metadata[] = [{ type: 'BotResponse', intents: [{ id: 'greeting', confidenceScore: 0.9 }] }];
const card = {
  type: 'vertical',
  elements: [
    { type: 'image', url: 'https://example.com/a.png' },
    { type: 'text', text: 'a' },
  ],
};
const text = { type: 'ContentEvent', contentType: 'text/plain', message: 'hi', quickReplies } as const;
agent.publishEvent({ dialogId: 'd', event: text, messageAudience: 'AGENTS_AND_MANAGERS' }, undefined, metadata);
agent.publishEvent({ dialogId: 'd', event: { type: 'RichContentEvent', content: card, quickReplies } }, null, metadata);
agent.publishEvent({ dialogId: 'd', event: { type: 'AcceptStatusEvent', status: 'READ', sequenceList: [1, 2] } });
agent.updateConversationField({
  conversationId: 'c',
  conversationField: [
    { field: 'ParticipantsChange', type: 'REMOVE', role: 'ASSIGNED_AGENT' },
    { field: 'ParticipantsChange', type: 'SUGGEST', userId: '12345678.9', role: 'ASSIGNED_AGENT' },
    { field: 'Skill', type: 'UPDATE', skill: '5' },
  ],
});
agent.updateConversationField({ conversationId: 'c', conversationField: { field: 'Note', note: 'call back' } });

// @ts-expect-error no dialog
agent.publishEvent({ event: text });
// @ts-expect-error a message is text, or says where something is
agent.publishEvent({ dialogId: 'd', event: { type: 'ContentEvent', contentType: 'text/plain', message: 5 } });
// @ts-expect-error sequences are numbers
agent.publishEvent({ dialogId: 'd', event: { type: 'AcceptStatusEvent', status: 'READ', sequenceList: ['1'] } });
// @ts-expect-error a reply has a title
quickReplies.replies.push({ type: 'button' });
// @ts-expect-error no ring
agent.updateRingState({ ringState: 'ACCEPTED' });
// @ts-expect-error availability is text
agent.setAgentState({ availability: true });
// @ts-expect-error no conversation
agent.updateConversationField({ conversationField: [] });
// @ts-expect-error sequences are numbers
agent.subscribeMessagingEvents({ dialogId: 'd', fromSeq: '3' });
// @ts-expect-error ms since the epoch
agent.subscribeExConversations({ minLastUpdatedTime: 'yesterday' });
// @ts-expect-error no URL
agent.jar?.getCookieString(5);

is<string | undefined>()(agent.getBearerToken(), true);
is<number>()(agent.stats().roundTrip.mean, true);
is<Promise<void>>()(agent.close({ timeout: 1000, state: 'AWAY' }), true);
// @ts-expect-error ms, or text
agent.close({ timeout: true });
is<string | undefined>()(agent.agentId, true);
is<boolean>()(agent.connected, true);
