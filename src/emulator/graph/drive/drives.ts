import type { Person } from '../../tenant/person.ts';
import type { EmulatorTime } from '../../time.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import { randomText } from '../../stable-id.ts';
import { type ConflictBehavior, Drive, type DriveItem } from './drive.ts';

/** An upload in pieces. */
export interface UploadSession {
  readonly id: string;
  readonly drive: Drive;
  readonly parent: DriveItem;
  readonly name: string;
  readonly conflict: ConflictBehavior;
  readonly person: Person;
  /** Pieces that came, in order. */
  readonly pieces: Uint8Array[];
  /** Size that the first piece said. Unit: bytes. */
  total: number | null;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** A file that may be read without a token for a short while. */
export interface Download {
  readonly item: DriveItem;
}

const UPLOAD_MS = 15 * 86_400_000;
const DOWNLOAD_MS = 3_600_000;
const MAX_SESSIONS = 1000;

/** The files of all people, and what is under way with them. */
export class Drives {
  readonly #time: EmulatorTime;
  readonly #drives = new Map<Person, Drive>();
  readonly #uploads: ExpiringMap<UploadSession>;
  readonly #downloads: ExpiringMap<Download>;

  constructor(time: EmulatorTime) {
    this.#time = time;
    this.#uploads = new ExpiringMap(time, MAX_SESSIONS);
    this.#downloads = new ExpiringMap(time, MAX_SESSIONS);
  }

  /** The person's drive, made when it is first asked for. */
  of(person: Person): Drive {
    const drive = this.#drives.get(person) ?? new Drive(this.#time.now);
    this.#drives.set(person, drive);
    return drive;
  }

  /** Whose drive has this id, of these people. */
  owner(driveId: string, people: readonly Person[]): Person | undefined {
    return people.find((person) => this.#drives.get(person)?.id === driveId);
  }

  openUpload(
    upload: Pick<UploadSession, 'drive' | 'parent' | 'name' | 'conflict' | 'person'>,
  ): UploadSession {
    const expiresAt = this.#time.now() + UPLOAD_MS;
    const session = { ...upload, id: randomText(24), pieces: [], total: null, expiresAt };
    this.#uploads.set(session.id, session, expiresAt);
    return session;
  }

  upload(id: string): UploadSession | undefined {
    return this.#uploads.get(id);
  }

  closeUpload({ id }: UploadSession): void {
    this.#uploads.delete(id);
  }

  /** Id of a new permission to read a file without a token. */
  openDownload(item: DriveItem): string {
    const id = randomText(24);
    this.#downloads.set(id, { item }, this.#time.now() + DOWNLOAD_MS);
    return id;
  }

  download(id: string): Download | undefined {
    return this.#downloads.get(id);
  }
}
