import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { trainerProfile } from '../requests/training.ts';
import { trainerCursor } from '../store/profiles.ts';
import type { Store } from '../store/store.ts';
import { edgesOf } from './present/pages.ts';
import { found, rateUnits, specialities, trainerProfileOf } from './present/training.ts';

type Profiles = 'BatchGetTrainerProfiles' | 'ListTrainerProfiles' | 'UpdateTrainerProfile';

/** Of a trainer who has written none. */
const EMPTY = {
  ...{ headline: '', about: undefined, qualifications: [], specialities: [], rates: [] },
  acceptsClients: false,
};

/** Trainers' profiles, which all members may read. */
export function createProfileHandlers(
  { profiles }: Store,
  now: () => number,
): Pick<Handlers<TrainingServiceDefinition>, Profiles> {
  return {
    async BatchGetTrainerProfiles({ trainerIds }, { signal }) {
      const views = await profiles.get(trainerIds, signal);
      return { trainerProfiles: views.map(trainerProfileOf) };
    },

    async ListTrainerProfiles({ specialities: wanted, page }, { signal }) {
      const window = windowOf(page, trainerCursor);
      const list = await profiles.list(wanted.map(specialities.requiredNameOf), window, signal);
      return edgesOf(list, 'trainerProfile', trainerProfileOf);
    },

    async UpdateTrainerProfile(request, { viewer, signal }) {
      const { id: trainerId } = requirePerson(viewer);
      const [stored] = await profiles.get([trainerId], signal);
      const profile = changed(trainerProfile, stored ? trainerProfileOf(stored) : EMPTY, request);
      const content = {
        trainerId,
        headline: profile.headline.trim(),
        about: profile.about?.trim() || null,
        qualifications: profile.qualifications.map(({ issuer, ...learnt }) => ({
          ...learnt,
          issuer: issuer?.trim() || undefined,
        })),
        specialities: profile.specialities.map(specialities.requiredNameOf),
        rates: profile.rates.map(({ price, unit }) => ({
          price,
          unit: rateUnits.requiredNameOf(unit),
        })),
        acceptsClients: profile.acceptsClients,
      };
      await profiles.save(content, request.expectedVersion ?? null, new Date(now()));
      const [saved] = await profiles.get([trainerId], signal);
      return { trainerProfile: trainerProfileOf(found(saved, 'profile')) };
    },
  };
}
