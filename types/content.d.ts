/**
 * What is said in a dialog: messages, rich content, quick replies, receipts, typing; and metadata.
 *
 * @module content
 */

import type { Fields, Open } from './open';

/** Plain text. */
export interface TextEvent extends Fields {
  type: 'ContentEvent';
  contentType: 'text/plain';
  message: string;
  /** Choices shown with it. */
  quickReplies?: QuickReplies;
}

/** A file that was put where `generateURLForUploadFile` said. */
export interface FileEvent extends Fields {
  type: 'ContentEvent';
  contentType: 'hosted/file';
  message: HostedFile;
}

/** Where a file is. */
export interface HostedFile extends Fields {
  /** As `generateURLForUploadFile` answered it; `generateURLForDownloadFile` wants it. */
  relativePath: string;
  fileType: Open<'JPG' | 'JPEG' | 'PNG' | 'GIF' | 'PDF'>;
  caption?: string;
  /** A thumbnail as a data URL, less than 30 kB. */
  preview?: string;
}

/** Asks the consumer to fill in a secure form. */
export interface SecureFormInvitation extends Fields {
  type: 'ContentEvent';
  contentType: 'forms/secure-invitation';
  message: { formId: string; invitationId: string; title: string; [field: string]: any };
}

/** The consumer has filled in a secure form; `generateDownloadToken` is the way to what they wrote. */
export interface SecureFormSubmission extends Fields {
  type: 'ContentEvent';
  contentType: 'forms/secure-submission';
  message: { submissionId: string; invitationId: string; [field: string]: any };
}

/** A message; `contentType` says what `message` is. */
export type ContentEvent = TextEvent | FileEvent | SecureFormInvitation | SecureFormSubmission;

/** Structured content: a card, a list, a carousel. */
export interface RichContentEvent extends Fields {
  type: 'RichContentEvent';
  content: StructuredContent;
  quickReplies?: QuickReplies;
}

/** Says what became of messages. Takes a sequence number of its own. */
export interface AcceptStatusEvent extends Fields {
  type: 'AcceptStatusEvent';
  status: Open<'ACCEPT' | 'READ' | 'ACCESS' | 'NACK' | 'ACTION' | 'VIEWED'>;
  /** The sequences of the messages; a single one may stand alone. */
  sequenceList: number[] | number;
}

/** Whether somebody is typing. Is not stored and has no sequence number. */
export interface ChatStateEvent extends Fields {
  type: 'ChatStateEvent';
  chatState: Open<'ACTIVE' | 'INACTIVE' | 'GONE' | 'COMPOSING' | 'PAUSE' | 'BACKGROUND'>;
}

/** The kinds of event that there are. A service may send others; pass over what `type` does not name. */
export type DialogEvent = ContentEvent | RichContentEvent | AcceptStatusEvent | ChatStateEvent;

/** An event whose type or content type only becomes known when the bot runs. What is known of the fields is checked. */
export interface LooseEvent {
  type: string;
  contentType?: string;
  message?: string | { [field: string]: any };
  content?: { [field: string]: any };
  quickReplies?: { [field: string]: any };
  status?: string;
  sequenceList?: number[] | number;
  chatState?: string;
  [field: string]: any;
}

/** What `publishEvent` takes. */
export type PublishedEvent = DialogEvent | LooseEvent;

// Rich content

/** Choices shown below a message: 24 at most. They never go alone. */
export interface QuickReplies extends Fields {
  type: Open<'quickReplies'>;
  /** 8 at most. */
  itemsPerRow?: number;
  replies: QuickReply[];
}

/** One choice. */
export interface QuickReply extends Fields {
  type: Open<'button'>;
  /** 25 characters are shown at most. */
  title: string;
  /** 256 characters at most. */
  tooltip?: string;
  click?: ClickActions;
  style?: { [field: string]: any };
}

/** What a click does. */
export interface ClickActions extends Fields {
  actions?: Array<{
    type: Open<'publishText' | 'link' | 'navigate' | 'checkbox' | 'submitAsText'>;
    [field: string]: any;
  }>;
  /** Goes with the consumer's answer, e.g. an ExternalId. */
  metadata?: Metadata[];
}

/** An element of structured content; which fields it has depends on its type. Images are https, on a listed domain. */
export interface StructuredContent extends Fields {
  type: Open<
    'vertical' | 'horizontal' | 'carousel' | 'list' | 'text' | 'image' | 'button' | 'map' | 'section' | 'checkbox'
  >;
  /** What a container holds. */
  elements?: StructuredContent[];
  tag?: string;
  /** Of a text. */
  text?: string;
  /** Of a button. */
  title?: string;
  /** Of an image. */
  url?: string;
  tooltip?: string;
  alt?: string;
  rtl?: boolean;
  style?: { [field: string]: any };
  click?: ClickActions;
}

// Metadata

/** Goes with an event or a change of a conversation, besides its content. */
export interface Metadata extends Fields {
  /** Known are those below, EscalationSummary, ConversationSummary, AutoMessage, Question, Answer and more. */
  type: Open<'ExternalId' | 'BotResponse' | 'ActionReason'>;
  /** ExternalId: 64 characters at most. */
  id?: string;
  /** BotResponse, ActionReason: of a conversation elsewhere, 64 characters at most. */
  externalConversationId?: string;
  /** BotResponse: 256 characters each at most. */
  businessCases?: string[];
  /** BotResponse: what the bot understood, 16 at most. */
  intents?: Intent[];
  /** ActionReason: 64 characters at most. */
  reason?: string;
  /** ActionReason: 64 characters at most. */
  reasonId?: string;
}

/** What a bot understood. */
export interface Intent extends Fields {
  id?: string;
  name?: string;
  /** 64 characters at most. */
  confidence?: string;
  /** From 0 to 1. */
  confidenceScore?: number;
}
