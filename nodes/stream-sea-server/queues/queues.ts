/**
 * The queues of this Node-RED's server nodes, each of which belongs to its target: handed from a node to the one that
 * takes its place, and taken over from nodes that are gone by one that sends to the same place.
 */

import { abandon, type Legacy, legacyOf } from '../../../src/client/legacy';
import { type Client, createDiskOutbox, inEnglish, type StreamSeaError, type Warn } from '../../../src/index';
import type { Deploys } from '../../shared/deploys';
import type { Place } from '../../shared/server-node';
import type { LeftoverReport } from '../../shared/wire/api';
import { Drain } from './drain';
import { type Inheritance, type Leftover, Leftovers, type Withdrawn } from './leftovers';
import { type QueueFolder, QueueFolders } from './queue-folders';
import type { Target } from './targets';

type Outbox = ReturnType<typeof createDiskOutbox>;

/** A server node's share. */
export interface Queue {
  /** For the client, where messages are or were kept on disk. */
  readonly outbox?: Outbox;
  /** The node's client is there: it takes over what was left to it. */
  begin(client: Client): void;
  /**
   * A node is about to subscribe with the client: it takes over what it has left at others of the same target, those that
   * go on too, which bring it what they still get.
   *
   * @param owner its id.
   */
  claim(place: Place, owner: string): void;
  /** The client retires, and leaves what it has: to nobody, where all comes to an end. */
  end(): Promise<void>;
  /** The same, where nothing comes to an end but this. */
  leave(): Promise<void>;
}

interface Runner {
  readonly node: string;
  readonly target: Target;
  readonly client: Client;
  readonly warn: Warn;
  /** What `legacy.kept` of its client is about. */
  readonly folder: QueueFolder | undefined;
  readonly drains: Map<Drain, QueueFolder>;
  /** Others may not begin to empty a folder into it. */
  ending: boolean;
  /** Folders that are being opened. */
  opening: Promise<unknown>;
}

export class Queues {
  readonly #folders: QueueFolders;
  readonly #leftovers: Leftovers;
  readonly #deploys: Deploys;
  readonly #problem: (error: StreamSeaError) => void;
  readonly #runners = new Set<Runner>();
  #unwatch: () => void = () => {};
  /** What is done about leftovers. */
  #turns: Promise<unknown> = Promise.resolve();

  /**
   * @param userDir nothing: this Node-RED has none, and nothing can be kept on disk.
   * @param problem told that whoever heard of a message's end threw: there may be no node any more that could say it.
   */
  constructor(deploys: Deploys, userDir: string | undefined, problem: (error: StreamSeaError) => void) {
    this.#folders = new QueueFolders(userDir);
    this.#leftovers = new Leftovers(this.#folders, problem);
    this.#deploys = deploys;
    this.#problem = problem;
  }

