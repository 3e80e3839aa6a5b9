/** How fast a socket is read: a slice in each turn of the event loop, and nothing while somebody holds the brake. */
import type { Brake, Braked } from './brake';

/**
 * Frames read in one turn of the event loop, or a few more. A fast server fills the socket with thousands, and
 * Node reads on while there are any; but what they become is worked on in later turns (Node-RED hands each message on
 * by `setImmediate`). All of them alive at once, much of the time went into collecting garbage.
 */
const SLICE = 64;

/** What of a WebSocket it needs. */
export interface Paced {
  pause(): void;
  resume(): void;
}

export class Pace implements Braked {
  readonly #brake: Brake;
  #socket: Paced | undefined;
  #bytesRead = (): number => 0;
  #inSlice = 0;
  /** Has delivered: before that, the brake would keep us from hearing that we are let in at all. */
  #delivers = false;
  #braked = false;
  /** What is asked for how much was read, while nothing is. */
  #asked = 0;

  constructor(brake: Brake) {
    this.#brake = brake;
  }

  start(socket: Paced): void {
    this.#socket = socket;
  }

  /** @param bytesRead of the socket beneath, once there is one. */
  counts(bytesRead: () => number): void {
    this.#bytesRead = bytesRead;
  }

  /** Changes whenever anything is heard, and while it is us who do not listen: that silence is not the other side's. */
  progress(): number {
    if (this.#braked) this.#asked += 1;
    return this.#bytesRead() + this.#asked;
  }

  /** A frame has been read. Reads on only when all that this turn's frames have set off has had its turn. */
  read(): void {
    this.#inSlice += 1;
    if (this.#inSlice === SLICE) this.#socket?.pause();
    if (this.#inSlice === 1) setImmediate(this.#turned);
  }

  readonly #turned = (): void => {
    const wasPaused = this.#inSlice >= SLICE;
    this.#inSlice = 0;
    if (wasPaused && !this.#braked) this.#socket?.resume();
  };

  /** A message has been delivered. */
  delivered(): void {
    if (!this.#delivers) {
      this.#delivers = true;
      this.#brake.add(this);
    }
    if (this.#brake.held && !this.#braked) this.brake(true);
  }

  brake(held: boolean): void {
    this.#braked = held;
    if (held) this.#socket?.pause();
    else if (this.#inSlice < SLICE) this.#socket?.resume();
  }

  /** Whoever holds the brake is not waited for any more. */
  end(): void {
    this.#brake.delete(this);
    this.#delivers = true;
    if (this.#braked) this.brake(false);
  }
}
