/// <reference types="node" />
import { EventEmitter } from 'node:events';

// Options

/** What every agent needs, and what it may be told besides its credentials. */
export interface CommonOptions {
  /** The LivePerson account (site id). */
  accountId: string | number;
  /** Host of the domain service, `host[:port]`. Default: adminlogin.liveperson.net */
  csdsDomain?: string;
  /** Laid over what the domain service answers: service → `host[:port]`. */
  domains?: Record<string, string>;
  /** The service whose host carries the WebSocket. Default: facadeMsg */
  wsDomainType?: string;
  /** `v` of the WebSocket's URL. Default: 2.1 */
  apiVersion?: string | number;
  /** Names the application towards LivePerson. */
  appId?: string;
  /** How long a request may go unanswered, in ms. Default: 10000 */
  requestTimeout?: number | string;
  /** Kept for compatibility: requests time out when they are due. Default: 1000 */
  errorCheckInterval?: number | string;
  /** Time between two refreshes of the session, in ms. Default: 600000 */
  refreshSessionInterval?: number | string;
  /** False: the session is not refreshed by itself. Default: true */
  refreshSessionToken?: boolean;
  /** Takes the place of agentVep for the login and of the WebSocket's host. */
  domain?: string;
  /** How long an answer of the domain service is kept, in seconds. Default: 60 */
  stdTTL?: number | string;
  /** Headers for the WebSocket's upgrade. */
  headers?: Record<string, string | string[]>;
  /** `Origin` of the WebSocket's upgrade. */
  origin?: string;
  /** Trusted authorities, PEM; they take the place of the well-known ones. */
  ca?: string | Buffer | Array<string | Buffer>;
  /** Client certificate, PEM. */
  cert?: string | Buffer | Array<string | Buffer>;
  /** Its key, PEM. */
  key?: string | Buffer | Array<string | Buffer>;
  /** False: certificates are not verified. */
  rejectUnauthorized?: boolean;
  /** Deadline for opening the WebSocket, in ms. Default: 30000 */
  handshakeTimeout?: number | string;
  /** Deadline for an HTTP call, in ms. Default: 30000 */
  httpTimeout?: number | string;
  /** Time between two keep-alive pings, in ms. Default: 60000 */
  pingInterval?: number | string;
  /** How long a ping may go without any sign of life, in ms. Default: 30000 */
  pongTimeout?: number | string;
  /** The longest message accepted, in bytes. Default: 104857600 */
  maxPayload?: number | string;
  /** A proxy for everything. */
  proxy?: string | URL;
  /** An HttpsProxyAgent, of which `proxy` is taken, for the WebSocket. */
  agent?: { proxy?: unknown };
  /** Bots keep options of their own here. */
  [option: string]: any;
}

/** Login with user and password. */
export interface PasswordCredentials {
  username: string;
  password: string;
}

/** Login with a SAML assertion. */
export interface SamlCredentials {
  assertion: string;
}

