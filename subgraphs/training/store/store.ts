import { createAppointmentStore } from './appointments.ts';
import { createBookingChanges } from './booking-changes.ts';
import { createBookingReads } from './booking-reads.ts';
import { createClassChanges } from './class-changes.ts';
import { createClassReads } from './class-reads.ts';
import { createGymStore } from './gyms.ts';
import { createLocationStore } from './locations.ts';
import { createMembershipStore } from './memberships.ts';
import type { ChangeOptions } from './options.ts';
import { createPersonStore } from './person.ts';
import { createProfileStore } from './profiles.ts';
import { createRelationshipChanges } from './relationship-changes.ts';
import { createRelationshipReads } from './relationship-reads.ts';
import { createStaffStore } from './staff.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: ChangeOptions) {
  const { db, now } = options;
  return {
    profiles: createProfileStore(db),
    relationships: { ...createRelationshipReads(db), ...createRelationshipChanges(options) },
    appointments: createAppointmentStore(options),
    gyms: createGymStore(options),
    locations: createLocationStore(options),
    staff: createStaffStore(options),
    memberships: createMembershipStore(options),
    classes: { ...createClassReads(db), ...createClassChanges(options) },
    bookings: { ...createBookingReads(db, now), ...createBookingChanges(options) },
    person: createPersonStore(options),
  };
}
