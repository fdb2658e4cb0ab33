/**
 * What goes over the wire.
 *
 * @module frames
 */

/** A request as it is sent; those fields that are undefined are not. */
export interface RequestFrame {
  kind: 'req';
  /** A UUID. */
  id: string;
  /** The request's type on the wire, e.g. `.ams.ms.PublishEvent`. */
  type: string;
  body: any;
  headers: any;
  metadata: any;
  encodedMetadata: any;
}

/** The answer to a request. A callback gets it as its error where `code` is beyond 399. */
export interface ResponseFrame<Body = any> {
  kind: 'resp';
  /** The request's id. */
  reqId: string;
  /** E.g. `.ams.ms.PublishEvent$Response`, or `.ReqBody$StringResp` for a plain text. */
  type: string;
  /** As an HTTP status. */
  code: number;
  body?: Body;
}

/** A notification, as the event `notification` has it. */
export interface NotificationFrame<Body = any> {
  kind: 'notification';
  /** The name of the typed event with the same body. */
  type: string;
  body: Body;
}
