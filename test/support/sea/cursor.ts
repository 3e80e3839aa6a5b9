/** A cursor in a test's hand, and an outlet that takes as much as the test says. */

import type { Cursor, Entry, Taken } from '../../../src/engine/log';
import type { MemberOutlet, Sender, Waiter } from '../../../src/server/groups/member';
import { settled } from '../clock';

export class FakeCursor implements Cursor {
  readonly doneNumbers: number[] = [];
  readonly back: Entry[] = [];
  hasLeft = false;
  /** How often it was asked. */
  takes = 0;
  #wait: { resolve(taken: Taken): void; reject(error: unknown): void } | undefined;

  get isAsked(): boolean {
    return this.#wait !== undefined;
  }

  take(): Promise<Taken> {
    this.takes += 1;
    return new Promise((resolve, reject) => {
      this.#wait = { resolve, reject };
    });
  }

  done(number: number): void {
    this.doneNumbers.push(number);
  }

  giveBack(entry: Entry): void {
    this.back.push(entry);
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.answer({ end: 'left' });
  }

  /** Answers the take that waits, and lets its asker act. */
  async answer(taken: Taken): Promise<void> {
    const wait = this.#wait;
    this.#wait = undefined;
    wait?.resolve(taken);
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    const wait = this.#wait;
    this.#wait = undefined;
    wait?.reject(error);
    await settled();
  }

  /** One entry of these texts. */
  give(number: number, ...texts: string[]): Promise<void> {
    return this.answer({ entries: [{ number, texts }] });
  }
}

/** What its connection was sent; frames leave when the test says so. */
export class FakeOutlet implements MemberOutlet {
  isOpen = true;
  /** Messages that it takes before it is full. */
  room = Number.POSITIVE_INFINITY;
  readonly answers: string[] = [];
  readonly texts: string[] = [];
  readonly ends: string[] = [];
  readonly waiters = new Set<Waiter>();
  #unsent: Sender[] = [];

  get hasRoom(): boolean {
    return this.isOpen && this.#unsent.length < this.room;
  }

  send = (frame: string): void => {
    this.answers.push(frame);
  };

  deliver = (sender: Sender, _head: string, _headBytes: number, body: string): void => {
    this.texts.push(body);
    this.#unsent.push(sender);
  };

  awaitRoom = (waiter: Waiter): void => {
    this.waiters.add(waiter);
  };

  forget = (waiter: Waiter): void => {
    this.waiters.delete(waiter);
  };

  end = (reason: string): void => {
    this.ends.push(reason);
  };

  /** So many frames leave, or all; who waits hears of it. */
  leave(count = this.#unsent.length): void {
    for (const sender of this.#unsent.splice(0, count)) sender.left(1);
    for (const waiter of [...this.waiters]) {
      if (!this.hasRoom) return;
      this.waiters.delete(waiter);
      waiter.roomy();
    }
  }
}
