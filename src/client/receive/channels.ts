/** All channels of a client, by what is subscribed to: there is one for each. */
import { type Delivery, keyOf } from './delivery';

/** What a channel is found by. */
export interface Place {
  readonly stream: string;
  readonly delivery: Delivery;
}

export class Channels<Channel extends Place> {
  /** Those that get every message by their streams, the others by their keys: ten thousand keys count. */
  readonly #every = new Map<string, Channel>();
  readonly #others = new Map<string, Channel>();

  get size(): number {
    return this.#every.size + this.#others.size;
  }

  /** A list that stays as it is: channels may come and go while it is walked. */
  get list(): readonly Channel[] {
    return [...this.#every.values(), ...this.#others.values()];
  }

  find(place: Place): Channel | undefined {
    return isEvery(place) ? this.#every.get(place.stream) : this.#others.get(keyFor(place));
  }

  add(channel: Channel): void {
    if (isEvery(channel)) this.#every.set(channel.stream, channel);
    else this.#others.set(keyFor(channel), channel);
  }

  delete(channel: Channel): void {
    if (isEvery(channel)) this.#every.delete(channel.stream);
    else this.#others.delete(keyFor(channel));
  }

  clear(): void {
    this.#every.clear();
    this.#others.clear();
  }
}

/** Unique among a client's channels. */
export function keyFor({ stream, delivery }: Place): string {
  return `${keyOf(delivery)} ${stream}`;
}

function isEvery({ delivery }: Place): boolean {
  return delivery.type === 'every';
}
