/** What goes down the wires for each delivery. */

import type { NodeMessage } from 'node-red';

export interface OutMessage extends NodeMessage {
  topic: string;
  payload: unknown;
  /** Milliseconds since 1970. */
  received: number;
  _msgid: string;
}

function Made(this: OutMessage, topic: string, payload: unknown, received: number, id: string): void {
  this.topic = topic;
  this.payload = payload;
  this.received = received;
  this._msgid = id;
}

// As plain as a literal: flows clone, compare and print it.
Made.prototype = Object.prototype;

/**
 * Made by a constructor: V8 learns of a literal whether what it makes lives long. Of the many messages that are under way
 * between nodes it did in some processes, made all later ones old, and garbage cost these far more, for the rest of
 * their lives.
 */
export const OutMessage = Made as unknown as new (
  topic: string,
  payload: unknown,
  received: number,
  id: string,
) => OutMessage;
