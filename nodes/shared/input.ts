/** An incoming message: worked on, then finished by exactly one `done`. */

import type { Node, NodeMessage } from 'node-red';
import type { Translate } from './catalogue';
import type { ServerLease } from './lease';
import { translatedError } from './translated-error';

/** A message as it comes: anybody may have put anything into it. */
export interface IncomingMessage extends NodeMessage {
  topic?: string | undefined;
  payload?: unknown;
  action?: unknown;
}

export type Send = (message: NodeMessage) => void;

/** Ends a message: as done, or with an error as failed, which goes to Catch nodes as `msg.error` with its code. */
export type Done = (error?: Error) => void;

/** What Node-RED's own `done` calls. */
interface Completing {
  _complete?(message: NodeMessage, error?: Error): void;
}

/**
 * The `done` of a message that may outlive its node: over a full deploy it is handed to the next client. The closed node
 * is heard by nobody (its Catch nodes are closed, and count as having caught), so its end is its successor's.
 */
function lasting(message: NodeMessage, lease: ServerLease, done: Done): Done {
  return (error) => {
    const successor: (Node & Completing) | undefined = lease.successor;
    if (successor?._complete === undefined) done(error);
    else successor._complete(message, error);
  };
}

/** Runs `work` for each incoming message; it calls `done` exactly once, or throws. Nothing else may call it. */
export function onMessage(
  node: Node,
  lease: ServerLease,
  t: Translate,
  work: (message: IncomingMessage, done: Done, send: Send) => void,
): void {
  const run = (message: IncomingMessage, done: Done, send: Send): void => {
    try {
      work(message, done, send);
    } catch (error) {
      done(translatedError(error, t));
    }
  };
  node.on('input', (message, send, end) => {
    const done = lasting(message, lease, end);
    if (lease.away) lease.whenBack(() => run(message, done, send));
    else run(message, done, send);
  });
}

/** The same for work that finishes the message by ending, and fails it by throwing. */
export function onInput(
  node: Node,
  lease: ServerLease,
  t: Translate,
  work: (message: IncomingMessage, send: Send) => Promise<void>,
): void {
  onMessage(node, lease, t, (message, done, send) => {
    work(message, send).then(
      () => done(),
      (error: unknown) => done(translatedError(error, t)),
    );
  });
}
