/** An incoming message: worked on, then finished by exactly one `done`. */

import type { Node, NodeMessage } from 'node-red';
import type { Translate } from './catalogue';
import { translatedError } from './translated-error';

/** A message as it comes: anybody may have put anything into it. */
export interface IncomingMessage extends NodeMessage {
  topic?: string | undefined;
  payload?: unknown;
  action?: unknown;
}

export type Send = (message: NodeMessage) => void;

/**
 * Runs `work` for each incoming message. It finishes the message by ending, and fails it by throwing: the error
 * goes to Catch nodes as `msg.error` with its code. Nothing else may call `done`.
 */
export function onInput(
  node: Node,
  t: Translate,
  work: (message: IncomingMessage, send: Send) => Promise<void>,
): void {
  node.on('input', (message, send, done) => {
    const failed = (error: unknown): void => done(translatedError(error, t));
    try {
      work(message, send).then(() => done(), failed);
    } catch (error) {
      failed(error);
    }
  });
}
