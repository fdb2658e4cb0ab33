/**
 * The bodies of notifications as listeners get them, that is after the SDK's transforms.
 *
 * @module notifications
 */

import type { DialogEvent, Metadata } from './content';
import type { Fields, Open } from './open';

/** Something that was subscribed to has changed, or is there when the subscription begins. */
export interface Change<Result> extends Fields {
  /** DELETE: it does not fit the subscription any more. */
  type: Open<'UPSERT' | 'DELETE'>;
  result: Result;
}

/** What all of them have, but for messages. */
export interface Notification<Result> extends Fields {
  /** As the subscription's answer had it. */
  subscriptionId: string;
  /** May be empty in the first notification of a subscription. */
  changes: Array<Change<Result>>;
}

// routing.RoutingTaskNotification

/** `routing.RoutingTaskNotification`: conversations offered to the agent. */
export type RoutingTaskNotification = Notification<RoutingTask>;

/** A conversation that looks for an agent. */
export interface RoutingTask extends Fields {
  conversationId: string;
  consumerId: string;
  /** '-1': none. */
  skillId: string;
  /** Somebody has taken it. */
  taskCompleted: boolean;
  /** Usually one for an agent. */
  ringsDetails: Ring[];
}

/** The offer to one agent. */
export interface Ring extends Fields {
  /** What `updateRingState` wants. */
  ringId: string;
  /** WAITING is the one to answer. */
  ringState: Open<'WAITING' | 'ACCEPTED' | 'REJECTED' | 'CANCELLED' | 'EXPIRED' | 'AUTO_ACCEPT'>;
  /** When it ends, ms since the epoch. */
  ringExpirationTs: number;
  /** How long it lasts, in ms: 72000. */
  ringExpiration: number;
  /** The lower the more urgent, about ms since the epoch. */
  weight: number;
}

// routing.AgentStateNotification

/** `routing.AgentStateNotification`: the agent's own state. */
export type AgentStateNotification = Notification<AgentState>;

/** Whether an agent takes conversations. */
export interface AgentState extends Fields {
  channels: Array<Open<'MESSAGING'>>;
  availability: Availability;
  /** Words of the agent's own. */
  description?: string;
}

/** ONLINE: conversations ring. */
export type Availability = Open<'ONLINE' | 'OCCUPIED' | 'BACK_SOON' | 'AWAY' | 'OFFLINE'>;

// cqm.ExConversationChangeNotification

/**
 * `cqm.ExConversationChangeNotification`: conversations. The first one of a subscription has all that fit, 1001 at most;
 * after that each change of a conversation sends the whole of it, sometimes twice.
 */
export type ExConversationChangeNotification = Notification<ConversationResult>;

/** A conversation and what has become of it. */
export interface ConversationResult extends Fields {
  convId: string;
  /** When it wants an answer, ms since the epoch; -1: it does not. */
  effectiveTTR?: number;
  conversationDetails: ConversationDetails;
  /** The last message; may be missing. Neither `isMe()` nor a `messageAudience`, and the ids are as the service sent them. */
  lastContentEventNotification?: RawMessagingEvent;
}

/** The conversation itself. Sections that do not apply are absent. */
export interface ConversationDetails extends Fields {
  /** '-1': none. */
  skillId: string;
  /** The account. */
  brandId: string;
  /** Everybody's id (as `agent.agentId`) and role, those of the whole conversation. */
  participants: Participant[];
  /** The main one first; a survey, a co-browse, talk among agents are others. */
  dialogs: Dialog[];
  /** Of the main dialog. */
  state: Open<'OPEN' | 'CLOSE' | 'LOCKED'>;
  /** Of the whole: with a survey still open, state is CLOSE and stage OPEN. */
  stage?: Open<'OPEN' | 'CLOSE'>;
  closeReason?: Open<'AGENT' | 'CONSUMER' | 'TIMEOUT' | 'SYSTEM'>;
  /** Ms since the epoch. */
  startTs: number;
  /** Ms since the epoch. */
  endTs?: number;
  /** Ms since the epoch. Notifications may overtake each other: this tells which is newer. */
  metaDataLastUpdateTs?: number;
  /** Whether it is the consumer's first with this brand. */
  firstConversation?: boolean;
  /** How fast it wants answers; value in s. */
  ttr?: { ttrType: Open<'URGENT' | 'NORMAL' | 'PRIORITIZED' | 'CUSTOM'>; value: number; [field: string]: any };
  /** The brand is closed; tillWhen in ms since the epoch. */
  delay?: { type: string; tillWhen: number; [field: string]: any };
  /** Set by hand, ms since the epoch; 0: not. */
  manualETTR?: number;
  /** How the consumer came. */
  campaignInfo?: { campaignId: number | string; engagementId: number | string; [field: string]: any };
  appInstId?: string;
  /** Where the consumer is. */
  context?: ConversationContext;
  /** Who answers, where that is an application. */
  conversationHandlerDetails?: { accountId: string; skillId: string; [field: string]: any };
  /** The agent's own role, undefined where it has none. Works detached. */
  getMyRole(): Role | undefined;
  /** What `getMyRole()` gives. */
  __myRole?: Role;
}

