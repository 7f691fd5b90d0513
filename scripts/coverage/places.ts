import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** Where a coverage run keeps what it counts. */
export const FOLDER: string = path.join(ROOT, 'coverage');

/** What V8 counted, by process: c8 reads it. */
export const RAW: string = path.join(FOLDER, 'raw');

/** Among them, for c8: what all isolates ran, as if Node had run the files. */
export const RAW_ISOLATES = 'isolates.json';

/** What isolates ran, by process. */
export const ISOLATES: string = path.join(FOLDER, 'isolates');

/** The platform in the form that is counted: readable, with a source map. */
export const PLATFORM: string = path.join(FOLDER, 'platform.js');
export const PLATFORM_MAP: string = path.join(FOLDER, 'platform.js.map');

/** The name under which runners and tests compile it. */
export const PLATFORM_URL = 'entrada:platform';

export { ROOT };
