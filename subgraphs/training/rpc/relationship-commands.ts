import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import { permissions } from '#platform/grants/trainer-grants.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import type { StepDecision } from '../rules/relationships.ts';
import { accept, end, pause, type Relationship, resume, setPermissions } from '../rules/relationships.ts';
import type { Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import { found, relationshipOf } from './present/training.ts';

type Commands =
  | 'InviteClient'
  | 'RequestTrainer'
  | 'AcceptClientRelationship'
  | 'PauseClientRelationship'
  | 'ResumeClientRelationship'
  | 'EndClientRelationship'
  | 'SetClientPermissions';

/** Opening and changing relationships. Each answers with the relationship as it is now. */
export function createRelationshipCommandHandlers(
  { relationships, profiles }: Store,
  contacts: Contacts,
): Pick<Handlers<TrainingServiceDefinition>, Commands> {
  async function present(id: string, { viewer, signal }: CallContext) {
    const [view] = await relationships.get(requirePerson(viewer).id, [id], signal);
    return { clientRelationship: relationshipOf(found(view, 'relationship')) };
  }

  async function change(
    id: string,
    call: CallContext,
    decide: (present: Relationship, actorId: string) => StepDecision,
  ) {
    const { id: actorId } = requirePerson(call.viewer);
    await relationships.change(id, actorId, (before) => decide(before, actorId));
    return present(id, call);
  }

  return {
    async InviteClient(request, call) {
      const { id: trainerId } = requirePerson(call.viewer);
      const { clientId, message, idempotencyKey: key } = request;
      if (clientId === trainerId) {
        throw invalidField('clientId', 'You cannot train yourself here: name somebody else.');
      }
      const opening = {
        trainerId,
        clientId,
        side: 'INVITED' as const,
        message: writtenIn(message),
        permissions: [],
      };
      const admit = () => contacts.assertReachable(trainerId, clientId, 'clientId', call);
      return present(await relationships.open(opening, { key, request, admit }), call);
    },

    async RequestTrainer(request, call) {
      const { id: clientId } = requirePerson(call.viewer);
      const { trainerId, message, idempotencyKey: key } = request;
      if (trainerId === clientId) {
        throw invalidField('trainerId', 'You cannot train yourself here: name somebody else.');
      }
      const asked = request.permissions.map(permissions.requiredNameOf);
      const opening = {
        trainerId,
        clientId,
        side: 'REQUESTED' as const,
        message: writtenIn(message),
        permissions: asked,
      };
      const admit = async () => {
        await contacts.assertReachable(clientId, trainerId, 'trainerId', call);
        const [profile] = await profiles.get([trainerId], call.signal);
        if (profile?.acceptsClients) return;
        const invited = await relationships.isInvited(trainerId, clientId);
        if (!invited) throw takesNobody();
      };
      return present(await relationships.open(opening, { key, request, admit }), call);
    },

    AcceptClientRelationship({ clientRelationshipId, permissions: given }, call) {
      const granted = given.map(permissions.requiredNameOf);
      return change(clientRelationshipId, call, (before, actorId) => accept(before, actorId, granted));
    },

    PauseClientRelationship: ({ clientRelationshipId }, call) => change(clientRelationshipId, call, pause),
    ResumeClientRelationship: ({ clientRelationshipId }, call) => change(clientRelationshipId, call, resume),
    EndClientRelationship: ({ clientRelationshipId }, call) => change(clientRelationshipId, call, end),

    SetClientPermissions({ clientRelationshipId, permissions: given }, call) {
      const granted = given.map(permissions.requiredNameOf);
      return change(clientRelationshipId, call, (before, actorId) =>
        setPermissions(before, actorId, granted),
      );
    },
  };
}

/** An empty message is none. */
function writtenIn(message: string | undefined): string | null {
  return message?.trim() ? message : null;
}

function takesNobody(): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    'This person takes no clients now: ask another trainer, or be invited.',
    { reason: 'TRAINER_TAKES_NO_CLIENTS', fields: [{ path: 'trainerId', message: 'takes no clients now' }] },
  );
}
