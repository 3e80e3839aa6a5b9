/** A folder of a run that stands on the real disk, with a real LevelDB in it, and can be damaged as real ones are. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database';
import { type DiskOwner, Folder, working } from './disk';

/** `current`, `manifest`: emptied, which loses nothing. `log`: a byte of the messages themselves is another. */
export type Damage = 'current' | 'manifest' | 'log';

export class RealFolder extends Folder {
  #database: Database | undefined;

  static async make(): Promise<RealFolder> {
    return new RealFolder(join(await mkdtemp(join(tmpdir(), 'torture-')), 'messages'));
  }

  override async open(owner: DiskOwner, path: string): Promise<Database> {
    this.assertWell();
    const database = await working(() => openDatabase(path));
    if (path !== this.path) return database;
    owner.opened(() => {});
    this.#database = database;
    return {
      first: () => working(() => database.first()),
      entries: async () => {
        const entries = await working(() => database.entries());
        this.found(entries);
        owner.found();
        return entries;
      },
      write: async (changes, flush) => {
        this.assertWritable();
        await working(() => database.write(changes, flush));
        this.written(changes, flush);
      },
      close: () => working(() => database.close()),
    };
  }

  /** Of one that nobody has open. */
  async damage(how: Damage): Promise<void> {
    if (!existsSync(this.path)) return;
    const names = await readdir(this.path);
    const name = names.find((name) =>
      how === 'current'
        ? name === 'CURRENT'
        : how === 'manifest'
          ? /^MANIFEST/.test(name)
          : /\.log$/.test(name),
    );
    if (name === undefined) return;
    const file = join(this.path, name);
    if (how !== 'log') return truncate(file);
    const bytes = await readFile(file);
    if (bytes.length === 0) return;
    const at = Math.floor(bytes.length / 2);
    bytes.fill((bytes[at] ?? 0) ^ 0xff, at, at + 1);
    await writeFile(file, bytes);
  }

  async remove(): Promise<void> {
    await this.#database?.close();
    await rm(dirname(this.path), { recursive: true, force: true });
  }
}
