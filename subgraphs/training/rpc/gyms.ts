import type { z } from 'zod';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { CallContext } from '#platform/call.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { found } from '../present.ts';
import { gymOf, joinings, locationOf, staffMemberOf, staffRoles, weekdays } from '../present-gyms.ts';
import { gym, location } from '../requests-gyms.ts';
import { gymCursor } from '../store/gyms.ts';
import type { LocationContent } from '../store/locations.ts';
import { staffCursor } from '../store/staff.ts';
import type { Store } from '../store.ts';
import type { Contacts } from './contacts.ts';
import type { Gate } from './gate.ts';

type Gyms =
  | 'CreateGym'
  | 'UpdateGym'
  | 'BatchGetGyms'
  | 'ListGyms'
  | 'AddLocation'
  | 'UpdateLocation'
  | 'BatchListLocations'
  | 'BatchGetLocations'
  | 'SetStaff'
  | 'RemoveStaff'
  | 'ListStaff';

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
    return { location: locationOf(found(view, 'location')) };
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
      const { edges, pageInfo } = await gyms.list(
        requirePerson(viewer).id,
        namePrefix.trim(),
        window,
        signal,
      );
      return { edges: edges.map(({ row, cursor }) => ({ gym: gymOf(row), cursor })), pageInfo };
    },

    async AddLocation(request, call) {
      const actorId = await gate.assertMay(request.gymId, call, 'run');
      const once = { key: request.idempotencyKey, request };
      const id = await locations.add(actorId, request.gymId, locationContentOf(request), once);
      return presentLocation(id, call);
    },

    async UpdateLocation(request, call) {
      const [stored] = await locations.get([request.locationId], call.signal);
      const before = found(stored, 'location');
      await gate.assertMay(before.gymId, call, 'run');
      const content = locationContentOf(changed(location, locationOf(before), request));
      await locations.update(request.locationId, content, request.expectedVersion);
      return presentLocation(request.locationId, call);
    },

    async BatchListLocations({ gymIds }, { signal }) {
      return { locations: (await locations.listOf(gymIds, signal)).map(locationOf) };
    },

    async BatchGetLocations({ ids }, { signal }) {
      return { locations: (await locations.get(ids, signal)).map(locationOf) };
    },

    async SetStaff({ gymId, userId, role }, call) {
      const { id: actorId } = requirePerson(call.viewer);
      await contacts.assertReachable(actorId, userId, 'userId', call);
      const member = await staff.set(gymId, actorId, userId, staffRoles.requiredNameOf(role));
      return { staffMember: staffMemberOf(member) };
    },

    async RemoveStaff({ gymId, userId }, { viewer }) {
      await staff.remove(gymId, requirePerson(viewer).id, userId);
      return {};
    },

    async ListStaff({ gymId, page }, { signal }) {
      const { edges, pageInfo } = await staff.list(gymId, windowOf(page, staffCursor), signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ staffMember: staffMemberOf(row), cursor })),
        pageInfo,
      };
    },
  };
}

function gymContentOf({ name, description, websiteUrl, joining }: z.infer<typeof gym>) {
  return {
    name: name.trim(),
    description: description.trim(),
    websiteUrl,
    joining: joinings.requiredNameOf(joining),
  };
}

function locationContentOf(request: z.infer<typeof location>): LocationContent {
  return {
    name: request.name.trim(),
    streetAddress: request.streetAddress.trim(),
    postalCode: request.postalCode.trim(),
    city: request.city.trim(),
    country: request.country,
    timeZone: request.timeZone,
    openingHours: request.openingHours.map(({ weekday, ...span }) => ({
      ...span,
      weekday: weekdays.requiredNameOf(weekday),
    })),
    specialDays: request.specialDays,
  };
}
