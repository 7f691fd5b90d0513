import { X509Certificate } from 'node:crypto';
import test from 'ava';
import {
  createCertificate,
  createCertificateAuthority,
  createServerCertificate,
} from '../../src/emulator/index.ts';

const DAY_MS = 86_400_000;

test('a server certificate is signed by its authority and covers names and addresses', async (t) => {
  const authority = await createCertificateAuthority('Test CA');
  const { certificate } = await createServerCertificate(authority, [
    'login.localhost',
    '*.blob.localhost',
    '127.0.0.1',
    '::1',
  ]);
  const server = new X509Certificate(certificate);
  t.true(server.verify(new X509Certificate(authority.certificate).publicKey));
  t.is(server.checkHost('contoso.blob.localhost'), '*.blob.localhost');
  t.is(server.checkHost('graph.localhost'), undefined);
  t.is(server.checkIP('127.0.0.1'), '127.0.0.1');
  t.is(server.checkIP('::1'), '::1');
});

test('a certificate begins before now and lives for more than thirty days', async (t) => {
  const { certificate } = await createCertificate(['files.example.com']);
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  t.true(validFromDate.getTime() < Date.now() - DAY_MS / 2);
  t.true(validToDate.getTime() > Date.now() + 30 * DAY_MS);
});

test('an authority signs server certificates and nothing above them', async (t) => {
  const { certificate } = await createCertificateAuthority();
  const authority = new X509Certificate(certificate);
  t.true(authority.ca);
  t.deepEqual(authority.publicKey.asymmetricKeyDetails, { namedCurve: 'prime256v1' });
});

test('an authority made earlier signs for a later start', async (t) => {
  const authority = await createCertificateAuthority();
  const kept = { ...authority };
  const [first, second] = await Promise.all([
    createServerCertificate(kept, ['localhost']),
    createServerCertificate(kept, ['localhost']),
  ]);
  const key = new X509Certificate(authority.certificate).publicKey;
  t.true(new X509Certificate(first.certificate).verify(key));
  t.true(new X509Certificate(second.certificate).verify(key));
  t.not(
    new X509Certificate(first.certificate).serialNumber,
    new X509Certificate(second.certificate).serialNumber,
  );
});