  /**
   * @param node its id.
   * @param onDisk where what will be accepted is kept. What is there already is sent in any case. */
  open(node: string, target: Target, onDisk: boolean, warn: Warn): Queue {
    const comes = (id: string): boolean => this.#deploys.makes(id);
    const left = this.#leftovers.take(target, node, comes);
    const awaited = this.#leftovers.foldersAwaited(comes);
    const folder = onDisk
      ? this.#folders.claim(target, left?.folder, awaited)
      : this.#folders.claimThere(target, left?.folder, awaited);
    const inFolder = folder && this.#leftovers.takeIn(folder);
    let runner: Runner | undefined;
    return {
      ...(folder && {
        outbox: createDiskOutbox({ folder: folder.messages, drain: !onDisk, warn, isOurs: true }),
      }),
      begin: (client) => {
        if (this.#runners.size === 0)
          this.#unwatch = this.#deploys.on({ started: () => void this.#inTurn(() => this.#adoptAll()) });
        const drains = new Map();
        runner = { node, target, client, warn, folder, drains, ending: false, opening: Promise.resolve() };
        this.#runners.add(runner);
        if (left !== undefined) this.#give(left, runner);
        if (inFolder !== undefined) this.#give(inFolder, runner);
      },
      claim: (place, owner) => {
        // One that ends would take what another could have.
        if (runner !== undefined && !runner.ending) this.#claim(runner, place, owner);
      },
      end: async () => {
        if (runner !== undefined) await this.#end(runner, this.#deploys.deploying);
      },
      leave: async () => {
        if (runner === undefined) return;
        await this.#end(runner, true);
        // Somebody may have come to the same target meanwhile, and no deploy follows.
        await this.#inTurn(() => this.#adoptAll());
      },
    };
  }

  list(): Promise<LeftoverReport[]> {
    return this.#inTurn(() => this.#leftovers.list());
  }

  /**
   * @returns how many messages that were; nothing when there is no such leftover any more.
   * @throws (rejects) when it cannot be deleted now: then it is left over still.
   */
  purge(key: string): Promise<number | undefined> {
    return this.#inTurn(async () => {
      const leftover = await this.#find(key);
      return leftover && this.#leftovers.purge(leftover);
    });
  }

  /** Gives it to a running client, of whatever target. Returns as `purge` does. @throws StoreError */
  send(key: string, client: Client): Promise<number | undefined> {
    return this.#inTurn(async () => {
      const leftover = await this.#find(key);
      const runner = [...this.#runners].find((each) => each.client === client);
      return leftover && runner && this.#adopt(leftover, runner);
    });
  }

  /**
   * One after another. What one has begun to empty, the next is not to take for left over; and what is only looked at
   * after a deploy, and held meanwhile, is still there for somebody who wants to send it just then.
   */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => {});
    return turn;
  }

  async #find(key: string): Promise<Leftover | undefined> {
    return (await this.#leftovers.all()).find((each) => each.key === key);
  }

  #claim({ client, target }: Runner, place: Place, owner: string): void {
    const messages = this.#leftovers.claim(target, place, owner);
    if (messages.length > 0) client.inherit(place, { owner, messages });
    for (const other of this.#runners) {
      if (other.client !== client && other.target.id === target.id)
        client.succeed(other.client, place, owner);
    }
  }

  /** @param leaves others may come. Else each is to be told that its message was not sent. */
  async #end(runner: Runner, leaves: boolean): Promise<void> {
    const { node, target, client, folder, drains } = runner;
    runner.ending = true;
    await runner.opening;
    const legacy = await client.retire();
    this.#runners.delete(runner);
    if (this.#runners.size === 0) this.#unwatch();
    // The others are in the folders that were being emptied.
    const own = { ...legacy, unsent: legacy.unsent.filter(({ keptElsewhere }) => !keptElsewhere) };
    if (folder !== undefined) this.#folders.release(folder);
    const left = { node, legacy: own, ...(folder && { folder: folder.key }) };
    if (leaves) this.#leftovers.leave(target, left);
    else this.#abandon(own, runner);
    for (const [drain, from] of drains) {
      const kept = await drain.close();
      if (leaves) this.#leftovers.leavePublications(from, kept);
      else abandon(legacyOf({ kept }), this.#problem);
      this.#folders.release(from);
    }
  }

  #abandon(legacy: Legacy, { warn }: Runner): void {
    abandon(legacy, this.#problem);
    const messages = legacy.unsent.length;
    const sentence = { key: 'queue.lost', values: { messages } };
    if (messages > 0) warn(inEnglish(sentence), sentence);
  }

  /** All nodes that were to start have: what nobody of them has taken goes to one of the same target. */
  async #adoptAll(): Promise<void> {
    try {
      await this.#leftovers.tidy();
      for (const leftover of await this.#leftovers.all()) {
        // The next deploy is under way: what its nodes have left is theirs, and this is asked again after it.
        if (this.#deploys.deploying) return;
        const runner = [...this.#runners].find(({ target: { id } }) => id === leftover.targetId);
        // Told as a problem of the store, by the node that would send it.
        if (runner !== undefined) await this.#adopt(leftover, runner).catch(() => {});
      }
    } catch {
      // The folders cannot be read now: they are looked at again with the next deploy, and shown as they are.
    }
  }

  /** Returns how many messages that were; nothing when it is no leftover any more. */
  async #adopt(leftover: Leftover, runner: Runner): Promise<number | undefined> {
    if (runner.ending) return undefined;
    const withdrawn = this.#leftovers.withdraw(leftover);
    if (withdrawn === undefined) return undefined;
    const { folder, targetId } = leftover;
    if (folder === undefined) return this.#give(withdrawn, runner, targetId);
    const opening = this.#drain(withdrawn, folder, runner, targetId);
    runner.opening = Promise.all([runner.opening, opening.catch(() => {})]);
    return opening;
  }

  async #drain(
    { legacy, putBack }: Withdrawn,
    folder: QueueFolder,
    runner: Runner,
    targetId: string | undefined,
  ): Promise<number> {
    let drain: Drain;
    try {
      drain = await Drain.open(folder.messages, legacy.kept, runner.warn);
    } catch (error) {
      putBack();
      throw error;
    }
    runner.drains.set(drain, folder);
    void drain.emptied.then(() => this.#emptied(drain, folder, runner));
    runner.client.adopt(drain.legacy);
    return (
      drain.legacy.unsent.length + this.#give({ legacy: { ...legacy, kept: new Map() } }, runner, targetId)
    );
  }

  /**
   * Of messages in a folder that the client has not got, the ends are told when that is emptied: keys are numbers that
   * each folder counts for itself.
   */
  #give(
    { legacy, folder }: Omit<Inheritance, 'node'>,
    runner: Runner,
    targetId: string | undefined = runner.target.id,
  ): number {
    const isSame = folder === runner.folder?.key;
    runner.client.adopt({
      // What another server had delivered is none of this one's.
      undelivered: targetId === runner.target.id ? legacy.undelivered : new Map(),
      unsent: legacy.unsent,
      kept: isSame ? legacy.kept : new Map(),
    });
    if (!isSame && folder !== undefined) this.#leavePublications(folder, legacy.kept);
    return legacy.unsent.length;
  }

  /** To the node that has the folder, or whoever will. */
  #leavePublications(key: string, kept: Legacy['kept']): void {
    const holder = [...this.#runners].find((each) => each.folder?.key === key && !each.ending);
    if (holder !== undefined) holder.client.adopt(legacyOf({ kept }));
    else this.#leftovers.leavePublications({ key }, kept);
  }

  async #emptied(drain: Drain, folder: QueueFolder, { drains }: Runner): Promise<void> {
    if (!drains.delete(drain)) return;
    // Of what was not found in it: set aside, perhaps.
    abandon(legacyOf({ kept: await drain.close() }), this.#problem);
    await this.#folders.remove(folder).catch(() => {});
    this.#folders.release(folder);
  }
}
