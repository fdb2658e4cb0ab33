/**
 * How requests are called, their bodies and their answers.
 *
 * @module requests
 */

import type { Metadata, PublishedEvent } from './content';
import type { Availability, Role } from './notifications';
import type { Fields, Open } from './open';

// How a request is called

/**
 * Null and the body of the answer; or what went wrong: the whole response frame where the service refused, an SDKError
 * where there was no answer.
 */
export type RequestCallback<Answer = any> = (error: any, body: Answer) => void;

/** May stand where the callback would. */
export interface RequestOptions {
  /** Gives the request up: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long it may go unanswered, in ms. Default: `requestTimeout` of the options */
  timeout?: number | string;
}

/** What may stand between body and callback. It is sent as it is. */
export type Sent = Metadata[] | object | string | number | boolean | null | undefined;

/**
 * The arguments of a request: the callback may stand in place of headers, metadata or encodedMetadata; what follows it
 * is dropped.
 */
export type WithCallback<Body = any, Answer = any> =
  | [body: Body | null | undefined, callback: RequestCallback<Answer>, ...dropped: Sent[]]
  | [body: Body | null | undefined, headers: Sent, callback: RequestCallback<Answer>, ...dropped: Sent[]]
  | [
      body: Body | null | undefined,
      headers: Sent,
      metadata: Sent,
      callback: RequestCallback<Answer>,
      ...dropped: Sent[],
    ]
  | [
      body: Body | null | undefined,
      headers: Sent,
      metadata: Sent,
      encodedMetadata: Sent,
      callback: RequestCallback<Answer>,
      ...dropped: Sent[],
    ];

/** The arguments of a request without a callback. (`void`, so that it can be handed to a timer.) */
export type WithoutCallback<Body = any> = [
  body?: Body | null | void,
  headers?: Sent,
  metadata?: Sent,
  encodedMetadata?: Sent,
  options?: RequestOptions | null,
];

// Bodies: what LivePerson documents, and any other field. What the SDK adds need not be given.

/** The body of any request. */
export interface Body extends Fields {
  /** A function is no body: it would be taken for one, and never be called. */
  call?: never;
}

/** Of `agentRequestConversation`. The SDK adds channelType. */
export interface RequestConversationBody extends Body {
  consumerId: string;
  /** Where it comes from. */
  conversationContext?: { type: Open<'ProactiveContext'>; originConversationId?: string; [field: string]: any };
}

/** Of `subscribeExConversations`: which conversations. All together must hold; nothing given: all. */
export interface SubscribeExConversationsBody extends Body {
  convState?: Array<Open<'OPEN' | 'CLOSE' | 'LOCKED'>>;
  stage?: Array<Open<'OPEN' | 'CLOSE'>>;
  /** Those of these agents; `agent.agentId` becomes the id that the service knows here. */
  agentIds?: Array<string | undefined> | string | false | null;
  brandId?: string | number;
  consumerId?: string;
  conversationId?: string;
  dialogTypes?: string[];
  /** Ms since the epoch. */
  minLastUpdatedTime?: number;
  /** Ms since the epoch: the way to those beyond the first 1001. */
  maxLastUpdatedTime?: number;
  groupIds?: Array<string | number>;
  /** Ms since the epoch. */
  maxETTR?: number;
}

/** Of `unsubscribeExConversations`. */
export interface UnsubscribeBody extends Body {
  subscriptionId: string;
}

/** Of `updateConversationField`. What stands in one request happens together or not at all. */
export interface UpdateConversationFieldBody extends Body {
  conversationId: string;
  conversationField: ConversationField[] | ConversationField;
}

/** A change of a conversation; what else there is depends on `field`. */
export interface ConversationField extends Fields {
  field: Open<
    | 'ParticipantsChange'
    | 'ConversationStateField'
    | 'DialogChange'
    | 'Skill'
    | 'TTRField'
    | 'ManualETTR'
    | 'Note'
    | 'Stage'
    | 'DelayField'
    | 'TopicField'
    | 'ConversationHandler'
  >;
  /** ParticipantsChange: ADD joins, REMOVE leaves, SUGGEST proposes an agent in a transfer. Skill, DialogChange: UPDATE. */
  type?: Open<'ADD' | 'REMOVE' | 'SUGGEST' | 'UPDATE'>;
  /** ParticipantsChange: whose, `{accountId}.{userId}`. Default: the agent itself */
  userId?: string;
  /** ParticipantsChange */
  role?: Role;
  /** ConversationStateField: CLOSE closes all dialogs, without a survey. */
  conversationState?: Open<'OPEN' | 'CLOSE'>;
  /** DialogChange: closing the main one may open a survey. */
  dialog?: { dialogId: string; state?: string; closedBy?: string; closedCause?: string; [field: string]: any };
  /** Skill: its id; '-1': none. */
  skill?: string | number;
  /** TTRField */
  ttrType?: Open<'URGENT' | 'NORMAL' | 'PRIORITIZED' | 'CUSTOM'>;
  /** TTRField: in s. */
  value?: number;
  /** ManualETTR: ms since the epoch. */
  time?: number;
  /** Note */
  note?: string;
}

