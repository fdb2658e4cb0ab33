/**
 * What goes wrong, and where.
 *
 * @module errors
 */

import type { ResponseFrame } from './frames';

/** What goes wrong on the way to LivePerson, or in an answer from there. Its `name` is `Error`. */
export class SDKError extends Error {
  constructor(message: string, code?: any, service?: string | null, error?: Error | null);
  /** The status of the HTTP answer or response frame, the service's `internalCode`, or null. */
  code: any;
  /** `domainNames`, `authentication.login`, `authentication.refreshSession` or `messaging`. */
  service: string | null;
  /** The cause, with Node's own `code`, e.g. `ECONNREFUSED`; null where there is none. */
  error: NodeJS.ErrnoException | null;
  /** The body of the answer that was an error: the text of an HTTP answer, the parsed body of a refused request. */
  get body(): any;
  /** The HTTP status, where the service answered with one that is an error. */
  get status(): number | undefined;
  /** The response frame of a refused request. */
  get frame(): ResponseFrame | undefined;
}

/** A message that the SDK could not make sense of. */
export class TransformError extends Error {
  constructor(cause: unknown, payload: any);
  /** The message as it was received. */
  payload: any;
}

/** What listeners for `error` get: an SDKError or a TransformError, with the fields of either. */
export interface AgentError extends Error {
  code?: any;
  service?: string | null;
  error?: NodeJS.ErrnoException | null;
  readonly body?: any;
  payload?: any;
}

/** Where `success` and `error` happened: operation and step. */
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
