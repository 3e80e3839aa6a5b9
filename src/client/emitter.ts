/** Typed events. `on` gives back its own undoing, and a listener that throws does not keep others from hearing. */

/** Takes the listener away again. Calling it twice does nothing. */
export type Unsubscribe = () => void;

type Listener<Value> = (value: Value) => void;

export class Emitter<Events extends object> {
  readonly #listeners: { [Name in keyof Events]?: Listener<Events[Name]>[] } = {};
  readonly #onThrow: (name: keyof Events, thrown: unknown) => void;

  /** `onThrow` hears what a listener threw; it must not throw itself. */
  constructor(onThrow: (name: keyof Events, thrown: unknown) => void) {
    this.#onThrow = onThrow;
  }

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): Unsubscribe {
    // Wrapped, so that the same function added twice is two listeners, each with its own undoing.
    const entry: Listener<Events[Name]> = (value) => listener(value);
    this.#listeners[name] = [...(this.#listeners[name] ?? []), entry];
    return () => {
      this.#listeners[name] = this.#listeners[name]?.filter((other) => other !== entry) ?? [];
    };
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    // The list is replaced, never changed, by `on` and its undoing: it is safe to walk while they are called.
    for (const listener of this.#listeners[name] ?? []) {
      try {
        listener(value);
      } catch (thrown) {
        this.#onThrow(name, thrown);
      }
    }
  }

  has(name: keyof Events): boolean {
    return (this.#listeners[name]?.length ?? 0) > 0;
  }

  clear(): void {
    for (const name of Object.keys(this.#listeners)) delete this.#listeners[name as keyof Events];
  }
}
