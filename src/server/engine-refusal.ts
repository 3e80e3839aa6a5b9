/** What an engine says no with, as an answer to a client. */

import { EngineAway, TooLarge } from '../engine/faults';
import { StoreError } from '../errors';
import { Refusal } from './refusal';

/** Seconds: by then a cluster has a new leader, and a full disk is still full. */
const RETRY_AFTER = 2;

/** Undefined: the engine said nothing of the kind. */
export function engineRefusal(error: unknown): Refusal | undefined {
  if (error instanceof TooLarge) {
    return new Refusal(
      413,
      `One request may publish ${error.maxBytes} bytes here. Send fewer messages at once.`,
    );
  }
  if (error instanceof EngineAway || error instanceof StoreError) {
    // Not in the engine's words, which name folders and addresses inside a plant: those are for whoever runs the server.
    return new Refusal(
      503,
      'What the server keeps its streams in cannot be reached, or takes nothing now. Try again.',
      [],
      RETRY_AFTER,
    );
  }
  return undefined;
}
