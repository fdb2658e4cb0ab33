/// <reference types="node" />

/**
 * The package: `import { Agent } from 'node-agent-sdk'`. All types of the other pages come from here as well.
 *
 * @module agent
 */

import { EventEmitter } from 'node:events';
import type { SDKError } from './types/errors';
import type { EventArguments, EventListener, EventName } from './types/events';
import type { AgentOptions } from './types/options';
import type {
  ClockAnswer,
  DownloadTokenAnswer,
  FileUrlAnswer,
  GenerateDownloadTokenBody,
  GenerateURLForDownloadFileBody,
  GenerateURLForUploadFileBody,
  GetUserProfileBody,
  PublishEventAnswer,
  PublishEventBody,
  RequestConversationAnswer,
  RequestConversationBody,
  SetAgentStateBody,
  SubscribeExConversationsBody,
  SubscribeMessagingEventsBody,
  SubscriptionAnswer,
  UnsubscribeBody,
  UpdateConversationFieldBody,
  UpdateRingStateBody,
  UserProfileAnswer,
  Body,
  RequestCallback,
  WithCallback,
  WithoutCallback,
} from './types/requests';

import type { CloseOptions, Stats } from './types/resilience';

declare global {
  /** Older TypeScript and @types/node do not know it. */
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

export * from './types/content';
export * from './types/errors';
export * from './types/events';
export * from './types/frames';
export * from './types/notifications';
export * from './types/open';
export * from './types/options';
export * from './types/requests';
export * from './types/resilience';

/** The socket, for bots that look at it. */
export interface Transport {
  /** What the next `reconnect(true)` uses. */
  configuration: { token: string };
  ws: {
    /** 1 open, 3 closed. */
    readonly readyState: number;
    /** The closing handshake; without a code its frame carries none. @throws TypeError for a code nobody may send */
    close(code?: number, reason?: string | Buffer): void;
    /** A keep-alive ping besides those that go out by themselves. */
    ping(): void;
    /** Drops the socket without a closing handshake. */
    terminate(): void;
  };
  /** A new socket with the same token. */
  reconnect(): void;
  /** Drops the socket. */
  close(): void;
}

/**
 * An agent of LivePerson's messaging service. It connects by itself when it is made.
 *
 * Each request takes `(body, headers, metadata, encodedMetadata, callback)`, the callback in any place after the body, and
 * without one gives a promise, which rejects with an SDKError and does no harm when nobody looks at it. They are bound to
 * the agent: `setInterval(agent.getClock, 30000)` works. (The last form of each is what `util.promisify` sees.)
 */
export class Agent extends EventEmitter {
  /**
   * @param conf is kept as `agent.conf`, read anew for each attempt to connect, and never written to
   * @throws Error `missing accountId param`, or `missing token or …` where no kind of credentials is complete
   */
  constructor(conf: AgentOptions);

  /** As in the options. */
  accountId: string | number;
  /** The options, as they are now. */
  conf: any;
  /** The agent's id in what listeners get; undefined until a login, and with a ready token. */
  agentId: string | undefined;
  /** The agent's id in the account; undefined until it is signed in. */
  userId: string | number | undefined;
  /** `{accountId}.{userId}`: the agent's id in requests. */
  __oldAgentId: string | undefined;
  /** Whether the socket is open. */
  connected: boolean;
  /** The token of the login; undefined with a ready one, see `getBearerToken()`. */
  token: string | undefined;
  /** What the login gave for the refresh; undefined until a login. */
  csrf: string | undefined;
  /** The cookies of the session, `name=value; …` for a URL; undefined until a login. */
  jar: { getCookieString(url: string | URL): string } | undefined;
  /** The socket: undefined before the first, null after `dispose()`. */
  transport: Transport | null | undefined;
  /** The domain service: service → host. */
  csdsClient: {
    /** All services of the account. */
    getAll(callback: (error: SDKError | null, domains: Record<string, string>) => void): void;
    getAll(): Promise<Record<string, string>>;
  };
  /** In ms, once a socket was started. */
  requestTimeout: any;
  /** In ms, once a socket was started. */
  errorCheckInterval: any;
  /** In ms. */
  refreshSessionInterval: any;

  /**
   * Looks up the domains, signs in, opens a socket; joins an attempt that is under way. It succeeds as soon as the socket is
   * started (not opened).
   */
  connect(callback: (error: SDKError | null) => void): void;
  connect(): Promise<void>;
  /**
   * Opens a new socket; joins an attempt that is under way.
   *
   * @param skipTokenGeneration true: with the token in use; otherwise after a new look-up and login
   */
  reconnect(skipTokenGeneration?: any): void;
  /** Keeps the session alive; where it has expired, signs in anew. An open socket stays. */
  refreshSession(callback: (error: SDKError | null) => void): void;
  refreshSession(): Promise<void>;
  /** Refreshes the session every `refreshSessionInterval` ms from now on; a login starts it by itself. */
  startPeriodicRefreshSession(): void;
  /** The token in use. */
  getBearerToken(): string | undefined;
  /**
   * The end that takes its time: sends what waits, waits for what is pending, closes the socket with 1000, logs out, then
   * `dispose()`. It never rejects.
   */
  close(options?: CloseOptions): Promise<void>;
  /** `await using agent = new Agent(…)`: the same. */
  [Symbol.asyncDispose](): Promise<void>;
  /** What the agent has done so far. */
  stats(): Stats;
  /** Bytes that wait to be written. */
  bufferedAmount: number;
  /** Stops everything and removes all listeners. Allowed at any time and more than once; `connect()` begins anew. */
  dispose(): void;

  /** The service's time. Every 30 s or so, it also tells the service that somebody is there. */
  getClock(...args: WithCallback<Body, ClockAnswer>): void;
  getClock(...args: WithoutCallback<Body>): Promise<ClockAnswer>;
  getClock(body: Body, callback: RequestCallback<ClockAnswer>): void;
  /** Begins a conversation with a consumer. */
  agentRequestConversation(...args: WithCallback<RequestConversationBody, RequestConversationAnswer>): void;
  agentRequestConversation(...args: WithoutCallback<RequestConversationBody>): Promise<RequestConversationAnswer>;
  agentRequestConversation(body: RequestConversationBody, callback: RequestCallback<RequestConversationAnswer>): void;
  /** Conversations from now on, as `cqm.ExConversationChangeNotification`. */
  subscribeExConversations(...args: WithCallback<SubscribeExConversationsBody, SubscriptionAnswer>): void;
  subscribeExConversations(...args: WithoutCallback<SubscribeExConversationsBody>): Promise<SubscriptionAnswer>;
  subscribeExConversations(body: SubscribeExConversationsBody, callback: RequestCallback<SubscriptionAnswer>): void;
  /** Ends such a subscription. */
  unsubscribeExConversations(...args: WithCallback<UnsubscribeBody, string>): void;
  unsubscribeExConversations(...args: WithoutCallback<UnsubscribeBody>): Promise<string>;
  unsubscribeExConversations(body: UnsubscribeBody, callback: RequestCallback<string>): void;
  /** Joins, leaves, transfers or closes a conversation. */
  updateConversationField(...args: WithCallback<UpdateConversationFieldBody, string>): void;
  updateConversationField(...args: WithoutCallback<UpdateConversationFieldBody>): Promise<string>;
  updateConversationField(body: UpdateConversationFieldBody, callback: RequestCallback<string>): void;
  /** Publishes a message, a typing state, a read receipt. */
  publishEvent(...args: WithCallback<PublishEventBody, PublishEventAnswer>): void;
  publishEvent(...args: WithoutCallback<PublishEventBody>): Promise<PublishEventAnswer>;
  publishEvent(body: PublishEventBody, callback: RequestCallback<PublishEventAnswer>): void;
  /** Accepts or refuses a ring. */
  updateRingState(...args: WithCallback<UpdateRingStateBody, string>): void;
  updateRingState(...args: WithoutCallback<UpdateRingStateBody>): Promise<string>;
  updateRingState(body: UpdateRingStateBody, callback: RequestCallback<string>): void;
  /** Rings from now on, as `routing.RoutingTaskNotification`. */
  subscribeRoutingTasks(...args: WithCallback<Body, SubscriptionAnswer>): void;
  subscribeRoutingTasks(...args: WithoutCallback<Body>): Promise<SubscriptionAnswer>;
  subscribeRoutingTasks(body: Body, callback: RequestCallback<SubscriptionAnswer>): void;
  /** Changes such a subscription. */
  updateRoutingTaskSubscription(...args: WithCallback<Body, string>): void;
  updateRoutingTaskSubscription(...args: WithoutCallback<Body>): Promise<string>;
  updateRoutingTaskSubscription(body: Body, callback: RequestCallback<string>): void;
  /** A consumer's profile. */
  getUserProfile(...args: WithCallback<GetUserProfileBody, UserProfileAnswer>): void;
  getUserProfile(...args: WithoutCallback<GetUserProfileBody>): Promise<UserProfileAnswer>;
  getUserProfile(body: GetUserProfileBody, callback: RequestCallback<UserProfileAnswer>): void;
  /** Online, away, …: whether conversations ring. */
  setAgentState(...args: WithCallback<SetAgentStateBody, string>): void;
  setAgentState(...args: WithoutCallback<SetAgentStateBody>): Promise<string>;
  setAgentState(body: SetAgentStateBody, callback: RequestCallback<string>): void;
  /** The agent's own state from now on, as `routing.AgentStateNotification`. */
  subscribeAgentsState(...args: WithCallback<Body, SubscriptionAnswer>): void;
  subscribeAgentsState(...args: WithoutCallback<Body>): Promise<SubscriptionAnswer>;
  subscribeAgentsState(body: Body, callback: RequestCallback<SubscriptionAnswer>): void;
  /** The history of a dialog, as one `ms.MessagingEventNotification`, which comes before the answer. */
  subscribeMessagingEvents(...args: WithCallback<SubscribeMessagingEventsBody, undefined>): void;
  subscribeMessagingEvents(...args: WithoutCallback<SubscribeMessagingEventsBody>): Promise<undefined>;
  subscribeMessagingEvents(body: SubscribeMessagingEventsBody, callback: RequestCallback<undefined>): void;
  /** Where to fetch a file. */
  generateURLForDownloadFile(...args: WithCallback<GenerateURLForDownloadFileBody, FileUrlAnswer>): void;
  generateURLForDownloadFile(...args: WithoutCallback<GenerateURLForDownloadFileBody>): Promise<FileUrlAnswer>;
  generateURLForDownloadFile(body: GenerateURLForDownloadFileBody, callback: RequestCallback<FileUrlAnswer>): void;
  /** Where to put a file. */
  generateURLForUploadFile(...args: WithCallback<GenerateURLForUploadFileBody, FileUrlAnswer>): void;
  generateURLForUploadFile(...args: WithoutCallback<GenerateURLForUploadFileBody>): Promise<FileUrlAnswer>;
  generateURLForUploadFile(body: GenerateURLForUploadFileBody, callback: RequestCallback<FileUrlAnswer>): void;
  /** A token to fetch what a consumer wrote into a secure form. */
  generateDownloadToken(...args: WithCallback<GenerateDownloadTokenBody, DownloadTokenAnswer>): void;
  generateDownloadToken(...args: WithoutCallback<GenerateDownloadTokenBody>): Promise<DownloadTokenAnswer>;
  generateDownloadToken(body: GenerateDownloadTokenBody, callback: RequestCallback<DownloadTokenAnswer>): void;

  /** Listens to an event: those of AgentEvents, any other type of the service, or one of your own. */
  on<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** Listens for the next time. */
  once<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** The same as `on`. */
  addListener<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** As `on`, before those that listen already. */
  prependListener<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** As `once`, before those that listen already. */
  prependOnceListener<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** Listens no more. */
  off<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** The same as `off`. */
  removeListener<Name extends EventName>(name: Name, listener: EventListener<Name>): this;
  /** Tells the listeners of an event; true: there were some. */
  emit<Name extends EventName>(name: Name, ...args: EventArguments<Name>): boolean;

  /** Bots keep properties of their own on their agent. */
  [property: string]: any;
}

/** LivePerson's wiki imports the class by this name. */
export { Agent as AgentSDK };
