/**
 * The events of an agent, and what their listeners get.
 *
 * @module events
 */

import type { AgentError, EventContext } from './errors';
import type { NotificationFrame, RequestFrame } from './frames';
import type {
  AgentStateNotification,
  ExConversationChangeNotification,
  MessagingEventNotification,
  RoutingTaskNotification,
} from './notifications';
import type { ConnectionCause } from './resilience';
import type {
  ClockAnswer,
  DownloadTokenAnswer,
  FileUrlAnswer,
  PublishEventAnswer,
  RequestConversationAnswer,
  SubscriptionAnswer,
  UserProfileAnswer,
} from './requests';

/**
 * The events of an agent and what their listeners get. Any other type of the service is an event as well, of a
 * notification with its body, of an answer with its body and the request's id.
 */
export interface AgentEvents {
  /** The socket is open; ts in ms since the epoch. */
  connected: [message: { connected: true; ts: number }];
  /** The socket is gone, or an attempt to open one is over: the close code, 1006 where there was no close frame. */
  closed: [code: number];
  /** Something failed. The context is there for look-ups, logins and refreshes; after one without it comes `closed`. */
  error: [error: AgentError, context?: EventContext];
  /** A look-up, a login or a refresh succeeded. */
  success: [context: EventContext];
  /** Something odd in a notification, which is delivered all the same. */
  warn: [warning: { message: string }];
  /** Any notification, after the event of its type; both have one and the same body. */
  notification: [message: NotificationFrame];
  /** A request was sent; the body holds the caller's own values. */
  'message:sent': [frame: RequestFrame];

  /** With `reconnect`: an attempt is planned, counted from 1; delay in ms from now. */
  reconnecting: [plan: { attempt: number; delay: number; cause: ConnectionCause }];
  /** With `reconnect`: after `connected`, the connection is there again. */
  reconnected: [outcome: { attempts: number }];
  /** With `reconnect`: there will be no more attempts. */
  gaveUp: [outcome: { attempts: number; cause: ConnectionCause }];
  /** With any of the options in ResilienceOptions: another token is in use; since in ms since the epoch. */
  tokenChanged: [details: { userId: string | number | undefined; since: number }];
  /** With `resubscribe` or `offlineQueue`: after each `connected`, all is as it was before. */
  ready: [];

  /** What is said in a dialog. */
  'ms.MessagingEventNotification': [body: MessagingEventNotification];
  /** Conversations have come, changed or gone. */
  'cqm.ExConversationChangeNotification': [body: ExConversationChangeNotification];
  /** Conversations are offered to the agent. */
  'routing.RoutingTaskNotification': [body: RoutingTaskNotification];
  /** The agent's own state has changed. */
  'routing.AgentStateNotification': [body: AgentStateNotification];
  /** The service's RingUpdated, which says nothing that RoutingTaskNotification does not. */
  deprecated: [body: undefined];

  /** The answer of `getClock`. */
  '.GetClock$Response': [body: ClockAnswer, requestId: string];
  /** The answer of `agentRequestConversation`. */
  '.ams.cm.RequestConversation$Response': [body: RequestConversationAnswer, requestId: string];
  /** The answer of `subscribeExConversations`. */
  '.ams.aam.SubscribeExConversations$Response': [body: SubscriptionAnswer, requestId: string];
  /** The answer of `subscribeRoutingTasks` and `subscribeAgentsState`. */
  '.ams.GenericSubscribe$Response': [body: SubscriptionAnswer, requestId: string];
  /** The answer of `subscribeMessagingEvents`, after the history. */
  GenericSubscribeResponse: [body: undefined, requestId: string];
  /** The answer of `publishEvent`. */
  '.ams.ms.PublishEvent$Response': [body: PublishEventAnswer, requestId: string];
  /** The answer of `getUserProfile`. */
  '.ams.userprofile.GetUserProfile$Response': [body: UserProfileAnswer, requestId: string];
  /** The answer of `generateURLForUploadFile` and `generateURLForDownloadFile`. */
  '.ams.ms.BaseGenerateURL$Response': [body: FileUrlAnswer, requestId: string];
  /** The answer of `generateDownloadToken`. */
  '.ams.ms.token.GenerateDownloadToken$Response': [body: DownloadTokenAnswer, requestId: string];
  /** A plain text: the answer of all other requests, and of a refused one. */
  '.ReqBody$StringResp': [body: string, requestId: string];
}

/** A known event, or any other name. */
export type EventName = keyof AgentEvents | (string & {}) | symbol;

/** What the listeners of an event get. */
export type EventArguments<Name> = Name extends keyof AgentEvents ? AgentEvents[Name] : any[];

/** A listener for an event. */
export type EventListener<Name> = (...args: EventArguments<Name>) => void;
