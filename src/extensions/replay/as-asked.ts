import type { ExtensionConfig } from '../../config/config.ts';
import { always } from '../../config/failure-policy.ts';
import type { Manifest } from '../manifest.ts';
import type { Fixture } from './fixture.ts';
import { grantIn, grantOfAll } from './fixture-grant.ts';

/** What of a fixture stands in an entry of `extensions` at a gateway. */
export type FixtureEntry = Pick<
  Fixture,
  'config' | 'secrets' | 'http' | 'grant' | 'limits' | 'mode'
>;

/**
 * An entry of `extensions` as a fixture tells it: what an author runs an extension with. Where the fixture says nothing, it
 * grants all that the manifest asks for.
 */
export function asAsked(
  source: string,
  { requests }: Manifest,
  { config, secrets, http, grant, limits = {}, mode = 'enforce' }: FixtureEntry,
): ExtensionConfig {
  return {
    source,
    integrity: null,
    mode,
    appliesTo: [],
    grant: grantIn({ grant: grant ?? grantOfAll(requests), secrets, http }),
    config,
    limits,
    onFailure: always('deny'),
  };
}
