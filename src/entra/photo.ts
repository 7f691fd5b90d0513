import { header } from '../net/http.ts';
import { send } from './back-channel.ts';
import { failureOf, type GraphCaller, type GraphParts } from './graph.ts';

/** Every JPEG begins so, whatever its type says. */
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * The photo of the person whose token it is: a JPEG. Asked for once: a page looks well without it, too.
 *
 * @returns Null when the person has none, or Graph sends something else.
 * @throws {EntraError} As `Graph.get`.
 * @see https://learn.microsoft.com/graph/api/profilephoto-get
 */
export async function readPhoto(
  { channel, limits, origin }: Omit<GraphParts, 'log'>,
  { accessToken, correlationId, budget }: GraphCaller,
): Promise<Uint8Array | null> {
  const headers = { authorization: `Bearer ${accessToken.reveal()}`, accept: 'image/jpeg' };
  const call = {
    request: {
      method: 'GET',
      url: `${origin}/v1.0/me/photo/$value`,
      headers,
      maxBytes: limits.photoBytes,
    },
    correlationId,
    unreachable: 'ENTRA_GRAPH_UNREACHABLE',
  } as const;
  const response = await send(channel, call, budget.nextCall());
  if (response.status === 404) return null;
  if (response.status !== 200) throw failureOf(response, correlationId);
  const isJpeg = header(response, 'content-type') === 'image/jpeg';
  return isJpeg && JPEG.equals(response.body.subarray(0, JPEG.length)) ? response.body : null;
}
