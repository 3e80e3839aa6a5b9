/** An incoming message: worked on, then finished by exactly one `done`. */

import type { Node, NodeMessage } from 'node-red';
import type { Translate } from '../catalogue';
import type { ServerLease } from '../lease';
import { translatedError } from './translated-error';
import type { Value } from './value';

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
    lease.ended(error);
    const successor: (Node & Completing) | undefined = lease.successor;
    if (successor?._complete === undefined) done(error);
    else successor._complete(message, error);
  };
}

/** A message whose values are being read, or that comes after one. */
interface Waiting {
  readonly message: IncomingMessage;
  readonly fail: (error: unknown) => void;
}

/**
 * Runs `work` for each incoming message; it calls `done` exactly once, or throws. Nothing else may call it.
 *
 * @param values what is to be read of a message first. What takes its time is read in the order of the messages.
 */
export function onMessage(
  node: Node,
  lease: ServerLease,
  t: Translate,
  values: (message: IncomingMessage) => readonly Value[],
  work: (message: IncomingMessage, given: readonly unknown[], done: Done, send: Send) => void,
): void {
  let last: Promise<void> = Promise.resolve();
  const waiting = new Set<Waiting>();
  node.on('input', (message, send, end) => {
    const done = lasting(message, lease, end);
    const fail = (error: unknown): void => done(translatedError(error, t));
    const run = (given: readonly unknown[]): void => {
      try {
        work(message, given, done, send);
      } catch (error) {
        fail(error);
      }
    };
    const go = (given: readonly unknown[]): void => {
      if (lease.away) lease.whenBack(() => run(given));
      else run(given);
    };
    const wanted = values(message);
    const read = (): unknown[] => wanted.map((value) => value.read(message));
    // What is there at once, as a command is, has no right to go before what came earlier.
    if (waiting.size > 0 || !wanted.every(({ atOnce }) => atOnce)) {
      const own: Waiting = { message, fail };
      waiting.add(own);
      last = last
        .then(() => (waiting.has(own) ? Promise.all(read()) : []))
        .then(
          (given) => void (waiting.delete(own) && go(given)),
          (error: unknown) => void (waiting.delete(own) && fail(error)),
        );
      return;
    }
    let given: unknown[];
    try {
      given = read();
    } catch (error) {
      return fail(error);
    }
    go(given);
  });
  // A value may come late, or never: the next node of the same id reads it anew.
  node.on('close', () => {
    const left = [...waiting];
    waiting.clear();
    if (left.length === 0) return;
    lease.onceSucceeded((successor) => {
      for (const { message, fail } of left) {
        if (successor === undefined) fail(lease.problem);
        else successor.receive(message);
      }
    });
  });
}

/** The same for work that finishes the message by ending, and fails it by throwing. */
export function onInput(
  node: Node,
  lease: ServerLease,
  t: Translate,
  values: readonly Value[],
  work: (message: IncomingMessage, given: readonly unknown[], send: Send) => Promise<void>,
): void {
  onMessage(
    node,
    lease,
    t,
    () => values,
    (message, given, done, send) => {
      work(message, given, send).then(
        () => done(),
        (error: unknown) => done(translatedError(error, t)),
      );
    },
  );
}
