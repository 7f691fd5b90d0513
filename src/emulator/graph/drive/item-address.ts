import type { Drive, DriveItem } from './drive.ts';

/** What a path below `/drive` says: where it starts, a path from there, and what is wanted of it. */
export interface ItemAddress {
  /** Id of an item, or `root`. */
  readonly start: string;
  /** Names from the start; empty for the start itself. */
  readonly path: readonly string[];
  readonly action: '' | 'children' | 'content' | 'createUploadSession';
}

/** Addressing by id: `root/children`, `items/ID/content`. */
const BY_ID = /^(?:items\/)?([^/:]+)(?:\/(children|content|createUploadSession))?$/;
/** Addressing by path: `root:/a/b.txt:/content`, `items/ID:/b.txt`. */
const BY_PATH =
  /^(?:items\/)?([^/:]+):\/([^:]+?)\/?(?::(?:\/(children|content|createUploadSession))?)?$/;

/**
 * Reads the part of a path behind `/drive/`; undefined for one that Graph does not have.
 *
 * @see https://learn.microsoft.com/graph/onedrive-addressing-driveitems
 */
export function readAddress(text: string): ItemAddress | undefined {
  const [, start, path, action] = BY_PATH.exec(text) ?? byId(text);
  if (start === undefined || (start !== 'root' && !text.startsWith('items/'))) return undefined;
  return {
    start,
    path: (path ?? '').split('/').filter((name) => name !== ''),
    action: isAction(action) ? action : '',
  };
}

/** The match with an empty place for the path. */
function byId(text: string): readonly (string | undefined)[] {
  const [whole, start, action] = BY_ID.exec(text) ?? [];
  return [whole, start, '', action];
}

const isAction = (action: string | undefined): action is ItemAddress['action'] =>
  action !== undefined && ['children', 'content', 'createUploadSession'].includes(action);

/** The item that an address means. */
export function locate(drive: Drive, { start, path }: ItemAddress): DriveItem | undefined {
  const item = drive.item(start);
  return item && drive.resolve(item, path);
}
