import { domainUrl } from './database/access.ts';
import { migrateAll } from './database/migrate.ts';
import { runMain, SetupError } from './terminal.ts';

/** `npm run migrate`: applies migrations to DATABASE_URL. */
await runMain(async () => {
  const adminUrl = process.env['DATABASE_URL'];
  if (!adminUrl)
    throw new SetupError('Set DATABASE_URL to the database to migrate; "npm start" migrates its own.');
  const urls = await migrateAll({ adminUrl, urlOf: configuredUrl(adminUrl) });
  console.log(`Up to date: ${Object.keys(urls).join(', ')}`);
});

/** A deployment names each domain's connection itself (USERS_DATABASE_URL, ...), with the role's password in it. */
function configuredUrl(adminUrl: string): (domain: string) => string {
  return (domain) => process.env[`${domain.toUpperCase()}_DATABASE_URL`] ?? domainUrl(adminUrl, domain);
}
