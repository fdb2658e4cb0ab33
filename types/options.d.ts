/**
 * The argument of `new Agent(…)`.
 *
 * @module options
 */

import type { ResilienceOptions } from './resilience';

/**
 * What every agent needs, and what it may be told besides its credentials. Numbers may be given as text.
 *
 * Undefined means the default: options often come from the environment. Where the account or a credential is undefined
 * the constructor throws.
 */
export interface CommonOptions extends ResilienceOptions {
  /** The LivePerson account (site id). */
  accountId: string | number | undefined;
  /** Host of the domain service, `host[:port]`. Default: adminlogin.liveperson.net */
  csdsDomain?: string | undefined;
  /** Laid over what the domain service answers: service → `host[:port]`. */
  domains?: Record<string, string> | undefined;
  /** The service whose host carries the WebSocket. Default: facadeMsg */
  wsDomainType?: string | undefined;
  /** `v` of the WebSocket's URL; from 2.1 on participants have a `state`. Default: 2.1 */
  apiVersion?: string | number | undefined;
  /** Names the application towards LivePerson, in the WebSocket's URL. */
  appId?: string | undefined;
  /** How long a request may go unanswered, in ms. Default: 10000 */
  requestTimeout?: number | string | undefined;
  /** Kept for compatibility, in ms: requests time out when they are due. Default: 1000 */
  errorCheckInterval?: number | string | undefined;
  /** Time between two refreshes of the session, in ms. Default: 600000 */
  refreshSessionInterval?: number | string | undefined;
  /** False: the session is not refreshed by itself. Default: true */
  refreshSessionToken?: boolean | undefined;
  /** Host that takes the place of agentVep for the login, and of the WebSocket's. */
  domain?: string | undefined;
  /** How long an answer of the domain service is kept, in seconds. Default: 60 */
  stdTTL?: number | string | undefined;
  /** Headers for the WebSocket's upgrade. */
  headers?: Record<string, string | string[]> | undefined;
  /** `Origin` of the WebSocket's upgrade. */
  origin?: string | undefined;
  /** Trusted authorities, PEM; they take the place of the well-known ones. */
  ca?: string | Buffer | Array<string | Buffer> | undefined;
  /** Client certificate, PEM. */
  cert?: string | Buffer | Array<string | Buffer> | undefined;
  /** Its key, PEM. */
  key?: string | Buffer | Array<string | Buffer> | undefined;
  /** False: certificates are not verified. Default: true */
  rejectUnauthorized?: boolean | undefined;
  /** Deadline for TCP, TLS and upgrade of the WebSocket together, in ms. Default: 30000 */
  handshakeTimeout?: number | string | undefined;
  /** Deadline for the domain look-up, the login or the refresh, in ms. Default: 30000 */
  httpTimeout?: number | string | undefined;
  /** Time between two keep-alive pings, in ms. Default: 60000 */
  pingInterval?: number | string | undefined;
  /** How long a ping may go without any sign of life, in ms. Default: 30000 */
  pongTimeout?: number | string | undefined;
  /** The longest message accepted, in bytes. Default: 104857600 */
  maxPayload?: number | string | undefined;
  /** URL of an HTTP proxy for the HTTP calls and the WebSocket. Default: HTTPS_PROXY and NO_PROXY, for the calls only */
  proxy?: string | URL | undefined;
  /** An HttpsProxyAgent, of which `proxy` is taken, for the WebSocket only. */
  agent?: { proxy?: unknown } | undefined;
  /** Bots keep options of their own here. */
  [option: string]: any;
}

/** Login with user and password. */
export interface PasswordCredentials {
  username: string | undefined;
  password: string | undefined;
}

/** Login with a SAML assertion. */
export interface SamlCredentials {
  /** Base64 text. */
  assertion: string | undefined;
}

/** Login with OAuth1 keys. */
export interface OAuth1Credentials {
  username: string | undefined;
  appKey: string | undefined;
  secret: string | undefined;
  accessToken: string | undefined;
  accessTokenSecret: string | undefined;
}

/** A bearer token that is ready for use: no login, and so no refresh of the session. */
export interface TokenCredentials {
  token: string | undefined;
  /** Of the agent whose token it is; without it nothing the agent says can be told from what others say. */
  userId?: string | number | undefined;
}

/** Who asks for a token each time one is needed. */
export interface TokenProviderCredentials {
  tokenProvider: (() => ProvidedToken | Promise<ProvidedToken>) | undefined;
}

/** A bearer token, and the user it belongs to. */
export interface ProvidedToken {
  token: string;
  userId?: string | number | undefined;
}

/** One complete kind of credentials; a provider wins over everything, then a token, then user and password, then the assertion. */
export type Credentials =
  PasswordCredentials | SamlCredentials | OAuth1Credentials | TokenCredentials | TokenProviderCredentials;

/** The argument of `new Agent(…)`. */
export type AgentOptions = CommonOptions & Credentials;
