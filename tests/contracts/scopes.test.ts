import { readdirSync, readFileSync } from 'node:fs';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessOf, loadProtos, serviceDefinition } from '#platform/grpc/protos.ts';

/**
 * The services' pipeline enforces the scopes that proto/ states; the SDL repeats them for the gateway and for readers.
 * A mutation goes by the name of its method. Reads, which several methods may serve, are named here.
 */
const READS: Record<string, string> = {
  'Query.user': 'BatchGetUsers',
  'Query.userByHandle': 'GetUserByHandle',
  'Query.friendRequest': 'BatchGetFriendRequests',
  'Query.searchUsers': 'SearchUsers',
  'Query.conversation': 'BatchGetConversations',
  'Query.message': 'BatchGetMessages',
  'User.profile': 'BatchGetUserProfiles',
  'User.relationship': 'BatchGetUserRelationships',
  'Viewer.profile': 'BatchGetUserProfiles',
  'Viewer.account': 'GetAccount',
  'Viewer.sessions': 'ListAccountSessions',
  'Viewer.friends': 'ListFriends',
  'Viewer.friendRequests': 'ListFriendRequests',
  'Viewer.blockedUsers': 'ListBlockedUsers',
  'Viewer.conversations': 'ListConversations',
  'User.unreadClientMessageCount': 'BatchGetUnreadClientMessageCounts',
  'Viewer.unreadConversationCount': 'GetUnreadConversationCount',
  'Query.file': 'BatchGetFiles',
  'Viewer.files': 'ListFiles',
  'Viewer.fileQuota': 'GetFileQuota',
  'Query.leaderboard': 'BatchGetLeaderboards',
  'Query.leaderboards': 'ListLeaderboards',
  'Query.achievement': 'BatchGetAchievements',
  'Query.achievements': 'ListAchievements',
  'Query.pointEntry': 'BatchGetPointEntries',
  'Query.pointRules': 'ListPointRules',
  'Viewer.leaderboardParticipation': 'GetLeaderboardParticipation',
  'Viewer.pointEntries': 'ListPointEntries',
  'User.fitnessProgress': 'BatchGetFitnessProgress',
  'User.achievements': 'BatchListUserAchievements',
  'Query.notification': 'BatchGetNotifications',
  'Viewer.notifications': 'ListNotifications',
  'Viewer.unreadNotificationCount': 'GetUnreadNotificationCount',
  'Viewer.notificationPreferences': 'ListNotificationPreferences',
  'Query.clientRelationship': 'BatchGetClientRelationships',
  'Query.trainerProfiles': 'ListTrainerProfiles',
  'Query.appointment': 'BatchGetAppointments',
  'Query.gym': 'BatchGetGyms',
  'Query.gyms': 'ListGyms',
  'Query.gymLocation': 'BatchGetGymLocations',
  'Query.gymMembership': 'BatchGetGymMemberships',
  'Query.gymClass': 'BatchGetGymClasses',
  'Query.classSession': 'BatchGetClassSessions',
  'Query.classBooking': 'BatchGetClassBookings',
  'User.trainerProfile': 'BatchGetTrainerProfiles',
  'Viewer.clientRelationships': 'ListClientRelationships',
  'Viewer.trainerRelationships': 'ListClientRelationships',
  'Viewer.appointments': 'ListAppointments',
  'Viewer.gymMemberships': 'ListOwnGymMemberships',
  'Viewer.classBookings': 'ListOwnClassBookings',
  'ClientRelationship.history': 'BatchListClientRelationshipChanges',
  'Gym.staff': 'BatchListGymStaff',
  'Gym.memberships': 'BatchListGymMemberships',
  'Gym.classes': 'BatchListGymClasses',
  'Gym.classSessions': 'BatchListClassSessionsOfGyms',
  'GymClass.classSessions': 'BatchListClassSessionsOfClasses',
  'ClassSession.bookings': 'BatchListClassBookings',
  'Query.ingredient': 'BatchGetIngredients',
  'Query.searchIngredients': 'SearchIngredients',
  'Query.recipe': 'BatchGetRecipes',
  'Query.searchRecipes': 'SearchRecipes',
  'Query.mealPlan': 'BatchGetMealPlans',
  'Query.checkMealPlan': 'CheckMealPlan',
  'Query.mealPlanOverride': 'BatchGetMealPlanOverrides',
  'Query.mealPlanOverrides': 'ListMealPlanOverrides',
  'Query.foodEntry': 'BatchGetFoodEntries',
  'Query.shoppingList': 'BatchGetShoppingLists',
  'Query.shoppingItem': 'BatchGetShoppingItems',
  'User.dietObjective': 'BatchGetDietObjectives',
  'User.mealPlans': 'BatchListMealPlans',
  'User.foodEntries': 'BatchListFoodEntries',
  'User.dietDays': 'BatchGetDietDays',
  'User.openMealPlanOverrideCount': 'BatchCountOpenMealPlanOverrides',
  'Viewer.shoppingLists': 'ListShoppingLists',
  'Query.exercise': 'BatchGetExercises',
  'Query.searchExercises': 'SearchExercises',
  'Query.workoutPlan': 'BatchGetWorkoutPlans',
  'Query.workoutPlanVersion': 'BatchGetWorkoutPlanVersions',
  'Query.searchWorkoutPlans': 'SearchWorkoutPlans',
  'Query.workoutAssignment': 'BatchGetWorkoutAssignments',
  'Query.workoutSession': 'BatchGetWorkoutSessions',
  'Query.personalRecord': 'BatchGetPersonalRecords',
  'Query.bodyMeasurement': 'BatchGetBodyMeasurements',
  'Viewer.workoutPlans': 'ListWorkoutPlans',
  'User.workoutAssignments': 'BatchListWorkoutAssignments',
  'User.workoutSessions': 'BatchListWorkoutSessions',
  'User.openWorkoutSession': 'BatchListWorkoutSessions',
  'User.lastWorkoutSession': 'BatchListWorkoutSessions',
  'User.personalRecords': 'BatchListPersonalRecords',
  'User.workoutWeeks': 'BatchListWorkoutWeeks',
  'User.bodyMeasurements': 'BatchListBodyMeasurements',
  'User.latestBodyMeasurements': 'BatchGetLatestBodyMeasurements',
  'User.weightTrend': 'BatchGetWeightTrends',
};

