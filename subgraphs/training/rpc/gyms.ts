import type { z } from 'zod';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { gym, location } from '../requests/gyms.ts';
import { gymCursor } from '../store/gyms.ts';
import type { LocationContent } from '../store/locations.ts';
import type { Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import type { Gate } from './gate.ts';
import { gymOf, joinings, locationOf, staffMemberOf, staffRoles, weekdays } from './present/gyms.ts';
import { edgesOf, pageOf } from './present/pages.ts';
import { found } from './present/training.ts';

type Gyms =
  | 'CreateGym'
  | 'UpdateGym'
  | 'BatchGetGyms'
  | 'ListGyms'
  | 'AddGymLocation'
  | 'UpdateGymLocation'
  | 'BatchListGymLocations'
  | 'BatchGetGymLocations'
  | 'SetGymStaffMember'
  | 'RemoveGymStaffMember'
  | 'BatchListGymStaff';

/** Gyms, where they are, and who runs them. All members may read of them. */
export function createGymHandlers(
  { gyms, locations, staff }: Store,
  contacts: Contacts,
  gate: Gate,
): Pick<Handlers<GymsServiceDefinition>, Gyms> {
  async function presentGym(id: string, { viewer, signal }: CallContext) {
    const [view] = await gyms.get(requirePerson(viewer).id, [id], signal);
    return { gym: gymOf(found(view, 'gym')) };
  }

  async function presentLocation(id: string, { signal }: CallContext) {
    const [view] = await locations.get([id], signal);
    return { gymLocation: locationOf(found(view, 'location')) };
  }

  return {
    async CreateGym(request, call) {
      const { id: ownerId } = requirePerson(call.viewer);
      const once = { key: request.idempotencyKey, request };
      return presentGym(await gyms.create(ownerId, gymContentOf(request), once), call);
    },

    async UpdateGym(request, call) {
      const actorId = await gate.assertMay(request.gymId, call, 'run');
      const [stored] = await gyms.get(actorId, [request.gymId], call.signal);
      const content = gymContentOf(changed(gym, gymOf(found(stored, 'gym')), request));
      await gyms.update(request.gymId, content, request.expectedVersion);
      return presentGym(request.gymId, call);
    },

    async BatchGetGyms({ ids }, { viewer, signal }) {
      const views = await gyms.get(requirePerson(viewer).id, ids, signal);
      return { gyms: views.map(gymOf) };
    },

    async ListGyms({ namePrefix, page }, { viewer, signal }) {
      const window = windowOf(page, gymCursor);
      const list = await gyms.list(requirePerson(viewer).id, namePrefix?.trim() ?? '', window, signal);
      return edgesOf(list, 'gym', gymOf);
    },

    async AddGymLocation(request, call) {
      const actorId = await gate.assertMay(request.gymId, call, 'run');
      const once = { key: request.idempotencyKey, request };
      const id = await locations.add(actorId, request.gymId, locationContentOf(request), once);
      return presentLocation(id, call);
    },

    async UpdateGymLocation(request, call) {
      const [stored] = await locations.get([request.gymLocationId], call.signal);
      const before = found(stored, 'location');
      await gate.assertMay(before.gymId, call, 'run');
      const content = locationContentOf(changed(location, locationOf(before), request));
      await locations.update(request.gymLocationId, content, request.expectedVersion);
      return presentLocation(request.gymLocationId, call);
    },

    async BatchListGymLocations({ gymIds }, { signal }) {
      return { gymLocations: (await locations.listOf(gymIds, signal)).map(locationOf) };
    },

    async BatchGetGymLocations({ ids }, { signal }) {
      return { gymLocations: (await locations.get(ids, signal)).map(locationOf) };
    },

    async SetGymStaffMember({ gymId, userId, role }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      await contacts.assertReachable(actorId, userId, 'userId', call);
      const member = await staff.set(gymId, actorId, userId, staffRoles.requiredNameOf(role));
      return { gymStaffMember: staffMemberOf(member) };
    },

    async RemoveGymStaffMember({ gymId, userId }, { viewer }) {
      await staff.remove(gymId, requirePerson(viewer).id, userId);
      return {};
    },

    async BatchListGymStaff({ gymIds, page }, { signal }) {
      const pages = await staff.listOf(gymIds, page, signal);
      return { pages: pages.map((each) => pageOf(each, 'gymId', 'gymStaffMember', staffMemberOf)) };
    },
  };
}

function gymContentOf({ name, description, websiteUrl, joining }: z.infer<typeof gym>) {
  return {
    name: name.trim(),
    description: description?.trim() || null,
    websiteUrl: websiteUrl ?? null,
    joining: joinings.requiredNameOf(joining),
  };
}

function locationContentOf(request: z.infer<typeof location>): LocationContent {
  return {
    name: request.name.trim(),
    streetAddress: request.streetAddress?.trim() || null,
    postalCode: request.postalCode?.trim() || null,
    city: request.city?.trim() || null,
    country: request.country,
    timeZone: request.timeZone,
    openingHours: request.openingHours.map(({ weekday, ...span }) => ({
      ...span,
      weekday: weekdays.requiredNameOf(weekday),
    })),
    specialDays: request.specialDays.map(({ day, opensAt = null, closesAt = null }) => ({
      ...{ day, opensAt, closesAt },
    })),
  };
}
