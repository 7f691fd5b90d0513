import { randomInt } from 'node:crypto';
import { newGuid, randomText } from '../../stable-id.ts';
import type { Clock } from '../../../clock.ts';

/** A file or folder. */
export interface DriveItem {
  readonly id: string;
  readonly guid: string;
  name: string;
  /** Id of the folder it is in; null for the root. */
  readonly parentId: string | null;
  /** Null for a folder. */
  content: Uint8Array | null;
  mimeType: string;
  version: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  modifiedAt: number;
}

/** What happens to a name that is taken. */
export type ConflictBehavior = 'fail' | 'replace' | 'rename';

const ITEM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `01` and 32 letters and digits. */
const newItemId = (): string =>
  `01${Array.from({ length: 32 }, () => ITEM_ALPHABET[randomInt(ITEM_ALPHABET.length)]).join('')}`;

/** The files of one person: a tree whose names are unique in a folder, in any case. */
export class Drive {
  readonly id: string = `b!${randomText(48)}`;
  readonly root: DriveItem;
  readonly #now: Clock;
  readonly #items = new Map<string, DriveItem>();

  constructor(now: Clock) {
    this.#now = now;
    this.root = this.#create(null, 'root', null);
  }

  /** By id; `root` is the root. */
  item(id: string): DriveItem | undefined {
    return id === 'root' ? this.root : this.#items.get(id);
  }

  children(folder: DriveItem): readonly DriveItem[] {
    return [...this.#items.values()].filter(({ parentId }) => parentId === folder.id);
  }

  child(folder: DriveItem, name: string): DriveItem | undefined {
    const wanted = name.toLowerCase();
    return this.children(folder).find((item) => item.name.toLowerCase() === wanted);
  }

  /** The item at a path below another. */
  resolve(start: DriveItem, path: readonly string[]): DriveItem | undefined {
    let item: DriveItem | undefined = start;
    for (const name of path) item = item && this.child(item, name);
    return item;
  }

  /** The folder at a path; those that are missing are made, as an upload to a path makes them. */
  ensureFolder(start: DriveItem, path: readonly string[]): DriveItem {
    let folder = start;
    for (const name of path)
      folder = this.child(folder, name) ?? this.#create(folder.id, name, null);
    return folder;
  }

  createFolder(parent: DriveItem, name: string): DriveItem {
    return this.#create(parent.id, name, null);
  }

  /** Writes a file; null when the name is taken and that is not wanted, or is that of a folder, which no file replaces. */
  write(
    parent: DriveItem,
    name: string,
    file: { readonly content: Uint8Array; readonly mimeType: string },
    conflict: ConflictBehavior,
  ): { readonly item: DriveItem; readonly created: boolean } | null {
    const existing = this.child(parent, name);
    if (existing !== undefined && conflict === 'fail') return null;
    if (existing !== undefined && conflict === 'replace') {
      if (existing.content === null) return null;
      return { item: this.#replace(existing, file), created: false };
    }
    const free = existing === undefined ? name : this.#freeName(parent, name);
    const item = this.#create(parent.id, free, file.content);
    item.mimeType = file.mimeType;
    return { item, created: true };
  }

  /** Deletes an item and all below it. */
  remove(item: DriveItem): void {
    for (const child of this.children(item)) this.remove(child);
    this.#items.delete(item.id);
  }

  /** Names of the folders from below the root to the item. */
  pathOf(item: DriveItem): readonly string[] {
    if (item.parentId === null) return [];
    const parent = this.#items.get(item.parentId) ?? this.root;
    return [...this.pathOf(parent), item.name];
  }

  #create(parentId: string | null, name: string, content: Uint8Array | null): DriveItem {
    const now = this.#now();
    const item: DriveItem = {
      id: newItemId(),
      guid: newGuid().toUpperCase(),
      name,
      parentId,
      content,
      mimeType: 'application/octet-stream',
      version: 1,
      createdAt: now,
      modifiedAt: now,
    };
    this.#items.set(item.id, item);
    return item;
  }

  #replace(
    item: DriveItem,
    file: { readonly content: Uint8Array; readonly mimeType: string },
  ): DriveItem {
    return Object.assign(item, {
      ...file,
      version: item.version + 1,
      modifiedAt: this.#now(),
    });
  }

  /** `report.pdf` becomes `report 1.pdf`, then `report 2.pdf`. */
  #freeName(parent: DriveItem, name: string): string {
    const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
    for (let number = 1; ; number += 1) {
      const candidate = `${stem} ${number}${extension}`;
      if (this.child(parent, candidate) === undefined) return candidate;
    }
  }
}