/** Of `publishEvent`. Metadata is the third argument. */
export interface PublishEventBody extends Body {
  dialogId: string;
  conversationId?: string;
  event: PublishedEvent;
  /** AGENTS_AND_MANAGERS: the consumer does not see it. Default: ALL */
  messageAudience?: Open<'ALL' | 'AGENTS_AND_MANAGERS'>;
}

/** Of `updateRingState`. */
export interface UpdateRingStateBody extends Body {
  ringId: string;
  ringState: Open<'ACCEPTED' | 'REJECTED'>;
}

/** Of `getUserProfile`: the consumer's id. An object without a userId: the agent itself. */
export type GetUserProfileBody = string | (Body & { userId?: string });

/** Of `setAgentState`. The SDK adds channels and agentUserId. */
export interface SetAgentStateBody extends Body {
  availability: Availability;
  description?: string;
}

/** Of `subscribeMessagingEvents`: which part of a dialog's history. */
export interface SubscribeMessagingEventsBody extends Body {
  dialogId: string;
  /** The first sequence wanted. Default: 0 */
  fromSeq?: number;
  olderThanSequence?: number;
  maxQuantity?: number;
}

/** Of `generateURLForUploadFile`. */
export interface GenerateURLForUploadFileBody extends Body {
  /** In bytes. */
  fileSize: number | string;
  fileType: Open<'JPG' | 'JPEG' | 'PNG' | 'GIF' | 'PDF'>;
}

/** Of `generateURLForDownloadFile`. */
export interface GenerateURLForDownloadFileBody extends Body {
  /** As the message of the file has it. */
  relativePath: string;
}

/** Of `generateDownloadToken`: for what a consumer wrote into a secure form. */
export interface GenerateDownloadTokenBody extends Body {
  downloadable: {
    type: Open<'SecureForm'>;
    dialogId: string;
    submissionId: string;
    invitationId: string;
    [field: string]: any;
  };
}

// Answers

/** Of `getClock`. */
export interface ClockAnswer extends Fields {
  /** Ms since the epoch. */
  currentTime: number;
}

/** Of `agentRequestConversation`. */
export interface RequestConversationAnswer extends Fields {
  conversationId: string;
}

/** Of what is subscribed to; the subscription ends with the socket. */
export interface SubscriptionAnswer extends Fields {
  subscriptionId: string;
}

/** Of `publishEvent`. */
export interface PublishEventAnswer extends Fields {
  /** The event's number in its dialog; 0 for a chat state. */
  sequence: number;
}

/** Of `generateURLForUploadFile` and `generateURLForDownloadFile`; good for a minute. */
export interface FileUrlAnswer extends Fields {
  /** On the host of the service `swift`. */
  relativePath: string;
  /** temp_url_expires: seconds since the epoch. */
  queryParams: { temp_url_sig: string; temp_url_expires: string; [field: string]: any };
}

/** Of `generateDownloadToken`. */
export interface DownloadTokenAnswer extends Fields {
  token: { type: Open<'SecureFormReadToken'>; readOtk: string; [field: string]: any };
}

/** Of `getUserProfile`: what is known of a consumer, what the brand vouches for first. */
export type UserProfileAnswer = EngagementAttribute[];

/** An engagement attribute (SDE); what else there is depends on its type. */
export interface EngagementAttribute extends Fields {
  type: Open<'ctmrinfo' | 'personal'>;
  /** ctmrinfo: what the brand knows of its customer. */
  info?: CustomerInfo;
  /** personal: who it is. */
  personal?: PersonalInfo;
  /** Of a claim: how far it is authenticated. */
  acr?: string;
  /** Of a claim: who vouches for it. */
  iss?: string;
  /** There where the consumer is authenticated. */
  auth?: { [field: string]: any };
}

/** What a brand knows of its customer. */
export interface CustomerInfo extends Fields {
  customerId?: string;
  /** The phone number where the brand gives none of its own. */
  imei?: string;
  userName?: string;
  /** E.g. `VIP`. */
  ctype?: string;
  /** E.g. `cancelled`. */
  cstatus?: string;
  socialId?: string;
  balance?: number;
  companySize?: number;
  accountName?: string;
  role?: string;
  lastPaymentDate?: DateOnly;
  registrationDate?: DateOnly;
}

/** Who somebody is. */
export interface PersonalInfo extends Fields {
  firstname?: string;
  lastname?: string;
  contacts?: Array<{ email?: string; phone?: string; [field: string]: any }>;
  age?: { age?: number; year?: number; month?: number; day?: number };
  gender?: string;
  language?: string;
  company?: string;
}

/** A day. */
export interface DateOnly {
  day: number;
  month: number;
  year: number;
}
