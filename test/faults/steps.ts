/** The steps of the protocol as chunks on the wire, so that a fault can strike at each. */
import type { Direction, Fault, FaultProxy, Passage } from '../support/network/fault-proxy';
import type { RigOptions } from './rig';

export type StepName = 'TLS' | 'upgrade' | 'authenticate' | 'subscribe' | 'deliver' | 'publish' | 'close';

/** Question and answer alternate, so each is a chunk of its own; on the loopback one this small is never cut in two. */
const PLACES: Partial<Record<StepName, number>> = { upgrade: 0, authenticate: 1, subscribe: 2 };

const TEXT_FRAME = 0x81;
const CLOSE_FRAME = 0x88;
const PONG_FRAME = 0x8a;
const TLS_HANDSHAKE = 0x16;

/** Whether a chunk belongs to a step. Upwards, what belongs to `deliver` are the pongs: nothing else goes up then. */
function belongsTo(step: StepName, direction: Direction, passage: Passage): boolean {
  const { opening, index, chunk } = passage;
  if (passage.direction !== direction) return false;
  if (step === 'TLS') return opening[0] === TLS_HANDSHAKE && index === 0;
  const isSocket = /^upgrade: websocket/im.test(opening.toString('latin1'));
  if (step === 'publish') return !isSocket && opening.toString('latin1', 0, 4) === 'POST';
  if (!isSocket) return false;
  if (step === 'close') return index > 0 && chunk[0] === CLOSE_FRAME;
  if (step === 'deliver')
    return (
      index > 0 &&
      chunk[0] === (direction === 'up' ? PONG_FRAME : TEXT_FRAME) &&
      (direction === 'up' || index > 2)
    );
  return index === PLACES[step];
}

/** Strikes once, at the first chunk of the step. */
export function strikeOnce(proxy: FaultProxy, step: StepName, direction: Direction, fault: Fault): void {
  proxy.onChunk = (passage) =>
    proxy.struck === 0 && belongsTo(step, direction, passage) ? fault : undefined;
}

/** What a rig needs for the step to be reached. */
export function optionsFor(step: StepName, direction: Direction): RigOptions {
  if (step === 'TLS') return { tls: true };
  // So that there are pongs; with less between them, a process that was just busy loses its connection before the first.
  return step === 'deliver' && direction === 'up' ? { server: { pingInterval: 1_000 } } : {};
}