/** Login with OAuth1 keys. */
export interface OAuth1Credentials {
  username: string;
  appKey: string;
  secret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** A bearer token that is ready for use: no login. */
export interface TokenCredentials {
  token: string;
  userId?: string | number;
}

/** One complete kind of credentials; a token wins over everything, then user and password, then the assertion. */
export type Credentials = PasswordCredentials | SamlCredentials | OAuth1Credentials | TokenCredentials;

/** The argument of `new Agent(…)`. */
export type AgentOptions = CommonOptions & Credentials;

// Errors

/** What goes wrong on the way to LivePerson, or in an answer from there. */
export class SDKError extends Error {
  constructor(message: string, code?: any, service?: string | null, error?: Error | null);
  /** HTTP status, the service's `internalCode`, or null. */
  code: any;
  /** `domainNames`, `authentication.login`, `authentication.refreshSession` or `messaging`. */
  service: string | null;
  /** The cause, with Node's own `code`, e.g. `ECONNREFUSED`. */
  error: NodeJS.ErrnoException | null;
  /** The body of the answer that was an error. */
  get body(): any;
  /** The response frame of a refused request. */
  get frame(): ResponseFrame | undefined;
}

/** A message that the SDK could not make sense of. */
export class TransformError extends Error {
  constructor(cause: unknown, payload: any);
  /** The message as it was received. */
  payload: any;
}

/** Where `success` and `error` happened. */
export interface EventContext {
  location:
    | 'Connect#CSDS'
    | 'Connect#Login'
    | 'Reconnect#CSDS'
    | 'Reconnect#Relogin#WS'
    | 'RefreshSession#Precheck'
    | 'RefreshSession#CSDS'
    | 'RefreshSession#REST'
    | 'RefreshSession#Relogin#WS';
}

// Frames

/** A request as it is sent. */
export interface RequestFrame {
  kind: 'req';
  id: string;
  type: string;
  body: any;
  headers: any;
  metadata: any;
  encodedMetadata: any;
}

/** The answer to a request; a callback gets it as its error where `code` is beyond 399. */
export interface ResponseFrame {
  kind: 'resp';
  reqId: string;
  type: string;
  code: number;
  body?: any;
}

/** A notification, as `notification` has it. */
export interface NotificationFrame<Body = any> {
  kind: 'notification';
  type: string;
  body: Body;
}

/** `ms.MessagingEventNotification` */
export interface MessagingEventNotification {
  dialogId: string;
  changes: MessagingEvent[];
}

/** A message, a typing state, a read receipt. */
export interface MessagingEvent {
  dialogId: string;
  originatorId: string;
  event: any;
  /** Not with typing states. */
  sequence?: number;
  /** Ms since the epoch; not with typing states. */
  serverTimestamp?: number;
  /** Whether the agent itself is the originator. */
  isMe(): boolean;
  __isMe: boolean;
  [field: string]: any;
}

/** A change of something subscribed to. */
export interface Change<Result> {
  type: 'UPSERT' | 'DELETE' | (string & {});
  result: Result;
  [field: string]: any;
}

/** `cqm.ExConversationChangeNotification` */
export interface ExConversationChangeNotification {
  subscriptionId: string;
  changes: Array<Change<ConversationResult>>;
  [field: string]: any;
}

/** A conversation. */
export interface ConversationResult {
  convId: string;
  conversationDetails: ConversationDetails;
  lastContentEventNotification?: any;
  [field: string]: any;
}

/** The details of a conversation. */
export interface ConversationDetails {
  participants: Array<{ id: string; role: string }>;
  dialogs: any[];
  /** The agent's own role, undefined where it has none. */
  getMyRole(): string | undefined;
  __myRole?: string;
  [field: string]: any;
}

/** `routing.RoutingTaskNotification` */
export interface RoutingTaskNotification {
  subscriptionId: string;
  changes: Array<Change<{ ringsDetails: Ring[]; [field: string]: any }>>;
  [field: string]: any;
}

/** A conversation that is offered to the agent. */
export interface Ring {
  ringId: string;
  ringState: 'WAITING' | 'ACCEPTED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED' | (string & {});
  [field: string]: any;
}

/** `routing.AgentStateNotification` */
export interface AgentStateNotification {
  subscriptionId: string;
  changes: Array<Change<any>>;
  [field: string]: any;
}

// Events

/** The events of an agent and what their listeners get. Any type of the service is an event besides. */
export interface AgentEvents {
  /** The socket is open; ts in ms since the epoch. */
  connected: [message: { connected: true; ts: number }];
  /** The socket is gone, or an attempt to open one is over: the close code, 1006 where there was no close frame. */
  closed: [code: number];
  /** Something failed; the context is there for look-ups, logins and refreshes. */
  error: [error: any, context?: EventContext];
  /** A step succeeded. */
  success: [context: EventContext];
  /** Something odd in a notification. */
  warn: [warning: { message: string }];
  /** Any notification, after the event of its type. */
  notification: [message: NotificationFrame];
  /** A request was sent. */
  'message:sent': [frame: RequestFrame];
  'ms.MessagingEventNotification': [body: MessagingEventNotification];
  'cqm.ExConversationChangeNotification': [body: ExConversationChangeNotification];
  'routing.RoutingTaskNotification': [body: RoutingTaskNotification];
  'routing.AgentStateNotification': [body: AgentStateNotification];
}

type Listener<Name> = Name extends keyof AgentEvents ? (...args: AgentEvents[Name]) => void : (...args: any[]) => void;
type Arguments<Name> = Name extends keyof AgentEvents ? AgentEvents[Name] : any[];
type EventName = keyof AgentEvents | (string & {}) | symbol;

// Requests

/** Null and the body of the answer; or what went wrong (the whole response frame, where the service refused). */
export type RequestCallback<Body = any> = (error: any, body?: Body) => void;

/** May stand where the callback would. */
export interface RequestOptions {
  /** Gives the request up. */
  signal?: AbortSignal;
  /** How long it may go unanswered, in ms. */
  timeout?: number;
}

/** What may stand before the callback, and is sent as it is. */
type Sent = object | string | number | boolean | null | undefined;

/**
 * The arguments of a request: the callback may stand in place of headers, metadata or encodedMetadata; what follows it
 * is dropped.
 */
export type WithCallback<Body = any> =
  | [body: any, callback: RequestCallback<Body>, ...dropped: Sent[]]
  | [body: any, headers: Sent, callback: RequestCallback<Body>, ...dropped: Sent[]]
  | [body: any, headers: Sent, metadata: Sent, callback: RequestCallback<Body>, ...dropped: Sent[]]
  | [body: any, headers: Sent, metadata: Sent, encodedMetadata: Sent, callback: RequestCallback<Body>];

/** The arguments of a request without a callback: there is a promise, which rejects with an SDKError. */
export type WithoutCallback = [
  body?: any,
  headers?: Sent,
  metadata?: Sent,
  encodedMetadata?: Sent,
  options?: RequestOptions | null,
];

// The agent

/** The socket. */
export interface Transport {
  /** What the next `reconnect(true)` uses. */
  configuration: { token: string };
  ws: {
    /** 1 open, 3 closed. */
    readonly readyState: number;
    /** The closing handshake. */
    close(code?: number, reason?: string | Buffer): void;
    ping(): void;
    /** Drops the socket without one. */
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
 * The requests are bound to it: `setInterval(agent.getClock, 30000)` works.
 */
export class Agent extends EventEmitter {
  /** @throws Error where accountId or credentials are missing */
  constructor(conf: AgentOptions);

  accountId: string | number;
  /** The options, as they are now. */
  conf: any;
  /** The agent's new-style id; undefined until a login. */
  agentId: string | undefined;
  userId: string | number | undefined;
  /** `{accountId}.{userId}` */
  __oldAgentId: string | undefined;
  connected: boolean;
  token: string | undefined;
  csrf: string | undefined;
  /** The cookies of the session; undefined until a login. */
  jar: { getCookieString(url: string | URL): string } | undefined;
  transport: Transport | null | undefined;
  csdsClient: {
    getAll(callback: (error: Error | null, domains?: Record<string, string>) => void): void;
    getAll(): Promise<Record<string, string>>;
  };
  /** In ms. */
  requestTimeout: any;
  /** In ms. */
  errorCheckInterval: any;
  /** In ms. */
  refreshSessionInterval: any;

  /** Looks up the domains, signs in, opens a socket. The callback gets null as soon as the socket is started. */
  connect(callback: (error: Error | null) => void): void;
  connect(): Promise<void>;
  /** A new socket: with the token in use if the flag is true, otherwise after a new login. */
  reconnect(skipTokenGeneration?: any): void;
  refreshSession(callback: (error: Error | null) => void): void;
  refreshSession(): Promise<void>;
  startPeriodicRefreshSession(): void;
  /** The token in use. */
  getBearerToken(): string | undefined;
  /** Stops everything and removes all listeners. */
  dispose(): void;

  /** The service's time. */
  getClock(...args: WithCallback): void;
  getClock(...args: WithoutCallback): Promise<any>;
  /** Begins a conversation with a consumer. */
  agentRequestConversation(...args: WithCallback): void;
  agentRequestConversation(...args: WithoutCallback): Promise<any>;
  /** Conversations as `cqm.ExConversationChangeNotification`. */
  subscribeExConversations(...args: WithCallback): void;
  subscribeExConversations(...args: WithoutCallback): Promise<any>;
  unsubscribeExConversations(...args: WithCallback): void;
  unsubscribeExConversations(...args: WithoutCallback): Promise<any>;
  /** Joins, leaves, transfers or closes a conversation. */
  updateConversationField(...args: WithCallback): void;
  updateConversationField(...args: WithoutCallback): Promise<any>;
  /** Publishes a message, a typing state, a read receipt. */
  publishEvent(...args: WithCallback): void;
  publishEvent(...args: WithoutCallback): Promise<any>;
  /** Accepts or refuses a ring. */
  updateRingState(...args: WithCallback): void;
  updateRingState(...args: WithoutCallback): Promise<any>;
  /** Rings as `routing.RoutingTaskNotification`. */
  subscribeRoutingTasks(...args: WithCallback): void;
  subscribeRoutingTasks(...args: WithoutCallback): Promise<any>;
  updateRoutingTaskSubscription(...args: WithCallback): void;
  updateRoutingTaskSubscription(...args: WithoutCallback): Promise<any>;
  /** A consumer's profile; the body is the consumer's id. */
  getUserProfile(...args: WithCallback): void;
  getUserProfile(...args: WithoutCallback): Promise<any>;
  setAgentState(...args: WithCallback): void;
  setAgentState(...args: WithoutCallback): Promise<any>;
  /** The agent's state as `routing.AgentStateNotification`. */
  subscribeAgentsState(...args: WithCallback): void;
  subscribeAgentsState(...args: WithoutCallback): Promise<any>;
  /** The history of a dialog as `ms.MessagingEventNotification`. */
  subscribeMessagingEvents(...args: WithCallback): void;
  subscribeMessagingEvents(...args: WithoutCallback): Promise<any>;
  generateURLForDownloadFile(...args: WithCallback): void;
  generateURLForDownloadFile(...args: WithoutCallback): Promise<any>;
  generateURLForUploadFile(...args: WithCallback): void;
  generateURLForUploadFile(...args: WithoutCallback): Promise<any>;
  generateDownloadToken(...args: WithCallback): void;
  generateDownloadToken(...args: WithoutCallback): Promise<any>;

  on<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  once<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  addListener<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  prependListener<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  prependOnceListener<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  off<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  removeListener<Name extends EventName>(name: Name, listener: Listener<Name>): this;
  emit<Name extends EventName>(name: Name, ...args: Arguments<Name>): boolean;

  /** Bots keep properties of their own on their agent. */
  [property: string]: any;
}

/** LivePerson's wiki imports the class by this name. */
export { Agent as AgentSDK };
