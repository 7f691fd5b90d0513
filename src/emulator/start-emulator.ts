import type { RequestListener } from 'node:http';
import { systemClock } from '../clock.ts';
import { EntradaError } from '../errors.ts';
import { AddressBook, sitesOf } from './addresses.ts';
import { CLOUDS } from './clouds.ts';
import { contoso } from './contoso.ts';
import type { EmulatorOptions } from './emulator-options.ts';
import { Faults } from './faults.ts';
import { Drives } from './graph/drive/drives.ts';
import { serve } from './http/serve.ts';
import { Journal } from './journal.ts';
import { KeyRing } from './keys.ts';
import { BrowserSessions } from './login/browser-sessions.ts';
import { DeviceCodes } from './login/device-codes.ts';
import { Grants } from './login/grants.ts';
import { PendingSignIns } from './login/sign-in/pending.ts';
import { type Emulator, RunningEmulator } from './running-emulator.ts';
import type { TenantSeed } from './seed.ts';
import { openServers, prepareCertificates, refuseOpenAddress } from './servers.ts';
import { createTenant, type Tenant } from './tenant/tenant.ts';
import { refuseTwins } from './tenant/twins.ts';
import { Throttles } from './throttles.ts';
import { EmulatorTime } from './time.ts';
import { OpaqueTokens } from './tokens/opaque-tokens.ts';
import { chooseVariants } from './variants.ts';
import type { World } from './world.ts';

/**
 * Starts an emulator. Without options it is the Contoso of the demo on a free port of 127.0.0.1.
 *
 * @throws {EntradaError} `EMULATOR_ADDRESS` when it cannot listen there, `EMULATOR_SEED_INVALID` when a tenant contradicts
 *   itself or another.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  refuseOpenAddress(options);
  const inside = createInside(options);
  const sites = sitesOf(inside.cloud, [...inside.tenants.values()]);
  const [keys, certificates] = await Promise.all([
    KeyRing.create(options.signingKeys),
    prepareCertificates(options, sites),
  ]);
  const late = Promise.withResolvers<World>();
  const service = { certificate: certificates.server, listener: listenerFor(late.promise) };
  const { servers, origins } = await openServers(options, sites, service);
  const world = { ...inside, keys, addresses: new AddressBook(origins) };
  late.resolve(world);
  return new RunningEmulator(world, certificates.authority, servers);
}

/** The world but for what is only known once keys are made and servers listen. */
type Inside = Omit<World, 'keys' | 'addresses'>;

function createInside(options: EmulatorOptions): Inside {
  const cloud = CLOUDS[options.cloud ?? 'public'];
  const time = new EmulatorTime(options.clock ?? systemClock);
  const variants = chooseVariants(options.variants ?? {});
  const surroundings = { cloud, now: time.now(), variants };
  const tenants = seedsOf(options).map((seed) => createTenant(seed, surroundings));
  refuseNoTenant(tenants);
  refuseTwinTenants(tenants);
  return {
    cloud,
    time,
    variants,
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    ...createStores(time),
    journal: new Journal(),
    faults: new Faults(),
  };
}

/** As of a seed file that names a cloud alone: nobody could sign in. */
function refuseNoTenant({ length }: readonly Tenant[]): void {
  if (length > 0) return;
  throw new EntradaError('EMULATOR_SEED_INVALID', 'There is no tenant.', {
    next: 'Give one, if only its name; without a seed at all it is Contoso.',
  });
}

function refuseTwinTenants(tenants: readonly Tenant[]): void {
  refuseTwins(
    'tenants of the id',
    tenants.map(({ id }) => id),
  );
  refuseTwins(
    'tenants of the domain',
    tenants.flatMap(({ domains }) => [...new Set(domains)]),
  );
  const accounts = tenants.flatMap(({ storage }) => storage.map(({ name }) => name));
  refuseTwins('storage accounts of the name', accounts);
}

function seedsOf(options: EmulatorOptions): readonly TenantSeed[] {
  if (options.tenants !== undefined) return options.tenants;
  const { tenant, people, groups, applications } = options;
  const parts = [tenant, people, groups, applications];
  if (parts.every((part) => part === undefined)) return [contoso()];
  return [
    {
      ...tenant,
      ...(people === undefined ? {} : { people }),
      ...(groups === undefined ? {} : { groups }),
      ...(applications === undefined ? {} : { applications }),
    },
  ];
}

type Stores = Pick<
  World,
  'sessions' | 'pending' | 'grants' | 'deviceCodes' | 'opaqueTokens' | 'drives' | 'throttles'
>;

const createStores = (time: EmulatorTime): Stores => ({
  sessions: new BrowserSessions(time),
  pending: new PendingSignIns(time),
  grants: new Grants(time),
  deviceCodes: new DeviceCodes(time),
  opaqueTokens: new OpaqueTokens(time),
  drives: new Drives(time),
  throttles: new Throttles(time),
});

/** Requests that come before everything is in place wait for it. */
const listenerFor =
  (world: Promise<World>): RequestListener =>
  (message, response) => {
    world
      .then((ready) => serve(ready, message, response))
      .catch((error: unknown) => {
        // A client that went away in the middle is no fault of the emulator. The message itself ends once it is read.
        if (!message.socket.destroyed)
          process.emitWarning(error instanceof Error ? error : String(error));
        response.destroy();
      });
  };
