/**
 * The options that make an agent stay up by itself, and the events that tell of it. All are off unless given.
 *
 * @module resilience
 */

import type { Availability } from './notifications';

/** The options that keep an agent up. They are read once, by the constructor. */
export interface ResilienceOptions {
  /** A lost connection is made again. Default: false, the bot calls `reconnect()` */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** After that the agent's state and subscriptions are as before, and no message of its conversations is missing. */
  resubscribe?: boolean | undefined;
  /** Requests that are made while there is no connection wait for it. Default: false, they fail at once */
  offlineQueue?: boolean | OfflineQueueOptions | undefined;
  /** The pace at which requests go out; those in excess wait. getClock passes. Default: as fast as they are made */
  rateLimit?: RateLimitOptions | undefined;
  /** Requests are refused while more than this many bytes wait to be written. Default: no limit */
  maxBufferedAmount?: number | undefined;
  /**
   * Bytes of messages that may wait for the bot before no socket is read; at most 64 MB. All agents of a thread share this
   * room: the first one decides. Default: 65536
   */
  maxIncomingBytes?: number | string | undefined;
  /** Messages that may wait, likewise. Default: no limit but that of the bytes */
  maxIncomingMessages?: number | string | undefined;
  /** Ms between two questions for the service's time; a connection on which it is not told is dropped. Default: none */
  clockInterval?: number | string | undefined;
  /** Ms that such an answer may take. Default: 10000 */
  clockTimeout?: number | string | undefined;
  /** One login for all agents of this process that sign in as the same user. Default: false */
  shareLogin?: boolean | undefined;
  /** Told what the agent does, without any secret: a console, or what has its methods. */
  logger?: Logger | undefined;
}

/** A console, or what has some of its methods. */
export interface Logger {
  debug?(line: string): void;
  info?(line: string): void;
  warn?(line: string): void;
  error?(line: string): void;
}

/** How an agent ends that takes its time. */
export interface CloseOptions {
  /** Ms for all of it. Default: 5000 */
  timeout?: number | string;
  /** Availability to be set first, e.g. `AWAY`, so that no more conversations ring. Default: as it is */
  state?: Availability;
}

/** What an agent has done so far. */
export interface Stats {
  connected: boolean;
  framesIn: number;
  bytesIn: number;
  framesOut: number;
  bytesOut: number;
  /** Requests that wait for their answers. */
  pending: number;
  /** Requests that wait to be sent. */
  queued: number;
  /** Bytes that wait to be written. */
  bufferedAmount: number;
  /** From request to answer: how many, and ms. */
  roundTrip: { count: number; last: number; mean: number; longest: number };
  /** How often a lost connection was made again by itself. */
  reconnects: number;
  /** Ms since the epoch; null: none yet. */
  lastPong: number | null;
  /** Ms; null: not signed in. */
  tokenAge: number | null;
}

/** When to try again. */
export interface ReconnectOptions {
  /** Ms before the first attempt. Default: 1000 */
  initialDelay?: number | string;
  /** Ms before an attempt at most. Default: 60000 */
  maxDelay?: number | string;
  /** So many times as long before each further one, from 1. Default: 2 */
  factor?: number;
  /** Up to this part more, by chance, so that a thousand bots do not come back as one. Default: 0.2 */
  jitter?: number;
  /** Then the agent gives up. Default: Infinity */
  maxAttempts?: number;
  /** Takes the place of all these: ms until the attempt, counted from 1; anything else: no more attempts. */
  strategy?: (attempt: number, cause: ConnectionCause) => number | false | null | undefined | void;
}

/** How many requests wait, and for how long. */
export interface OfflineQueueOptions {
  /** Requests. Default: 1000 */
  maxSize?: number;
  /** Ms. Default: 60000 */
  maxAge?: number | string;
}

/** A number of requests in a time. */
export interface RateLimitOptions {
  /** So many. */
  requests: number;
  /** In so many ms. */
  per: number | string;
}

/** Why there is no connection, or none any more. */
export interface ConnectionCause {
  /** How far the attempt came; `socket`: the connection was open. */
  step: 'domains' | 'login' | 'upgrade' | 'socket';
  /** The close code of a connection that was open. */
  code: number | null;
  /** The HTTP status, where the service answered with one that is an error. */
  status: number | null;
  /** What was emitted as `error`. */
  error: Error | null;
}
