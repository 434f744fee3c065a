import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import { attachFiles, type FilesClient } from '#platform/attachments/attach-files.ts';
import { invalidField } from '#platform/errors.ts';
import type { Handlers } from '#platform/service/service.ts';
import { dateOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { measured } from '../rules/measurements.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { MEASUREMENT_KIND } from './attachment-kinds.ts';
import { found } from './found.ts';
import { measurementKinds, measurementUnits } from './present/enums.ts';
import { measurementOf, weightTrendOf } from './present/measurements.ts';
import { edgesOf } from './present/pages.ts';

export interface MeasurementParts {
  store: Store;
  access: Access;
  files: FilesClient;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** What people measure of their bodies: for them, and for trainers with the grant of MEASUREMENTS. */
export function createMeasurementHandlers({
  store: { measurements },
  access,
  files,
  now,
  newId,
}: MeasurementParts): Handlers<MeasurementsServiceDefinition> {
  return {
    async RecordBodyMeasurement(request, call) {
      const { id: userId } = requirePerson(call.viewer);
      const kind = measurementKinds.requiredNameOf(request.kind);
      const outcome = measured(kind, request.value, measurementUnits.requiredNameOf(request.unit));
      if ('fault' in outcome) throw invalidField(outcome.fault.path, outcome.fault.message);
      const measuredAt = dateOf(request.measuredAt);
      if (measuredAt !== null && measuredAt.getTime() > now() + 60_000)
        throw invalidField('measuredAt', 'Nothing is measured in the future.');
      const { note, photoFileId } = request;
      const subjectId = newId();
      const subject = { ownerId: userId, subjectKind: MEASUREMENT_KIND, subjectId };
      const fileIds = photoFileId === undefined ? [] : [photoFileId];
      const admit = () => attachFiles(files, { ...subject, fileIds }, 'photoFileId', call);
      const key = { key: request.idempotencyKey, request, admit };
      const shown = { note: note || null, photoFileId: photoFileId ?? null };
      const values = { id: subjectId, kind, value: outcome.value, measuredAt, ...shown };
      const id = await measurements.record(userId, values, key);
      const row = found(await measurements.get([id], call.signal), 'measurement');
      return { bodyMeasurement: measurementOf(row) };
    },

    async DeleteBodyMeasurement({ bodyMeasurementId }, { viewer }) {
      await measurements.delete(requirePerson(viewer).id, bodyMeasurementId);
      return {};
    },

    async BatchGetBodyMeasurements({ ids }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const all = await measurements.get(ids, signal);
      const rows = await access.rows(viewerId, all, 'MEASUREMENTS', signal);
      return { bodyMeasurements: rows.map(measurementOf) };
    },

    async BatchListBodyMeasurements({ userIds, kind, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const ownerIds = await access.people(viewerId, userIds, 'MEASUREMENTS', signal);
      const query = { ownerIds, kind: measurementKinds.nameOf(kind), page };
      const pages = await measurements.list(query, signal);
      return {
        pages: pages.map(({ ownerId, page: part }) => ({
          userId: ownerId,
          ...edgesOf(part, 'bodyMeasurement', measurementOf),
        })),
      };
    },

    async BatchGetLatestBodyMeasurements({ userIds }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const people = await access.people(viewerId, userIds, 'MEASUREMENTS', signal);
      const rows = Map.groupBy(await measurements.latest(people, signal), ({ userId }) => userId);
      return {
        users: people.map((userId) => ({
          userId,
          bodyMeasurements: (rows.get(userId) ?? []).map(measurementOf),
        })),
      };
    },

    async BatchGetWeightTrends({ userIds, days }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const people = await access.people(viewerId, userIds, 'MEASUREMENTS', signal);
      const since = new Date(now() - days * 24 * 60 * 60_000);
      const trends = await measurements.weightTrends(people, since, signal);
      return { trends: trends.map(weightTrendOf) };
    },
  };
}
