/** LevelDB's list of its own files, which it writes as changes, one after another, in the form of a log. */
import { ByteReader } from './byte-reader';
import { readLog } from './log-file';

/** What of a folder belongs to the database; the rest is left over. */
export interface LiveFiles {
  /** The oldest log that is read, and the one before it that is read too; 0: none. */
  readonly log: number;
  readonly previousLog: number;
  /** Files made later have this number or a larger one. */
  readonly nextFile: number;
  /** By number: the size of each. */
  readonly tables: ReadonlyMap<number, number>;
}

/** @returns nothing when a part of it cannot be read. */
export function parseManifest(file: Buffer): LiveFiles | undefined {
  const live = { log: 0, previousLog: 0, nextFile: 0, tables: new Map<number, number>() };
  let edits = 0;
  let isSound = true;
  const lost = readLog(file, ({ bytes, holes }) => {
    edits += 1;
    isSound &&= holes.length === 0 && applyEdit(new ByteReader(bytes), live);
  });
  return lost === 0 && edits > 0 && isSound ? live : undefined;
}

interface Draft {
  log: number;
  previousLog: number;
  nextFile: number;
  readonly tables: Map<number, number>;
}

function applyEdit(reader: ByteReader, draft: Draft): boolean {
  while (!reader.isAtEnd) {
    switch (reader.varint()) {
      case 1: // how keys are ordered
        if (reader.slice() === undefined) return false;
        break;
      case 2: {
        const log = reader.varint();
        if (log === undefined) return false;
        draft.log = log;
        break;
      }
      case 9: {
        const log = reader.varint();
        if (log === undefined) return false;
        draft.previousLog = log;
        break;
      }
      case 3: {
        const file = reader.varint();
        if (file === undefined) return false;
        draft.nextFile = file;
        break;
      }
      case 4: // the number of the last write
        if (reader.varint() === undefined) return false;
        break;
      case 5: // how far a level was compacted
        if (reader.varint() === undefined || reader.slice() === undefined) return false;
        break;
      case 6: {
        const [level, table] = [reader.varint(), reader.varint()];
        if (level === undefined || table === undefined) return false;
        draft.tables.delete(table);
        break;
      }
      case 7: {
        const [level, table, size] = [reader.varint(), reader.varint(), reader.varint()];
        if (level === undefined || table === undefined || size === undefined) return false;
        if (reader.slice() === undefined || reader.slice() === undefined) return false;
        draft.tables.set(table, size);
        break;
      }
      default:
        return false;
    }
  }
  return true;
}
