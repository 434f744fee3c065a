import { createAppointmentStore } from './store/appointments.ts';
import { createBookingChanges } from './store/booking-changes.ts';
import { createBookingReads } from './store/booking-reads.ts';
import { createClassChanges } from './store/class-changes.ts';
import { createClassReads } from './store/class-reads.ts';
import { createGymStore } from './store/gyms.ts';
import { createLocationStore } from './store/locations.ts';
import { createMembershipStore } from './store/memberships.ts';
import type { ChangeOptions } from './store/options.ts';
import { createPersonStore } from './store/person.ts';
import { createProfileStore } from './store/profiles.ts';
import { createRelationshipChanges } from './store/relationship-changes.ts';
import { createRelationshipReads } from './store/relationship-reads.ts';
import { createStaffStore } from './store/staff.ts';

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
