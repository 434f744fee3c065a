import type { Fixture } from '../world.ts';
import { fleet } from './fleet/fixture.ts';
import { hotelStrict } from './hotel/fixture.ts';
import { ledger } from './ledger/fixture.ts';
import { media } from './media/fixture.ts';
import { press } from './press/fixture.ts';
import { shop } from './shop/fixture.ts';

/** Every supergraph of the differential test. */
export const FIXTURES: readonly Fixture[] = [shop, media, fleet, press, ledger, hotelStrict];