const domains = readdirSync('schema')
  .filter((file) => file.endsWith('.live.graphql'))
  .map((file) => file.slice(0, -'.live.graphql'.length))
  .concat('users');

describe('scopes in the SDL are those of proto/', () => {
  for (const domain of domains) {
    const fields = fieldsWithAccess(domain);

    it(`${domain}: every mutation and every guarded field has a method with the same scopes`, () => {
      expect(fields.length).toBeGreaterThan(0);
      for (const { path, method, scopes } of fields) {
        const definition = methodOf(domain, method);
        expect(definition, `${path}: no method ${method}`).toBeDefined();
        if (definition !== undefined) expect(accessOf(definition).scopes, path).toEqual(scopes);
      }
    });
  }

  it('every method of every service states its access', () => {
    const services = Object.keys(loadProtos()).filter((name) => /^fitme\..*Service$/.test(name));
    expect(services.length).toBeGreaterThanOrEqual(5);
    for (const service of services) {
      for (const method of Object.values(serviceDefinition(service)))
        expect(() => accessOf(method)).not.toThrow();
    }
  });
});

/** A method of any service of a domain. */
function methodOf(domain: string, method: string) {
  const services = Object.keys(loadProtos()).filter((name) =>
    new RegExp(`^fitme\\.${domain}\\.v1\\.\\w+Service$`).test(name),
  );
  return services.map((service) => serviceDefinition(service)[method]).find((found) => found !== undefined);
}

function fieldsWithAccess(domain: string): { path: string; method: string; scopes: string[] }[] {
  const document = parse(readFileSync(`schema/${domain}.graphql`, 'utf8'));
  return document.definitions
    .filter((node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .flatMap((type) => (type.fields ?? []).map((field) => ({ type: type.name.value, field })))
    .filter(({ type, field }) => type === 'Mutation' || directiveOf(field) !== undefined)
    .map(({ type, field }) => {
      const path = `${type}.${field.name.value}`;
      const method = type === 'Mutation' ? pascal(field.name.value) : (READS[path] ?? 'none named in READS');
      return { path, method, scopes: scopesOf(directiveOf(field)) };
    });
}

function directiveOf(field: FieldDefinitionNode): ConstDirectiveNode | undefined {
  return field.directives?.find(({ name }) => name.value === 'requiresScopes');
}

function scopesOf(directive: ConstDirectiveNode | undefined): string[] {
  const value = directive?.arguments?.[0]?.value;
  return value === undefined ? [] : (valueFromASTUntyped(value) as string[][]).flat();
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
