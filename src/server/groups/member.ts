/** A member: one socket's share of a group. It has so much of it as its socket takes, and answers for what has not left. */

import type { Filter } from '../../protocol/filter';
import { deliveryHead, encodeSubscriptionAnswer } from '../../protocol/frames';

/** An entry of which something was handed out. Made by a constructor, as a parcel is: see `engine/memory/link`. */
export class EntryInHand {
  readonly number: number;
  readonly texts: readonly string[];
  /** Grows with each one taken: given back ones come again, with a lower number than others. */
  readonly order: number;
  /** Texts that have not left yet. */
  unsettled: number;

  constructor(number: number, texts: readonly string[], order: number) {
    this.number = number;
    this.texts = texts;
    this.order = order;
    this.unsettled = texts.length;
  }
}

/** Neighbours in an entry. */
export class Parcel {
  readonly entry: EntryInHand;
  first: number;
  count = 1;

  constructor(entry: EntryInHand, first: number) {
    this.entry = entry;
    this.first = first;
  }
}

/** The group, as its members see it. */
export interface Home {
  /** So many of the entry's texts have left. */
  delivered(entry: EntryInHand, count: number): void;
  /** A member has room again. */
  pump(): void;
}

/** Whose frames an outlet writes. */
export interface Sender {
  /** So many of its frames, the oldest, have left. Not told of those that die with the connection. */
  left(count: number): void;
}

/** Who has more for an outlet than that has room for. */
export interface Waiter {
  roomy(): void;
}

/** A socket's way out, as members need it. */
export interface MemberOutlet {
  /** False from the moment that the connection begins to close: what it is sent then would be lost. */
  readonly isOpen: boolean;
  readonly hasRoom: boolean;
  /** @param frame JSON text of an object. */
  send(frame: string): void;
  /** A frame of three parts: head, body, and the bracket that closes it. */
  deliver(sender: Sender, head: string, headBytes: number, body: string): void;
  /** The waiter is told once, when there is room again. */
  awaitRoom(waiter: Waiter): void;
  forget(waiter: Waiter): void;
  end(reason: string): void;
}

export interface MemberParts {
  /** Of the subscribe that it came of. */
  readonly id: number;
  readonly streamName: string;
  readonly outlet: MemberOutlet;
  readonly filter: Filter | undefined;
}

export class Member implements Sender, Waiter {
  readonly #parts: MemberParts;
  readonly #outlet: MemberOutlet;
  readonly #head: string;
  readonly #headBytes: number;
  #home: Home | undefined;
  /** The oldest first. */
  #unsent: Parcel[] = [];

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.#outlet = parts.outlet;
    this.#head = deliveryHead(parts.id, parts.streamName);
    this.#headBytes = Buffer.byteLength(this.#head);
  }

  get isOpen(): boolean {
    return this.#outlet.isOpen;
  }

  get hasRoom(): boolean {
    return this.#outlet.hasRoom;
  }

  /** Of its client's token; undefined: it may see everything. */
  get filter(): Filter | undefined {
    return this.#parts.filter;
  }

  /** Tells its client that it is in, before anything is delivered (P24). */
  join(home: Home): void {
    const { id, streamName } = this.#parts;
    this.#home = home;
    this.#outlet.send(encodeSubscriptionAnswer(id, { streamName }));
  }

  give(entry: EntryInHand, index: number): void {
    const last = this.#unsent.at(-1);
    if (last?.entry === entry && last.first + last.count === index) last.count += 1;
    else this.#unsent.push(new Parcel(entry, index));
    this.#outlet.deliver(this, this.#head, this.#headBytes, entry.texts[index] ?? '');
  }

  left(count: number): void {
    let rest = count;
    while (rest > 0) {
      const parcel = this.#unsent[0];
      // It has left its group, which gave all of this to others.
      if (parcel === undefined) return;
      const part = Math.min(rest, parcel.count);
      rest -= part;
      parcel.first += part;
      parcel.count -= part;
      if (parcel.count === 0) this.#unsent.shift();
      this.#home?.delivered(parcel.entry, part);
    }
  }

  awaitRoom(): void {
    this.#outlet.awaitRoom(this);
  }

  roomy(): void {
    this.#home?.pump();
  }

  /** Its connection is gone. @returns what it was given and has not left. */
  leave(): readonly Parcel[] {
    this.#home = undefined;
    this.#outlet.forget(this);
    return this.#unsent.splice(0);
  }

  end(reason: string): void {
    this.#outlet.end(reason);
  }
}