/** What somebody is in a conversation. */
export type Role = Open<'CONSUMER' | 'ASSIGNED_AGENT' | 'AGENT' | 'MANAGER' | 'READER' | 'CONTROLLER'>;

/** Somebody who takes part in a conversation. */
export interface Participant {
  /** A consumer's id, or an agent's in the style of `agent.agentId`. */
  id: string;
  role: Role;
}

/** A thread of a conversation. */
export interface Dialog extends Fields {
  /** Of the main one: the conversation's id. */
  dialogId: string;
  dialogType?: Open<'MAIN' | 'POST_SURVEY' | 'AGENTS' | 'OTHER' | 'PRE_CONVERSATION_OPT_IN'>;
  channelType?: Open<'MESSAGING' | 'COBROWSE' | 'LIVE_CHAT'> | null;
  state: Open<'OPEN' | 'CLOSE'>;
  /** Everybody in it; missing in a co-browse. state: from apiVersion 2.1 on. */
  participantsDetails?: Array<Participant & { state?: Open<'ACTIVE' | 'SUGGESTED'>; [field: string]: any }>;
  /** Ms since the epoch. */
  creationTs: number;
  /** Ms since the epoch. */
  endTs?: number;
  /** Ms since the epoch. */
  metaDataLastUpdateTs?: number;
  closedBy?: Open<'AGENT' | 'CONSUMER' | 'SYSTEM'>;
  /** In words. */
  closedCause?: string;
  /** Which application plays it, e.g. the survey bot. */
  metaData?: { appInstallId?: string; [field: string]: any };
}

/** Where a consumer is. */
export interface ConversationContext extends Fields {
  type: Open<
    | 'SharkContext'
    | 'MobileAppContext'
    | 'CustomContext'
    | 'FacebookContext'
    | 'SMSContext'
    | 'ProactiveContext'
    | 'VoiceContext'
  >;
  /** E.g. `en-US`. */
  lang?: string;
  clientProperties?: ClientProperties;
  /** SharkContext: for the visitor's web site. */
  visitorId?: string;
  /** SharkContext */
  sessionId?: string;
  /** SharkContext */
  interactionContextId?: string;
}

/** The device and program that somebody uses. */
export interface ClientProperties extends Fields {
  type?: string;
  appId?: string;
  ipAddress?: string;
  /** E.g. `DESKTOP`. */
  deviceFamily?: string;
  os?: string;
  osVersion?: string;
  /** E.g. `WEB_SDK`. */
  integration?: string;
  integrationVersion?: string;
  browser?: string;
  browserVersion?: string;
  /** E.g. `Europe/Athens`. */
  timeZone?: string;
  /** What it can show, e.g. `RICH_CONTENT`. */
  features?: string[];
}

// ms.MessagingEventNotification

/** `ms.MessagingEventNotification`: what is said in a dialog; one event as it happens, or a history. */
export interface MessagingEventNotification extends Fields {
  dialogId: string;
  changes: MessagingEvent[];
}

/** An event of a dialog as the service stores it. */
export interface RawMessagingEvent extends Fields {
  dialogId: string;
  conversationId?: string;
  /** Counts from 0 in each dialog, messages and receipts alike; absent for chat states. */
  sequence?: number;
  /** Ms since the epoch; absent for chat states. */
  serverTimestamp?: number;
  /** AGENTS_AND_MANAGERS: the consumer does not see it. */
  messageAudience?: Open<'ALL' | 'AGENTS_AND_MANAGERS'>;
  originatorId: string;
  originatorClientProperties?: ClientProperties;
  /** Who said it, with their role. */
  originatorMetadata?: { id: string; role: Role; clientProperties?: ClientProperties; [field: string]: any };
  event: DialogEvent;
  /** What its sender gave with it. */
  metadata?: Metadata[];
}

/** An event of a dialog. */
export interface MessagingEvent extends RawMessagingEvent {
  /** A consumer's id, or an agent's in the style of `agent.agentId`. */
  originatorId: string;
  /** Whether the agent itself said it. Works detached. */
  isMe(): boolean;
  /** What `isMe()` gives. */
  __isMe: boolean;
}
