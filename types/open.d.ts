/**
 * Helpers of the other types.
 *
 * @module open
 */

/**
 * The values that are known, for an editor to offer, and any other text: services send new ones, and bots keep theirs in
 * plain `string` variables.
 */
export type Open<Known extends string> = Known | (string & {});

/** The service may send fields that no page documents. */
export interface Fields {
  [field: string]: any;
}
