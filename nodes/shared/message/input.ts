/** An incoming message: worked on, then finished by exactly one `done`. */

import type { Node, NodeMessage } from 'node-red';
import { StreamSeaError } from '../../../src/index';
import type { ServerLease } from '../lease';
import { translatedError, unreadable } from './translated-error';
import { Unread } from './unread';
import type { Value } from './value';

/** A message as it comes: anybody may have put anything into it. */
export interface IncomingMessage extends NodeMessage {
  topic?: string | undefined;
  payload?: unknown;
  action?: unknown;
}

export type Send = (message: NodeMessage) => void;

/** What Node-RED's own `done` calls. */
interface Completing {
  _complete?(message: NodeMessage, error?: Error): void;
}

/** A message that has come, until its one end. An object with methods, where functions for each message would be five. */
export class Incoming {
  readonly message: IncomingMessage;
  readonly #lease: ServerLease;
  readonly #end: (error?: Error) => void;

  constructor(lease: ServerLease, message: IncomingMessage, end: (error?: Error) => void) {
    this.#lease = lease;
    this.message = message;
    this.#end = end;
  }

  /**
   * Ends it, as done or as failed. It may outlive its node: over a full deploy it is handed to the next client. The closed
   * node is heard by nobody (its Catch nodes are closed, and count as having caught), so its end is its successor's.
   */
  done(error?: Error): void {
    this.#lease.ended(error);
    const successor: (Node & Completing) | undefined = this.#lease.successor;
    try {
      if (successor?._complete === undefined) this.#end(error);
      else successor._complete(this.message, error);
    } catch (thrown) {
      // Catch and Complete nodes get copies, and of what nests too deep, or throws when it is read, there is none. Thrown
      // to whoever calls us, it would end Node-RED.
      const { node, t } = this.#lease;
      (successor ?? node).error(error ?? translatedError(unreadable(thrown), t));
    }
  }

  /** Ends it with an error, which goes to Catch nodes as `msg.error` with its code. */
  fail(thrown: unknown): void {
    this.done(translatedError(isOurs(thrown) ? thrown : unreadable(thrown), this.#lease.t));
  }
}

function isOurs(thrown: unknown): boolean {
  try {
    return thrown instanceof StreamSeaError;
  } catch {
    // Of a proxy, say.
    return false;
  }
}

const NONE: readonly Value[] = [];

function readOf(values: readonly Value[], message: IncomingMessage): unknown[] {
  // For each message: an array that grows has room for sixteen more, and an iterator makes a pair of each.
  const given = new Array<unknown>(values.length);
  for (let at = 0; at < values.length; at += 1) given[at] = values[at]?.read(message);
  return given;
}

/**
 * Runs `work` for each incoming message; it ends it exactly once, or throws. Nothing else may end it.
 *
 * @param values what is to be read of a message first. What takes its time is read in the order of the messages.
 * @param isCommand of which message nothing is read.
 */
export function onMessage(
  lease: ServerLease,
  values: readonly Value[],
  work: (incoming: Incoming, given: readonly unknown[], send: Send) => void,
  isCommand: (message: IncomingMessage) => boolean = () => false,
): void {
  const atOnce = values.every((value) => value.atOnce);
  let last: Promise<void> = Promise.resolve();
  /** Those whose values are being read, or that come after one. */
  const waiting = new Unread<Incoming>((awaited) => lease.awaits(awaited));
  const run = (incoming: Incoming, given: readonly unknown[], send: Send): void => {
    try {
      work(incoming, given, send);
    } catch (error) {
      incoming.fail(error);
    }
  };
  const runLater = (incoming: Incoming, given: readonly unknown[], send: Send): void =>
    lease.whenBack(() => run(incoming, given, send));
  const go = (incoming: Incoming, given: readonly unknown[], send: Send): void => {
    if (lease.away) runLater(incoming, given, send);
    else run(incoming, given, send);
  };
  const wait = (wanted: readonly Value[], own: Incoming, send: Send): void => {
    waiting.add(own, wanted);
    last = last
      .then(() => (waiting.has(own) ? Promise.all(readOf(wanted, own.message)) : []))
      .then(
        (given) => void (waiting.delete(own) && go(own, given, send)),
        (error: unknown) => void (waiting.delete(own) && own.fail(error)),
      );
  };
  lease.node.on('input', (message, send, end) => {
    const incoming = new Incoming(lease, message, end);
    let given: unknown[];
    try {
      const wanted = isCommand(message) ? NONE : values;
      // What is there at once, as a command is, has no right to go before what came earlier.
      if (waiting.size > 0 || !(atOnce || wanted === NONE)) return wait(wanted, incoming, send);
      given = readOf(wanted, message);
    } catch (error) {
      return incoming.fail(error);
    }
    go(incoming, given, send);
  });
  // A value may come late, or never: the next node of the same id reads it anew.
  lease.node.on('close', () => {
    const left = waiting.close();
    if (left.length === 0) return;
    lease.onceSucceeded((successor) => {
      for (const incoming of left) {
        if (successor === undefined) incoming.fail(lease.problem);
        else successor.receive(incoming.message);
      }
    });
  });
}

/** The same for work that finishes the message by ending, and fails it by throwing. */
export function onInput(
  lease: ServerLease,
  values: readonly Value[],
  work: (message: IncomingMessage, given: readonly unknown[], send: Send) => Promise<void>,
): void {
  onMessage(lease, values, (incoming, given, send) => {
    work(incoming.message, given, send).then(
      () => incoming.done(),
      (error: unknown) => incoming.fail(error),
    );
  });
}
