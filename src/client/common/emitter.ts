/**
 * Typed events. `on` gives back its own undoing, and a listener that throws does not keep others from hearing: with
 * node:events it would, and what it threw would come out of whatever the client was doing as it emitted.
 */

/** Takes the listener away again. Calling it twice does nothing. */
export type Unsubscribe = () => void;

type Listener<Value> = (value: Value) => void;

/** One call of `on`: the same function given twice is two of them, each with its own undoing. */
interface Listening<Value> {
  readonly listener: Listener<Value>;
  readonly once: boolean;
}

export class Emitter<Events extends object> {
  readonly #listeners: { [Name in keyof Events]?: Listening<Events[Name]>[] } = {};
  readonly #onThrow: (name: keyof Events, thrown: unknown) => void;

  /** `onThrow` hears what a listener threw; it must not throw itself. */
  constructor(onThrow: (name: keyof Events, thrown: unknown) => void) {
    this.#onThrow = onThrow;
  }

  on<Name extends keyof Events>(
    name: Name,
    listener: Listener<Events[Name]>,
    { once = false } = {},
  ): Unsubscribe {
    const listening = { listener, once };
    this.#listeners[name] = [...(this.#listeners[name] ?? []), listening];
    return () => this.#remove(name, listening);
  }

  /** The one that was added last, where the function was added more than once. */
  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    const last = this.#listeners[name]?.findLast((each) => each.listener === listener);
    if (last !== undefined) this.#remove(name, last);
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    // The list is replaced, never changed, by `on` and its undoing: it is safe to walk while they are called.
    for (const listening of this.#listeners[name] ?? []) {
      const { listener, once } = listening;
      // One that an event within an event has called already has gone.
      if (once && !this.#listeners[name]?.includes(listening)) continue;
      if (once) this.#remove(name, listening);
      this.tell(name, listener, value);
    }
  }

  /** Tells this one alone. */
  tell<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>, value: Events[Name]): void {
    try {
      listener(value);
    } catch (thrown) {
      this.#onThrow(name, thrown);
    }
  }

  #remove<Name extends keyof Events>(name: Name, listening: Listening<Events[Name]>): void {
    this.#listeners[name] = this.#listeners[name]?.filter((other) => other !== listening) ?? [];
  }

  has(name: keyof Events): boolean {
    return (this.#listeners[name]?.length ?? 0) > 0;
  }

  clear(): void {
    for (const name of Object.keys(this.#listeners)) delete this.#listeners[name as keyof Events];
  }
}
